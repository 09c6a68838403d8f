import Foundation
import TestSupport
import Testing

/// Files that do not compile, or are no specifications: exit code 65.
@Suite struct CompilationTests {
  let workspace = try! Workspace()

  @Test func compilerSpeaksOfTheSpecificationOnly() async throws {
    try workspace.write("typo.swift", Fixture.counter().replacing("s.n += 1", with: "s.m += 1"))
    let outcome = try await workspace.run("typo.swift")
    #expect(outcome.code == 65)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors == """
        typo.swift:10:50: error: value of type 'Counter.State' has no member 'm'
         8 |   var initial: Initial<State> { State() }
         9 |   var actions: Actions<State> {
        10 |     Action("Up") { s in s.n < 3 } then: { s in s.m += 1 }
           |                                                  `- error: value of type 'Counter.State' has no member 'm'
        11 |   }
        12 |   func mayStop(_ s: State) -> Bool { s.n == 3 }
        distcheck: typo.swift: does not compile

        """)
  }

  @Test(arguments: [
    ("var log: [Int] = []", "log", "[Int]"), ("var name = \"\"", "name", "String"), ("var o = Object()", "o", "Object"),
  ])
  func heapTypes(field: String, name: String, type: String) async throws {
    let object = field.contains("Object") ? "\nfinal class Object {}\n" : ""
    try workspace.write("heap.swift", Fixture.counter(fields: "    \(field)") + object)
    let outcome = try await workspace.run("heap.swift")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.contains(
        "heap.swift:6:9: error: stored property '\(name)' of 'BitwiseCopyable'-conforming struct 'State' has "
          + "non-bitwise-copyable type '\(type)'"))
    #expect(outcome.errors.hasSuffix("distcheck: heap.swift: does not compile\n"))
    #expect(!outcome.errors.contains("main.swift"))
    #expect(!outcome.errors.contains("SpecificationProgram"))
  }

  /// What Swift compiles, but distcheck does not take.
  @Test(arguments: [
    ("var m = ID<Never, 65>.Map<Bool>(false)", "State.m: there can be 1 to 64 identities of a kind, not 65"),
    ("var s = Subset<Bounded<0, 99>>()", "State.s: a Subset has at most 64 possible elements, not 100"),
  ])
  func layout(field: String, reason: String) async throws {
    try workspace.write("layout.swift", Fixture.counter(fields: "    \(field)"))
    let outcome = try await workspace.run("layout.swift")
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: layout.swift: model \"counter\": \(reason)\n")
  }

  @Test(arguments: [
    (#"Action("Up") { s in s.n < 3 } then: { s in s.n += 1 }"#, "", ": the specification has no actions"),
    ("{ State() }", "{}", ": the specification has no initial state"),
    (
      "{ s in s.n += 1 }", "{ s in s.n += 1 }\n    Action(\"Up\") { s in false } then: { s in }",
      "11: two actions or two properties are called \"Up\""
    ),
  ])
  func incomplete(part: String, replacement: String, lineAndReason: String) async throws {
    try workspace.write("incomplete.swift", Fixture.counter().replacing(part, with: replacement))
    let outcome = try await workspace.run("incomplete.swift")
    #expect(outcome.code == 65)
    let parts = lineAndReason.split(separator: ": ", maxSplits: 1)
    let place = "incomplete.swift" + (parts.count > 1 ? ":\(parts[0])" : "")
    #expect(outcome.errors == "distcheck: \(place): model \"counter\": \(parts.last ?? "")\n")
  }

  @Test func noModels() async throws {
    try workspace.write(
      "none.swift", Fixture.counter().replacing("static var models: Models { Model(\"counter\", Counter()) }", with: "")
    )
    let outcome = try await workspace.run("none.swift")
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: none.swift: the specification has no models\n")
  }

  /// Refused without a compiler.
  @Test(arguments: [
    ("let x = 1", "is no specification: no struct in it conforms to Specification"),
    ("", "is no specification: no struct in it conforms to Specification"),
    ("// struct A: Specification {}", "is no specification: no struct in it conforms to Specification"),
    (
      "struct A<T>: Specification {}", "A: the generic parameter \"T\" is no integer; write \"let n: Int\""
    ),
  ])
  func noSpecification(source: String, reason: String) async throws {
    try workspace.write("other.swift", source)
    let outcome = try await workspace.run("other.swift", environment: ["DISTCHECK_CACHE": "/dev/null"])
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: other.swift: \(reason)\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func notText() async throws {
    let file = try workspace.write("bytes.swift", "")
    try Data([0xFF, 0xFE, 0]).write(to: file)
    let outcome = try await workspace.run("bytes.swift")
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: bytes.swift: is not UTF-8 text\n")
  }

  /// Where a declaration is found, whatever is around it.
  @Test(arguments: [
    "struct A: Specification {", "struct A:Specification{", "struct A<let n: Int>: Specification\n{",
    "struct A\r\n  : Specification\r\n{", "struct /* of */ A : Sendable, DistCheck.Specification {",
    "let s = \"\\(f(\"struct B: X {\"))\"\nstruct A: Specification {",
    "let s = #\"\"struct\"#; struct A: Specification {",
    "/* /* */ struct B: Specification { */\nstruct A: Specification {", "struct B: Other {} struct A: Specification {",
  ])
  func declarations(text: String) async throws {
    // Compiled with what is missing, it is a specification of that name.
    try workspace.write("a.swift", text + "\n")
    let outcome = try await workspace.run("a.swift", "--no-self-check")
    #expect(outcome.code == 65)
    #expect(outcome.errors.hasSuffix("distcheck: a.swift: does not compile\n"))
  }

  @Test(arguments: [
    "struct A: Other.Specification {}", "struct A { struct B: C {} } // : Specification",
    "let s = \"struct A: Specification {\"",
    "let s = #\"\"struct A: Specification {\"#", "let s = \"\"\"\nstruct A: Specification {\n\"\"\"",
    "enum A: Specification {}",
  ])
  func noDeclarations(text: String) async throws {
    try workspace.write("a.swift", text + "\n")
    let outcome = try await workspace.run("a.swift", "--no-self-check")
    #expect(outcome.errors == "distcheck: a.swift: is no specification: no struct in it conforms to Specification\n")
  }

  /// Four megabytes, of the kinds that are tedious: a moment, not hours.
  @Test(arguments: ["struct A: B, ", "\"\\(", "/*", "#", "\n", "struct A<", "\"\"\"", "x"])
  func longFiles(piece: String) async throws {
    try workspace.write("a.swift", String(repeating: piece, count: (4 << 20) / piece.utf8.count))
    let outcome = try await workspace.run("a.swift", "--no-self-check")  // is killed after 90 s
    #expect(outcome.code == 65)
  }

  @Test func lineEndsOfWindows() async throws {
    try workspace.write(
      "a.swift",
      Fixture.counter.source.replacing(": Specification {", with: ": Specification\n{").replacing("\n", with: "\r\n"))
    let outcome = try await workspace.run("a.swift", "--no-self-check")
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("a.swift\n  counter: holds\n"))
  }
}
