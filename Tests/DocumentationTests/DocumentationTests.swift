import Foundation
import TestSupport
import Testing

/// Runs what the documentation shows, in the order in which it shows it, with the real executable.
///
/// - `swift file=NAME`: the whole file NAME, until a later block of that name.
/// - `swift` with a specification in it: a file of its own, which is checked; `exit=12` says with what it ends, if not 0.
/// - `swift` otherwise: lines that occur in this order in a Swift file of the document, or of the package.
/// - `console`, beginning with `$ distcheck …`: the command and all that it prints, on standard output and then on standard
///   error. `exit=12` says with what it ends, if not 0. A line `…` stands for any lines. Times, amounts of memory and the
///   tokens of replay lines are not compared.
/// - `json` after a `console` block: the object that the command printed, but for time and memory.
/// - Any language, `of=FILE`: lines that stand in this file of the package, one after the other.
///
/// All other blocks are left alone. A file that no command names is checked by itself, and has to end with 0.
@Suite struct DocumentationTests {
  @Test(arguments: try Document.all())
  func saysWhatHappens(_ document: Document) async throws {
    let folder = try Workspace.forDocuments()
    var files: [String: String] = [:]
    var unchecked: Set<String> = []
    var printed = ""
    func checkAlone(_ names: Set<String>) async throws {
      for name in names.sorted() {
        let run = try await folder.distcheck([name])
        #expect(run.status == 0, "\(document.name): \(name)\n\(run.output)")
      }
    }
    for block in document.blocks {
      if let name = block["of"] {
        let source = try String(contentsOf: Package.root.appending(path: name), encoding: .utf8)
        #expect(source.contains(block.text), "\(document.name):\(block.line): these lines are not in \(name)")
      } else if block.language == "swift", let name = block["file"] {
        if unchecked.contains(name) { try await checkAlone([name]) }
        try folder.write(name, block.text)
        files[name] = block.text
        unchecked.insert(name)
      } else if block.language == "swift", block.text.contains(": Specification {") {
        try folder.write("snippet.swift", block.text)
        let run = try await folder.distcheck(["snippet.swift"])
        #expect(run.status == block.status, "\(document.name):\(block.line)\n\(run.output)")
      } else if block.language == "swift" {
        let sources = try Array(files.values) + Package.swiftSources()
        #expect(
          sources.contains { contains($0, lines: block.text) },
          "\(document.name):\(block.line): these lines are in no Swift file")
      } else if block.language == "console", let arguments = block.command {
        unchecked.subtract(arguments)
        let run = try await folder.distcheck(arguments)
        #expect(run.status == block.status, "\(document.name):\(block.line)\n\(run.output)")
        #expect(
          agree(shown: lines(block.text.drop { $0 != "\n" }), printed: lines(run.output[...])),
          "\(document.name):\(block.line): it prints\n\(run.output)")
        printed = run.output
      } else if block.language == "json", !printed.isEmpty {
        #expect(
          try object(block.text) == object(printed), "\(document.name):\(block.line): it prints\n\(printed)")
      }
    }
    try await checkAlone(unchecked)
  }
}

// MARK: Comparison

/// Whether the lines of a fragment occur in a source, in this order, indentation and what lies between them aside.
private func contains(_ source: String, lines fragment: String) -> Bool {
  func trimmed(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
  var rest = trimmed(source)[...]
  return trimmed(fragment).allSatisfy { line in
    guard let place = rest.firstIndex(of: line) else { return false }
    rest = rest[(place + 1)...]
    return true
  }
}

/// The lines of an output, without what differs from run to run.
private func lines(_ text: Substring) -> [String] {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    line.replacing(/\d+ min \d+ s|\d+\.\d+ s\b/, with: "TIME")
      .replacing(/\d+(\.\d+)? [kMG]B/, with: "MEMORY")
      .replacing(/[\d,]+ steps\/s/, with: "RATE")
      .replacing(/"seconds":[^,]+/, with: "\"seconds\":TIME")
      .replacing(/"peakMemoryBytes":\d+/, with: "\"peakMemoryBytes\":MEMORY")
      .replacing(/replay: (.*) \w+$/) { "replay: \($0.output.1) TOKEN" }
      .replacing(/--replay \w+$/, with: "--replay TOKEN")
      .replacing(/\ +/, with: " ")
      .trimmingCharacters(in: .whitespaces)
  }
  while lines.last == "" { lines.removeLast() }
  while lines.first == "" { lines.removeFirst() }
  return lines
}

/// Whether what was printed is what is shown, `…` standing for any lines.
private func agree(shown: [String], printed: [String]) -> Bool {
  guard let place = shown.firstIndex(of: "…") else { return shown == printed }
  guard printed.starts(with: shown[..<place]) else { return false }
  let rest = Array(shown[(place + 1)...])
  return (place...max(place, printed.count)).contains { agree(shown: rest, printed: Array(printed.dropFirst($0))) }
}

/// A JSON object, without what differs from run to run.
private func object(_ text: String) throws -> NSDictionary {
  var object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  object["seconds"] = nil
  object["peakMemoryBytes"] = nil
  return object as NSDictionary
}

// MARK: Documents

struct Document: CustomTestStringConvertible, Sendable {
  var name: String
  var blocks: [Block]

  struct Block: Sendable {
    var line: Int
    var info: [String]
    var text: String

    var language: String { info.first ?? "" }
    var status: Int32 { self["exit"].flatMap { Int32($0) } ?? 0 }

    subscript(key: String) -> String? {
      info.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    /// The arguments of `$ distcheck …`.
    var command: [String]? {
      guard let match = text.prefixMatch(of: /\$ (?:swift run -c release )?distcheck (.*)/) else { return nil }
      return match.output.1.matches(of: /"([^"]*)"|\S+/).map { String($0.output.1 ?? $0.output.0) }
    }
  }

  var testDescription: String { name }

  /// README.md and the pages in Documentation.
  static func all() throws -> [Document] {
    let folder = Package.root.appending(path: "Documentation")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }.sorted()
    return try ([Package.root.appending(path: "README.md")] + pages.map { folder.appending(path: $0) })
      .map { Document(name: $0.lastPathComponent, blocks: blocks(of: try String(contentsOf: $0, encoding: .utf8))) }
  }

  private static func blocks(of markdown: String) -> [Block] {
    var blocks: [Block] = []
    var open: Block?
    for (index, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(line: index + 1, info: line.dropFirst(3).split(separator: " ").map(String.init), text: "")
        }
      } else {
        open?.text += line + "\n"
      }
    }
    return blocks
  }
}

enum Package {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func swiftSources() throws -> [String] {
    try ["Specs", "Tests", "Examples"].map { root.appending(path: $0) }.flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".swift") && !$0.contains(".build/") }
        .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    }
  }
}

// MARK: Running

extension Workspace {
  /// A folder in which a document can say `distcheck Specs/raft.swift`, or name a file of `Examples`.
  fileprivate static func forDocuments() throws -> Workspace {
    let workspace = try Workspace()
    for name in ["Specs", "Examples"] {
      try FileManager.default.createSymbolicLink(
        at: workspace.folder.appending(path: name), withDestinationURL: Package.root.appending(path: name))
    }
    return workspace
  }

  /// What a run prints on standard output, and after it what it prints on standard error.
  fileprivate func distcheck(_ arguments: [String]) async throws -> (status: Int32, output: String) {
    let outcome = try await Outcome.of(
      Executable.url, arguments, in: folder, environment: ["DISTCHECK_CACHE": folder.appending(path: "cache").path],
      limit: .seconds(600))
    return (outcome.code, outcome.output + outcome.errors)
  }
}
