import DistCheckEngine
import DistCheckMessages
import DistCheckReporting

extension Program {
  /// Searches a model, as the request says.
  func check(
    _ model: Model, _ system: TransitionSystem, _ request: Request.Check, isChanged: Bool
  ) throws(Event.Failure) {
    let options = SearchOptions(request, system, expected: model.expectation.outcome)
    for folder in [options.spillFolder, options.checkpoint?.folder].compactMap({ $0 }) {
      do { try Folder.make(folder) } catch { throw Event.Failure(code: 70, message: "\(error)") }
    }
    channel.beginSearch(timeoutMilliseconds: request.timeoutMilliseconds)
    var checker = Checker(
      system,
      bounds: Bounds(
        maxDepth: request.maxDepth, maxStates: request.maxStates,
        timeout: request.timeoutMilliseconds.map { .milliseconds($0) }, memory: request.memory),
      options: options)
    checker.wantedWitnesses = Set(request.witnesses)
    checker.onProgress = { [channel] in channel.send(.searched(Event.SearchProgress($0))) }
    let result: CheckResult
    if let folder = request.resumeFolder {
      do { result = try checker.resume(from: folder) } catch { throw Event.Failure(code: 64, message: "\(error)") }
    } else {
      result = checker.check()
    }
    if let failure = result.diskFailure, failure.isRefusal { throw Event.Failure(code: 64, message: "\(failure)") }
    if result.isEngineFault, let message = result.fault?.fault.message {
      throw .specification(70, message, model: model)
    }
    let keepsCounts = !isChanged && (!request.usesSymmetry || model.isSymmetric)
    var expectation = keepsCounts ? model.expectation : model.expectation.withoutCounts
    // Depth-first, the longest path is another, and what is done again counts again.
    if options.strategy != .breadthFirst { (expectation.generatedStates, expectation.depth) = (nil, nil) }
    // What was stopped is to end now, and what fails has other worries.
    let isOver = result.isComplete || result.stopReason == .maxStates || result.stopReason == .maxDepth
    channel.send(
      .report(
        Report(
          result, specification: self.request.path, model: model.name,
          allocations: isOver && result.fault == nil ? system.allocations() : [],
          expectation: Report.Expectation(
            outcome: expectation.outcome.description, mismatches: expectation.mismatches(result)))))
  }

  /// Shows the execution that a token stands for.
  func replay(_ text: String, _ system: TransitionSystem) throws(Event.Failure) {
    guard let token = ReplayToken(text) else {
      throw Event.Failure(code: 64, message: "--replay: \"\(text)\" is no token")
    }
    let replay: Replay
    do {
      replay = try Checker(system).replay(token)
    } catch {
      switch error {
      case .otherSystem: return channel.send(.replayed(Event.Replay(trace: nil)))
      case .noSuchInitialState(let number):
        throw Event.Failure(code: 64, message: "--replay: there is no initial state \(number)")
      case .notEnabled(let step):
        throw Event.Failure(code: 64, message: "--replay: step \(step) of the token is not enabled")
      case .stopped: throw Event.Failure(code: 20, message: "--replay: interrupted")
      case .noLoop:
        throw Event.Failure(code: 64, message: "--replay: the token does not lead back to where its loop begins")
      }
    }
    channel.send(
      .replayed(
        Event.Replay(
          trace: Report.Trace(replay.trace), violated: replay.violated, fault: replay.fault?.message)))
  }
}

extension SearchOptions {
  fileprivate init(_ request: Request.Check, _ system: TransitionSystem, expected: Expectation.Outcome) {
    self.init(
      strategy: request.strategy.flatMap { Strategy(rawValue: $0) } ?? .breadthFirst, threads: request.threads,
      storage: request.storage.flatMap { Storage(rawValue: $0) } ?? .automatic, spillFolder: request.spillFolder,
      checkpoint: request.checkpoint.map {
        CheckpointOptions(
          folder: $0.folder, interval: .milliseconds($0.everyMilliseconds ?? 300_000), notes: $0.notes)
      })
    lossy =
      switch request.lossy {
      case .hashCompaction(let bits): .hashCompaction(bits: bits)
      case .bitstate(let bytes): .bitstate(bytes: bytes)
      case nil: nil
      }
    // What else is expected to be wrong is to be found, even if a behaviour is found to be wrong before.
    looksAtLivenessOnTheWay =
      switch expected {
      case .holds: true
      case .deadlocks, .fails: false
      case .violates(let name):
        system.properties.contains {
          if $0.name == name, case .temporal = $0.predicate { true } else { false }
        }
      }
    checksLiveness = !request.leavesTemporalOut
    explains = request.explains
    checksItself = request.checksItself
  }
}

extension Event.SearchProgress {
  fileprivate init(_ progress: Progress) {
    self.init(
      distinctStates: progress.distinctStates, generatedStates: progress.generatedStates, depth: progress.depth,
      queued: progress.queued, seconds: Double(progress.elapsed / .microseconds(1)) / 1e6, memory: progress.memory,
      property: progress.property, activity: progress.activity?.rawValue)
  }
}
