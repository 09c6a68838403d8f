// row: No initial state
// options: --model initial
// row: No actions
// options: --model actions
// row: Two actions, or two properties, of one name
// options: --model names
// row: A model that is `symmetric`, where nothing is declared `interchangeable`
// options: --model symmetric
// row: A model that says something of the fairness of an action that there is not
// options: --model unknown
// row: A model that is expected to violate a property that there is not
// options: --model expectation
// row: Fairness for each value of a parameter that the action does not have
// options: --model parameter
// row: Fairness of each instance of an action with more than 1,048,576 of them
// options: --model instances
// row: `.together` of weak and strong fairness
// options: --model strengths
// row: `.together` of fairness of each instance and of an action as a whole
// options: --model scopes
// row: `.together` of actions that are told apart by parameters of different types
// options: --model types
// row: Fairness of a part of an action, by a parameter that has another type
// options: --model part
// row: A formula that names an action that there is not
// options: --model names-nothing
// row: A formula that gives an action arguments of other types than it has
// options: --model arguments
// row: A formula of more than 64 predicates
// options: --model formula
// row: An assumption that is false
// options: --model assumption
// row: Initial states, actions, properties, assumptions or constants whose code fails
// options: --model failing

import DistCheck

enum Declared: Enumeration {
  case nothing, initial, actions, names, symmetric, unknown, parameter, instances, strengths, scopes, types, formula
  case assumption, failing, action, arguments, part
}

struct Declarations: Specification {
  var wrong = Declared.nothing

  enum Kind {}
  typealias Node = ID<Kind, 2>
  struct State: BitwiseCopyable { var isOn = false }

  var assumptions: Assumptions {
    Assume("nothing is wrong") { wrong != .assumption }
  }

  var initial: Initial<State> {
    if wrong == .failing { State(isOn: wrong.ordinal + Int.max > 0) }
    if wrong != .initial { State() }
  }

  var actions: Actions<State> {
    if wrong != .actions {
      Action("Switch", fairness: first) { s in
        true
      } then: { s in
        s.isOn.toggle()
      }
      Action(wrong == .names ? "Switch" : "Of", for: Node.self, fairness: second) { s, n in
        true
      } then: { s, n in
      }
      Action("Flip", for: Bool.self, fairness: fourth) { s, a in
        true
      } then: { s, a in
      }
      if wrong == .part {
        Action("Turn", for: Bool.self, fairness: .weak) { s, a in
          true
        } then: { s, a in
        }
        .fair(for: Node.self) { s, n in n == 1 }
      }
      Action("All", for: Bounded<0, 2047>.self, Bounded<0, 2047>.self, fairness: third) { s, a, b in
        false
      } then: { s, a, b in
      }
    }
  }

  private var first: Fairness { wrong == .strengths || wrong == .scopes ? .weak.together("step") : .none }

  private var second: Fairness {
    switch wrong {
    case .parameter: .weak.each(1)
    case .strengths: .strong.together("step")
    case .scopes: .weak.each.together("step")
    case .types: .weak.each.together("step")
    default: .none
    }
  }

  private var third: Fairness { wrong == .instances ? .weak.each : .none }

  private var fourth: Fairness { wrong == .types ? .weak.each.together("step") : .none }

  var properties: Properties<State> {
    if wrong == .action { Temporal("switched", eventually(taken("Swich"))) }
    if wrong == .arguments { Temporal("switched", eventually(taken("Flip", Node(1)))) }
    if wrong == .formula {
      Temporal("long", (0..<64).reduce(now { s in s.isOn }) { formula, _ in formula && now { s in !s.isOn } })
    }
  }

  static var models: Models {
    Model("names-nothing", Declarations(wrong: .action))
    for wrong in Declared.allCases where wrong != .symmetric && wrong != .unknown {
      Model("\(wrong)", Declarations(wrong: wrong))
    }
    Model("symmetric", Declarations()).symmetric()
    Model("unknown", Declarations()).fairness(.weak, of: "Switches")
    Model("expectation", Declarations()).expects(.violates("al delivered"))
  }
}
