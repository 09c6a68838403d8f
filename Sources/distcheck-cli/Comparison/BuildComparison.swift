import DistCheckEngine
import DistCheckMessages
import DistCheckReporting
import Foundation

/// The comparison of the first states of a model in the build that is searched with an unoptimised one: optimisers have
/// faults, and what they do to a specification would else be taken for what it says.
struct BuildComparison: Sendable {
  var runner: ModelRunner
  var model: ModelRunner.Model
  var values: [(name: String, value: String)]
  var compiler: SpecificationCompiler
  /// The optimised program, and what gives the model its constants.
  var program: URL
  var subject: Request.Subject

  /// How long the unoptimised build explores.
  private static let milliseconds = 200
  /// What takes longer than that when it is optimised may well not come to its end in the time that an unoptimised build gets.
  private static let atOnce = 0.02
  /// States of which there is one hash, in both builds.
  private static let blockSize = DistCheckEngine.BuildComparison.blockSize

  // MARK: What was compared before

  /// Stands beside the program once the builds were found to agree: they would again.
  private var note: URL {
    let constants = subject.constants.map { "\($0.name)=\($0.text)" }
    let about = (["\(model.index)"] + constants).joined(separator: "\n")
    return program.deletingLastPathComponent().appending(
      path: CacheEntry.notePrefix + String(Checksum.of(about.utf8), radix: 36))
  }

  var wasDone: Bool { FileManager.default.fileExists(atPath: note.path) }

  /// Which program and model this is about, whatever the constants.
  var identity: String { "\(program.path) \(model.index)" }

  // MARK: The comparison

  /// In what the builds differ, in one line; nil where they agree.
  func difference() async throws -> String? {
    let other = try await runner.configure(model, values, compiler, build: .unoptimizedInBackground).program
    guard let right = try await blocks(other, .timed(milliseconds: Self.milliseconds)) else {
      // What is wrong there, the search says, unless it is wrong in one build only.
      guard try await blocks(program, .blocks(states: 0)) == nil else { return failsAtOnce("an unoptimized") }
      return nil
    }
    guard let left = try await blocks(program, .blocks(states: right.states)) else {
      return failsAtOnce("the optimized")
    }
    if let difference = try await difference(left, right, other) { return difference }
    _ = FileManager.default.createFile(atPath: note.path, contents: nil)
    return nil
  }

  private func failsAtOnce(_ build: String) -> String { "the model fails before its first step in \(build) build only" }

  private typealias Blocks = (states: Int, hashes: [UInt64], endless: Int?)
  private typealias Details = Event.Comparison.Details

  private func difference(_ left: Blocks, _ right: Blocks, _ other: URL) async throws -> String? {
    let pairs = zip(left.hashes, right.hashes)
    if let block = Array(pairs).firstIndex(where: { $0 != $1 }) {
      if block == 0 { return "the initial states are not the same in an unoptimized build" }
      return try await difference(inBlock: block - 1, other)
    }
    if let place = left.endless, left.states < right.states {
      return try await describe(state: left.states, place: place, other)
    }
    guard let place = right.endless, let details = try await details(program, state: right.states, place: place),
      let seconds = details.seconds, seconds < Self.atOnce
    else { return nil }
    return describe(details, nil)
  }

  private func difference(inBlock block: Int, _ other: URL) async throws -> String? {
    let (left, right) = (try await states(program, ofBlock: block), try await states(other, ofBlock: block))
    for (index, (hashes, others)) in zip(left, right).enumerated() where hashes != others {
      let differing = zip(hashes, others).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
      // The last but one is the state constraint: what lies outside has no actions.
      let place = differing.contains(hashes.count - 2) ? hashes.count - 2 : differing[0]
      return try await describe(state: block * Self.blockSize + index, place: place, other)
    }
    return "some state is not the same in an unoptimized build; or it is not deterministic"
  }

  private func describe(state: Int, place: Int, _ other: URL) async throws -> String {
    describe(
      try await details(program, state: state, place: place), try await details(other, state: state, place: place))
  }

  /// - Parameter unoptimized: Nil where it does not come to its end.
  private func describe(_ optimized: Details?, _ unoptimized: Details?) -> String {
    let details = optimized ?? unoptimized
    let (left, right) = (Self.results(optimized), Self.results(unoptimized))
    let first = (0..<max(left.count, right.count)).first { index in
      index >= left.count || index >= right.count || left[index] != right[index]
    }
    func text(_ results: [String], _ build: Details?) -> String {
      guard build?.seconds != nil else { return "does not come to its end" }
      guard let first else { return "the same, as far as it is shown" }
      return first < results.count ? results[first] : "nothing more"
    }
    return "\(details?.place ?? "") is not the same in an unoptimized build "
      + "(depth \(details?.depth ?? 0), \(details?.state ?? "")): "
      + "optimized: \(text(left, optimized)); unoptimized: \(text(right, unoptimized))"
  }

  private static func results(_ details: Details?) -> [String] {
    (details?.results ?? []).map { $0.title == "value" ? $0.text : "\($0.title): \($0.text)" }
  }

  // MARK: The talk with a build

  private func blocks(_ program: URL, _ wanted: Request.Comparison) async throws -> Blocks? {
    for case .blocks(let states, let hashes, let endless) in try await ask(program, wanted) {
      return (states, hashes, endless)
    }
    return nil
  }

  private func states(_ program: URL, ofBlock block: Int) async throws -> [[UInt64]] {
    try await ask(program, .states(ofBlock: block)).compactMap {
      if case .state(let hashes) = $0 { hashes } else { nil }
    }
  }

  private func details(_ program: URL, state: Int, place: Int) async throws -> Details? {
    for case .details(let details) in try await ask(program, .details(state: state, place: place)) { return details }
    return nil
  }

  /// What a build answers; empty where it cannot even begin.
  private func ask(_ program: URL, _ wanted: Request.Comparison) async throws -> [Event.Comparison] {
    let process = SpecificationProcess(
      program: program, subject: "\(runner.file.path): \(model.name)", isInBackground: true)
    let (events, ending) = try await process.run(
      runner.file.path, .compare(subject, wanted), deadline: .init(limit: .seconds(120), grace: .zero))
    guard ending == .done else {
      throw CommandError(
        .internalFault,
        "\(runner.file.path): \(model.name): the comparison with an unoptimized build did not come to its end; "
          + "--no-self-check leaves it out")
    }
    return events.compactMap { if case .compared(let comparison) = $0 { comparison } else { nil } }
  }
}
