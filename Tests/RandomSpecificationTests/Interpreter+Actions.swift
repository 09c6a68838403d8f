/// An instance of an action that is enabled in a state, and where it leads.
struct PlainStep {
  var action: Int
  /// The values of the parameters, by which fairness tells instances apart.
  var instance: [Plain]
  /// Whether it is of the part of the action that fairness is said of; nil where that fails.
  var isFair: Bool?
  var target: Plain
}

extension Interpreter {
  /// The steps that can be taken in a state.
  ///
  /// - Parameter failed: Set if a guard or an effect fails; other steps are still found.
  func steps(from state: Plain, failed: inout Bool) -> [PlainStep] {
    var steps: [PlainStep] = []
    for (number, action) in specification.actions.enumerated() {
      for instance in instances(of: action, in: state) {
        do {
          if let target = try take(action, instance, in: state) {
            let isFair = try? isFair(action, instance, in: state)
            steps.append(PlainStep(action: number, instance: instance.values, isFair: isFair, target: target))
          }
        } catch { failed = true }
      }
    }
    return steps
  }

  /// One way to take an action: what its variables are, and the state before the effect.
  private struct Instance {
    var bindings: [(Variable, Plain)] = []
    var values: [Plain] { bindings.map { $0.1 } }
    /// A network with the message taken off, or the state itself.
    var state: Plain
  }

  private func take(_ action: RandomAction, _ instance: Instance, in state: Plain) throws(Failure) -> Plain? {
    var environment = environment(state)
    for (variable, value) in instance.bindings { environment[variable.number] = value }
    var content: (Variable, Plain)?
    if let binding = action.binding {
      let value = try evaluate(binding.content, environment)
      if value.tag == 0 { return nil }
      content = (binding.variable, value.parts[0])
    } else if try !evaluate(action.guards, environment).isTrue {
      return nil
    }
    environment[Variable.state.number] = instance.state
    if let (variable, value) = content { environment[variable.number] = value }
    _ = try run(action.effect, &environment)
    return environment[Variable.state.number]
  }

  private func isFair(_ action: RandomAction, _ instance: Instance, in state: Plain) throws(Failure) -> Bool {
    guard action.fairness.strength != nil, let part = action.fairPart else { return true }
    var environment = environment(state)
    for (variable, value) in instance.bindings { environment[variable.number] = value }
    return try evaluate(part.condition, environment).isTrue
  }

  private func instances(of action: RandomAction, in state: Plain) -> [Instance] {
    switch action.choice {
    case .finite(let parameters):
      var instances = [Instance(state: state)]
      for (variable, type) in parameters {
        instances = declarations.values(of: type).flatMap { value in
          instances.map { Instance(bindings: $0.bindings + [(variable, value)], state: state) }
        }
      }
      return instances
    case .each(let place, let type, let variable):
      return choices(place, type, environment(state)).map { Instance(bindings: [(variable, $0)], state: state) }
    case .owned(let owner, let ownerType, let place, let type, let variable):
      return declarations.values(of: ownerType).flatMap { value in
        var environment = environment(state)
        environment[owner.number] = value
        return choices(place, type, environment).map {
          Instance(bindings: [(owner, value), (variable, $0)], state: state)
        }
      }
    case .receiving(let place, let type, let variable):
      return receipts(place, type, state, variable)
    case .losing(let place, let type):
      guard let network = try? read(place, environment(state)), PlainTransport(raw: network.tag).loses else {
        return []
      }
      return deliverable(network, type).map { Instance(state: replacing(place, in: state, without($0, in: network))) }
    }
  }

  /// What can be chosen from a part of the state: each element of a set or bag once, each place of a log or queue, each
  /// message that could be received.
  private func choices(_ place: Place, _ type: Type, _ environment: Environment) -> [Plain] {
    guard let value = try? read(place, environment) else { return [] }
    switch type {
    case .bag: return Set(value.parts).sorted()
    case .network: return deliverable(value, type)
    case .optional: return value.parts
    default: return value.parts
    }
  }

  /// Each message that can be received next, once.
  private func deliverable(_ network: Plain, _ type: Type) -> [Plain] {
    guard case .network(_, let message) = type else { preconditionFailure("\(type) is no network") }
    guard PlainTransport(raw: network.tag).isFIFO else { return Set(network.parts).sorted() }
    var links: Set<Int> = []
    return network.parts.filter { links.insert(declarations.link(of: $0, message)).inserted }
  }

  private func receipts(_ place: Place, _ type: Type, _ state: Plain, _ variable: Variable) -> [Instance] {
    guard let network = try? read(place, environment(state)) else { return [] }
    let transport = PlainTransport(raw: network.tag)
    return deliverable(network, type).flatMap { message in
      let goes = Instance(
        bindings: [(variable, message)], state: replacing(place, in: state, without(message, in: network)))
      let stays = Instance(bindings: [(variable, message)], state: state)
      return transport.isGrowing ? [stays] : transport.duplicates ? [goes, stays] : [goes]
    }
  }

  private func without(_ message: Plain, in network: Plain) -> Plain {
    var messages = network.parts
    messages.remove(at: messages.firstIndex(of: message)!)
    return network.with(messages)
  }

  private func replacing(_ place: Place, in state: Plain, _ value: Plain) -> Plain {
    var environment = environment(state)
    _ = try? run([.assign(place, .literal(.bool, value))], &environment)
    return environment[Variable.state.number]
  }

  /// The states in which the specification begins.
  func initialStates() throws(Failure) -> [Plain] {
    var states: [Plain] = []
    for choice in specification.initial {
      let values = choice.loop.map { declarations.values(of: $0.type) } ?? [.number(0)]
      for value in values {
        var environment = environment(.number(0))
        if let variable = choice.loop?.variable { environment[variable.number] = value }
        states.append(.list(try choice.fields.map { e throws(Failure) in try evaluate(e, environment) }))
      }
    }
    return states
  }
}
