import DistCheckEngine
import DistCheckLogs
import DistCheckReporting

/// Reads logs in the form that `distcheck log` writes: `{"action": "RMPrepare", "args": [2], "changes": {"phase[2]":
/// "prepared"}}`. Arguments and changes may be left out; what is left out is unknown.
///
/// The first line may be the beginning, `{"initial": {"phase[0]": "working"}}`.
final class NativeLog: LogInterpreter {
  private let system: TransitionSystem
  private var numbers: [String: Int] = [:]
  /// By action, for each parameter of a finite type, the ordinals of its values by their JSON.
  private var ordinals: [ObjectIdentifier: [String: Int]] = [:]
  /// Paths of the parts of a state.
  private let paths: Set<String>

  init(_ system: TransitionSystem) {
    self.system = system
    for (index, action) in system.actions.enumerated() { numbers[action.name] = index }
    paths = Set(system.layout.value(at: system.initialStates[0]).lines().map(\.path))
  }

  private static let fields = ["action", "args", "changes", "initial", "mutation"]

  override func read(_ record: LogRecord, into event: inout RawEvent) throws {
    event.removeAll()
    let line = record.root
    for (name, value) in try line.fields where !Self.fields.contains(name) {
      throw value.error("an event has the fields \(Self.fields.dropLast().joined(separator: ", "))")
    }
    if line["mutation"].isPresent { return event.isSkipped = true }
    if line["initial"].isPresent {
      event.observation.alternatives = [[]]
      return try addChanges(line["initial"], isBefore: true, &event)
    }
    let name = try line["action"].string
    guard let number = numbers[name] else {
      throw line["action"].error("\"\(name)\" is none of \(system.actions.map(\.name).joined(separator: ", "))")
    }
    var pattern = StepPattern(action: number)
    if line["args"].isPresent { try addArguments(line["args"], number, &pattern, &event) }
    event.observation.alternatives = [[pattern]]
    if line["changes"].isPresent { try addChanges(line["changes"], isBefore: false, &event) }
  }

  private func addArguments(
    _ value: LogValue, _ number: Int, _ pattern: inout StepPattern, _ event: inout RawEvent
  ) throws {
    let types = system.actions[number].parameterTypes
    let elements = try value.elements
    // Behind the message of a network that duplicates it may say that it stays.
    guard elements.count <= types.count + 1 else {
      throw value.error("\(system.actions[number].name) has \(types.count) parameters")
    }
    for (place, element) in elements.prefix(types.count).enumerated() {
      let (json, type) = (try element.json, types[place])
      if let finite = type as? any Finite.Type {
        guard let ordinal = try table(finite)[json.description] else {
          throw element.error("\(json) is no value of parameter \(place + 1) of \(system.actions[number].name)")
        }
        pattern.arguments.append(.ordinal(ordinal))
      } else {
        let layout = try Layout.of(type)
        pattern.arguments.append(.unknown)
        event.observation.parameters.append(
          ParameterField(
            name: "argument \(place + 1)", type: type, agrees: { JSON(layout.value(at: $0)) == json },
            logged: { json.description }, specified: { JSON(layout.value(at: $0)).description }))
      }
    }
  }

  private func table(_ type: any Finite.Type) throws -> [String: Int] {
    if let table = ordinals[ObjectIdentifier(type)] { return table }
    let table = try type.ordinalsByJSON()
    ordinals[ObjectIdentifier(type)] = table
    return table
  }

  private func addChanges(_ value: LogValue, isBefore: Bool, _ event: inout RawEvent) throws {
    for (path, value) in try value.fields {
      guard paths.contains(path) else { throw value.error("the state has no part \"\(path)\"") }
      let text = try value.string
      let layout = system.layout
      func part(_ state: UnsafeRawPointer) -> String {
        layout.value(at: state).lines().first { $0.path == path }?.text ?? ""
      }
      event.observation.fields.append(
        StateField(
          name: path, isBefore: isBefore, agrees: { before, after in part(isBefore ? before : after) == text },
          logged: { text }, specified: { before, after in part(isBefore ? before : after) }))
    }
  }
}

extension Finite {
  fileprivate static func ordinalsByJSON() throws -> [String: Int] {
    var table: [String: Int] = [:]
    for (ordinal, value) in try values().enumerated() { table[JSON(value).description] = ordinal }
    return table
  }
}

extension LogValue {
  /// The value as a tree.
  var json: JSON {
    get throws(LogError) {
      switch kind {
      case .missing, .null: return .null
      case .boolean: return .boolean(try boolean)
      case .integer: return .integer(try integer)
      case .number: return .number(try number)
      case .string: return .string(try string)
      case .array:
        var values: [JSON] = []
        for element in try elements { values.append(try element.json) }
        return .array(values)
      case .object:
        var members: [JSON.Member] = []
        for (name, value) in try fields { members.append(.init(key: name, value: try value.json)) }
        return .object(members)
      }
    }
  }
}
