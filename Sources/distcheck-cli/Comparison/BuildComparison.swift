import DistCheckReporting
import Foundation

/// The comparison of the first states of a model in the build that is searched with an unoptimised one: optimisers have
/// faults, and what they do to a specification would else be taken for what it says.
struct BuildComparison: Sendable {
  var runner: ModelRunner
  var model: ModelRunner.Model
  var values: [(name: String, value: String)]
  var compiler: SpecificationCompiler
  /// The optimised program, and the words that give the model its constants.
  var program: URL
  var words: [String]

  /// How long the unoptimised build explores.
  private static let milliseconds = 200
  /// What takes longer than that when it is optimised may well not come to its end in the time that an unoptimised build gets.
  private static let atOnce = 0.02

  // MARK: What was compared before

  /// Stands beside the program once the builds were found to agree: they would again.
  private var note: URL {
    let request = (["model=\(model.index)"] + words).joined(separator: " ")
    return program.deletingLastPathComponent().appending(
      path: "compared-\(String(SpecificationCache.hash(request.utf8), radix: 36))")
  }

  var wasDone: Bool { FileManager.default.fileExists(atPath: note.path) }

  /// Which program and model this is about, whatever the constants.
  var subject: String { "\(program.path) \(model.index)" }

  // MARK: The comparison

  /// In what the builds differ, in one line; nil where they agree.
  func difference() async throws -> String? {
    let other = try await runner.configure(model, values, compiler, build: .unoptimizedInBackground).program
    let unoptimized = try await ask(other, ["milliseconds=\(Self.milliseconds)"])
    let optimized = try await ask(program, ["states=\(unoptimized.first?["states"].integer ?? 0)"])
    if let difference = try await difference(optimized, unoptimized, other) { return difference }
    _ = FileManager.default.createFile(atPath: note.path, contents: nil)
    return nil
  }

  private func difference(_ optimized: [JSON], _ unoptimized: [JSON], _ other: URL) async throws -> String? {
    guard let left = optimized.first, let right = unoptimized.first else {
      // Neither has begun: what is wrong there, the search says.
      if optimized.isEmpty && unoptimized.isEmpty { return nil }
      return "the model fails before its first step in \(optimized.isEmpty ? "the" : "an un")optimized build only"
    }
    let pairs = zip(left["blocks"].array, right["blocks"].array)
    if let block = Array(pairs).firstIndex(where: { $0 != $1 }) {
      if block == 0 { return "the initial states are not the same in an unoptimized build" }
      return try await difference(inBlock: block - 1, other)
    }
    let state = right["states"].integer ?? 0
    if let place = left["endless"].integer, (left["states"].integer ?? 0) < state {
      return try await describe(state: left["states"].integer ?? 0, place: place, other)
    }
    guard let place = right["endless"].integer else { return nil }
    let details = try await ask(program, ["state=\(state)", "place=\(place)"]).first ?? .null
    guard let seconds = details["seconds"].number, seconds < Self.atOnce else { return nil }
    return describe(details, .null)
  }

  private func difference(inBlock block: Int, _ other: URL) async throws -> String? {
    let words = ["states=\((block + 1) * 64)", "block=\(block)"]
    let (left, right) = (try await ask(program, words), try await ask(other, words))
    for (index, (hashes, others)) in zip(left, right).enumerated() where hashes != others {
      let differing = zip(hashes.array, others.array).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
      // The last but one is the state constraint: what lies outside has no actions.
      let place = differing.contains(hashes.array.count - 2) ? hashes.array.count - 2 : differing[0]
      return try await describe(state: block * 64 + index, place: place, other)
    }
    return "some state is not the same in an unoptimized build; or it is not deterministic"
  }

  private func describe(state: Int, place: Int, _ other: URL) async throws -> String {
    let words = ["state=\(state)", "place=\(place)"]
    let optimized = try await ask(program, words).first ?? .null
    return describe(optimized, try await ask(other, words).first ?? .null)
  }

  /// - Parameter unoptimized: Null where it does not come to its end.
  private func describe(_ optimized: JSON, _ unoptimized: JSON) -> String {
    let details = optimized.isNull ? unoptimized : optimized
    let (left, right) = (Self.results(optimized), Self.results(unoptimized))
    let first = (0..<max(left.count, right.count)).first { index in
      index >= left.count || index >= right.count || left[index] != right[index]
    }
    func text(_ results: [String], _ build: JSON) -> String {
      guard build["seconds"].number != nil else { return "does not come to its end" }
      guard let first else { return "the same, as far as it is shown" }
      return first < results.count ? results[first] : "nothing more"
    }
    return "\(details["place"].string ?? "") is not the same in an unoptimized build "
      + "(depth \(details["depth"].integer ?? 0), \(details["state"].string ?? "")): "
      + "optimized: \(text(left, optimized)); unoptimized: \(text(right, unoptimized))"
  }

  private static func results(_ details: JSON) -> [String] {
    details["results"].array.map { result in
      let parts = result.array.compactMap(\.string)
      return parts.first == "value" ? parts.last ?? "" : parts.joined(separator: ": ")
    }
  }

  // MARK: The talk with a build

  /// What a build answers; empty where it cannot even begin.
  private func ask(_ program: URL, _ words: [String]) async throws -> [JSON] {
    let request = ["compare", "model=\(model.index)", "spec=\(runner.file.path)"] + self.words + words
    let result = try await BackgroundProcess.run(program, request, limit: .seconds(120))
    guard result.status.isSuccess else {
      throw CommandError(
        .internalFault,
        "\(runner.file.path): \(model.name): the comparison with an unoptimized build ended unexpectedly "
          + "(\(result.status)); --no-self-check leaves it out")
    }
    return result.output.split(separator: "\n").filter { $0.hasPrefix("C ") }.compactMap {
      JSON(parsing: String($0.dropFirst(2)))
    }
  }
}
