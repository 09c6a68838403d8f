import Foundation

extension Fixture {
  /// Searches of about a second, whose numbers can be computed by hand: each node counts to a limit, and falls back to
  /// zero from there. A state of `Narrow` has one word, one of `Wide` several.
  ///
  /// With n nodes and the limit m there are (m+1)^n states. An instance of `Up` is taken in m of m+1 states, one of
  /// `Back` in the others, so n·(m+1)^n transitions and one initial state are generated; the longest shortest path has
  /// n·m+1 states.
  static let long = Fixture(
    name: "long.swift",
    source: "import DistCheck\n\n"
      + specification("Narrow", field: "", effect: "")
      + specification(
        "Wide", field: "var shadow = Node.Map<UInt64>(0)",
        effect: "s.shadow[n] = UInt64(s.counts[n].value) &* 0x9E37_79B9_7F4A_7C15"))

  private static func specification(_ name: String, field: String, effect: String) -> String {
    """
    struct \(name)<let nodes: Int>: Specification {
      enum Kind {}
      typealias Node = ID<Kind, nodes>
      var limit = 24
      var most = 1000
      var wrong = 1000
      struct State: BitwiseCopyable {
        var counts = Node.Map<Bounded<0, 63>>(0)
        \(field)
        var sum: Int {
          var sum = 0
          for n in 0..<nodes { sum += counts[Node(n)].value }
          return sum
        }
      }
      var initial: Initial<State> { State() }
      var interchangeable: Interchangeable { Node.self }
      var actions: Actions<State> {
        Action("Up", for: Node.self) { s, n in s.counts[n].value < limit } then: { s, n in
          s.counts[n] += 1
          \(effect)
        }
        Action("Back", for: Node.self) { s, n in s.counts[n].value == limit } then: { s, n in
          s.counts[n] = 0
          \(effect)
        }
      }
      var properties: Properties<State> {
        Sometimes("early") { s in s.sum == 2 }
        Sometimes("late") { s in s.sum == min(most, limit * nodes) }
        Always("right") { s in s.sum < wrong }
      }
      func constraint(_ s: State) -> Bool { s.sum <= most }
      static var models: Models {
        Model("\(name.lowercased())", \(name)<4>())
        Model("\(name.lowercased()) constrained", \(name)<4>(most: 60))
        Model("\(name.lowercased()) wrong", \(name)<4>(wrong: 70))
      }
    }


    """
  }
}
