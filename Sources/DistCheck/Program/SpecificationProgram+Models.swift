import DistCheckEngine
import DistCheckReporting

/// Why a model cannot be run, and the exit code that this calls for.
struct Failure: Error {
  var code: Int
  var message: String
  /// Whether it is the specification that is wrong, and not the command line: then the command says where.
  var isInSpecification = false
  var line: Int?
  /// What went wrong in the specification's code; the message ends where its own begins.
  var fault: SpecificationFault?

  /// The specification is wrong.
  static func specification(_ code: Int, _ message: String, line: Int? = nil) -> Failure {
    Failure(code: code, message: message, isInSpecification: true, line: line)
  }

  /// The specification's code failed.
  static func fault(_ fault: SpecificationFault, in place: String, code: Int = 75) -> Failure {
    Failure(code: code, message: "\(place): ", isInSpecification: true, fault: fault)
  }

  var json: JSON {
    .object([
      "code": .integer(code), "message": .string(message), "inSpecification": .boolean(isInSpecification),
      "line": line.map { .integer($0) } ?? .null, "fault": fault.map { .string($0.message) } ?? .null,
      "frames": .array((fault?.frames ?? []).map { .integer(Int($0)) }),
    ])
  }
}

// Everything before the search that runs code of the specification: a failure there is an error with a message, too.
extension Program {
  func models() throws(Failure) -> [(entry: SpecificationProgram.Entry, model: Model)] {
    var all: [(SpecificationProgram.Entry, Model)] = []
    do {
      try catchingFaults { for entry in entries { all += entry.models().map { (entry, $0) } } }
    } catch { throw .fault(error, in: "the list of models fails") }
    return all
  }

  func list(_ models: [(entry: SpecificationProgram.Entry, model: Model)]) {
    // After a fault no more of the specification's code is run: it may have been left in the midst of something.
    var failure: Failure?
    for (entry, model) in models {
      var constants: [(name: String, value: Value)] = []
      if failure == nil {
        do {
          try catchingFaults { constants = model.constants }
        } catch { failure = .fault(error, in: "model \"\(model.name)\": its constants cannot be shown") }
      }
      let sizes = zip(entry.sizeNames, model.sizes).map { JSON.Member(key: $0, value: .integer($1)) }
      write(
        "M",
        .object([
          "name": .string(model.name), "specification": .string(entry.name), "sizes": .object(sizes),
          "constants": .object(constants.map { JSON.Member(key: $0.name, value: JSON($0.value)) }),
          "expectation": .string(model.expectation.outcome.description), "symmetric": .boolean(model.isSymmetric),
          "failure": failure?.json ?? .null,
        ]))
    }
  }

  /// The model with the constants that are asked for.
  func configured(_ model: Model, of entry: SpecificationProgram.Entry) throws(Failure) -> Model {
    let settings = request.values.filter { $0.key == "set" }.map { setting in
      let parts = setting.value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (name: String(parts[0]), text: parts.count > 1 ? String(parts[1]) : "")
    }
    if entry.resize == nil && settings.isEmpty { return model }
    let result: Result<Model, ConstantError>
    do {
      result = try evaluating { () throws(ConstantError) in
        let resized = entry.resize?(model) ?? model
        return settings.isEmpty ? resized : try resized.setting(settings)
      }
    } catch { throw .fault(error, in: "model \"\(model.name)\": its constants fail with these sizes") }
    do {
      return try result.get()
    } catch {
      guard error.reason == ConstantError.noSuchConstant else {
        throw Failure(code: 64, message: "-D \(error.name): \(error.reason)")
      }
      let names = entry.sizeNames + StoredProperty.all(of: model.type).map(\.name)
      let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
      throw Failure(code: 64, message: "\(entry.name) has no constant \"\(error.name)\": \(list)")
    }
  }

  func lower(_ model: Model, of entry: SpecificationProgram.Entry) throws(Failure) -> TransitionSystem {
    let place = "model \"\(model.name)\""
    do {
      var system = try model.lowered()
      system.constants =
        zip(entry.sizeNames, model.sizes).map { (name: $0, value: .integer($1)) } + system.constants
      return system
    } catch {
      switch error {
      case .fault(let fault): throw .fault(fault, in: "\(place): the specification fails before its first step")
      case .typeFault(let type, let fault):
        // What the library's own types refuse is wrong as it is written; everything else has failed while running.
        throw .fault(fault, in: "\(place): \(type) fails", code: fault.isTrap ? 75 : 65)
      case .assumption(_, let location): throw .specification(10, "\(place): \(error)", line: location.line)
      case .group(_, _, _, let location), .tooManyInstances(_, let location), .action(_, let location, _):
        throw .specification(65, "\(place): \(error)", line: location.line)
      case .constant: throw .specification(64, "\(place): \(error)")
      default: throw .specification(65, "\(place): \(error)")
      }
    }
  }
}

extension Model {
  /// Names and values of the stored constants.
  fileprivate var constants: [(name: String, value: Value)] {
    var constants: [(name: String, value: Value)] = []
    given { given in constants = Constant.all(of: type).map { ($0.name, $0.value(in: given)) } }
    return constants
  }
}
