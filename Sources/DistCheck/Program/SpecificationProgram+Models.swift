import DistCheckEngine
import DistCheckMessages
import DistCheckReporting

extension Event.Failure {
  /// Something about the specification, or about one of its models.
  static func specification(
    _ code: Int, _ message: String, line: Int? = nil, model: Model? = nil
  ) -> Event.Failure {
    Event.Failure(code: code, message: message, model: model?.name, isInSpecification: true, line: line)
  }

  /// The specification's code failed.
  static func fault(
    _ fault: SpecificationFault, in place: String, model: Model? = nil, code: Int = 75
  ) -> Event.Failure {
    Event.Failure(
      code: code, message: "\(place): ", model: model?.name, isInSpecification: true, fault: fault.message,
      frames: fault.frames)
  }
}

// Everything before the search that runs code of the specification: a failure there is an error with a message, too.
extension Program {
  func models() throws(Event.Failure) -> [(entry: SpecificationProgram.Entry, model: Model)] {
    var all: [(SpecificationProgram.Entry, Model)] = []
    do {
      try catchingFaults { for entry in entries { all += entry.models().map { (entry, $0) } } }
    } catch { throw .fault(error, in: "the list of models fails") }
    var known: Set<[String]> = []
    for (entry, model) in all where !known.insert([entry.name, model.name]).inserted {
      throw .specification(65, "\(entry.name) has two models named \"\(model.name)\"")
    }
    return all
  }

  func list(_ models: [(entry: SpecificationProgram.Entry, model: Model)]) {
    // After a fault no more of the specification's code is run: it may have been left in the midst of something.
    var failure: Event.Failure?
    for (index, (entry, model)) in models.enumerated() {
      var constants: [(name: String, value: Value)] = []
      if failure == nil {
        do {
          try catchingFaults { constants = model.constants }
        } catch { failure = .fault(error, in: "its constants cannot be shown", model: model) }
      }
      let sizes = zip(entry.sizeNames, model.sizes).map { JSON.Member(key: $0, value: .integer($1)) }
      channel.send(
        .model(
          Event.ModelDescription(
            index: index, name: model.name, specification: entry.name, sizes: .object(sizes),
            constants: .object(constants.map { JSON.Member(key: $0.name, value: JSON($0.value)) }),
            expectation: model.expectation.outcome.description, isSymmetric: model.isSymmetric, failure: failure)))
    }
  }

  /// The model with the constants that are asked for.
  func configured(
    _ model: Model, of entry: SpecificationProgram.Entry, _ constants: [Request.Constant]
  ) throws(Event.Failure) -> Model {
    let settings = constants.map { (name: $0.name, text: $0.text) }
    if entry.resize == nil && settings.isEmpty { return model }
    let result: Result<Model, ConstantError>
    do {
      result = try evaluating { () throws(ConstantError) in
        let resized = entry.resize?(model) ?? model
        return settings.isEmpty ? resized : try resized.setting(settings)
      }
    } catch { throw .fault(error, in: "its constants fail with these sizes", model: model) }
    do {
      return try result.get()
    } catch {
      guard error.reason == ConstantError.noSuchConstant else {
        throw Event.Failure(code: 64, message: "-D \(error.name): \(error.reason)")
      }
      let names = entry.sizeNames + StoredProperty.all(of: model.type).map(\.name)
      let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
      throw Event.Failure(code: 64, message: "\(entry.name) has no constant \"\(error.name)\": \(list)")
    }
  }

  func lower(_ model: Model, of entry: SpecificationProgram.Entry) throws(Event.Failure) -> TransitionSystem {
    channel.send(.began(.start))
    do {
      var system = try model.lowered()
      system.constants =
        zip(entry.sizeNames, model.sizes).map { (name: $0, value: .integer($1)) } + system.constants
      return system
    } catch { throw failure(error, of: model) }
  }

  func failure(_ error: SpecificationError, of model: Model) -> Event.Failure {
    func refusal(_ code: Int, at location: SourceLocation? = nil) -> Event.Failure {
      // The line is told as one of the specification's own file.
      let file = self.request.path.split(separator: "/").last
      let line = location.flatMap { $0.file.split(separator: "/").last == file ? $0.line : nil }
      return .specification(code, "\(error)", line: line, model: model)
    }
    switch error {
    case .fault(let fault): return .fault(fault, in: "the specification fails before its first step", model: model)
    case .typeFault(let type, let fault):
      // What the library's own types refuse is wrong as it is written; everything else has failed while running.
      return .fault(fault, in: "\(type) fails", model: model, code: fault.isTrap ? 75 : 65)
    case .assumption(_, let location): return refusal(10, at: location)
    case .group(_, _, _, let location), .tooManyInstances(_, let location), .action(_, let location, _),
      .duplicateName(_, let location), .formula(_, let location, _):
      return refusal(65, at: location)
    case .noSuchAction, .noSuchProperty, .nothingInterchangeable: return refusal(65, at: model.location)
    case .constant: return refusal(64)
    default: return refusal(65)
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
