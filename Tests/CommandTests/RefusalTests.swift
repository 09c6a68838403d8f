import Foundation
import TestSupport
import Testing

/// The table in `Documentation/Limits.md` of what is refused, and of what is inconclusive, row by row.
///
/// Each row has an example in a file of `Tests/Refusals`, which names it by its first cell and says with which options the
/// file is run: `// row: …`, and below it `// options: …`. Such a file can have several examples. What is in backticks in
/// the second cell has to be printed, and the command has to end with the code in the third.
@Suite struct RefusalTests {
  @Test func everyRowHasAnExample() throws {
    let rows = try Row.all().map(\.what)
    let examples = try Example.all().map(\.row)
    #expect(rows.count == Set(rows).count && rows.count > 50)
    #expect(examples.count == Set(examples).count)
    #expect(Set(rows).subtracting(examples) == [], "rows without an example in Tests/Refusals")
    #expect(Set(examples).subtracting(rows) == [], "examples without a row in Documentation/Limits.md")
  }

  @Test(arguments: try Set(Example.all().map(\.file)).sorted())
  func saysWhatTheTableSays(file: String) async throws {
    let workspace = try Workspace()
    try workspace.write(file, try String(contentsOf: Example.folder.appending(path: file), encoding: .utf8))
    let rows = try Row.all()
    for example in try Example.all() where example.file == file {
      guard let row = rows.first(where: { $0.what == example.row }) else { continue }  // told by the other test
      let outcome = try await workspace.shell("exec \"$distcheck\" \(file) \(example.options)")
      let printed = outcome.output + outcome.errors
      #expect(outcome.code == row.code, "\(row.what)\n\(printed)")
      for message in row.messages { #expect(printed.contains(message), "\(row.what)\n\(printed)") }
    }
  }
}

/// A row of the table.
private struct Row {
  var what: String
  var messages: [String]
  var code: Int32

  static func all() throws -> [Row] {
    let page = try String(contentsOf: root.appending(path: "Documentation/Limits.md"), encoding: .utf8)
    let heading = "## What is refused, and what is inconclusive\n"
    let section = try #require(page.components(separatedBy: heading).dropFirst().first).components(separatedBy: "\n## ")
    return section[0].split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("|"), cells.count == 3, let code = Int32(cells[2]) else { return nil }
      let messages = cells[1].matches(of: /`([^`]+)`/).map { String($0.output.1) }
      #expect(!messages.isEmpty, "\(cells[0]): says nothing")
      return Row(what: cells[0], messages: messages, code: code)
    }
  }
}

private struct Example {
  var file: String
  var row: String
  var options: String

  static let folder = root.appending(path: "Tests/Refusals")

  static func all() throws -> [Example] {
    var examples: [Example] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where file.hasSuffix(".swift")
    {
      var row: String?
      for line in try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n") {
        if let text = line.wholeMatch(of: /\/\/ row: (.*)/) { row = String(text.output.1) }
        guard let text = line.wholeMatch(of: /\/\/ options: ?(.*)/), let name = row else { continue }
        examples.append(Example(file: file, row: name, options: String(text.output.1)))
        row = nil
      }
    }
    return examples
  }
}

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
