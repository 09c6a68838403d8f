import Foundation
import Testing

/// `Documentation/Reference.md` has every public declaration of the library, with its docstring.
///
/// It is made of the symbol graph that comes with the compiler. After a change to a declaration or a docstring:
/// `DISTCHECK_WRITE_REFERENCE=1 swift test -c release --filter ReferenceTests`.
@Suite struct ReferenceTests {
  private static let page = Package.root.appending(path: "Documentation/Reference.md")

  @Test func isThatOfTheLibrary() throws {
    // Without the tool that tells it there is nothing to compare.
    guard let library = try SymbolGraph.extracted("DistCheck"),
      let engine = try SymbolGraph.extracted("DistCheckEngine")
    else { return }
    let text = ReferencePage(library, engine: engine).markdown
    if ProcessInfo.processInfo.environment["DISTCHECK_WRITE_REFERENCE"] != nil {
      try Data(text.utf8).write(to: Self.page)
    }
    let written = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n")
    let made = text.split(separator: "\n")
    let difference = zip(written, made).first { $0 != $1 } ?? (written.count == made.count ? nil : ("its length", ""))
    #expect(difference == nil, "Documentation/Reference.md is not that of the library")
  }
}
