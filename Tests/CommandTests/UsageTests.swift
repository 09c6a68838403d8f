import Foundation
import Testing

/// Wrong usage: exit code 64, and one line that says what is wrong.
@Suite struct UsageTests {
  @Test(arguments: [
    ([], "Missing expected argument '<paths> ...' (see distcheck --help)"),
    (["check"], "Missing expected argument '<paths> ...' (see distcheck --help)"),
    (["--bogus", "counter.swift"], "Unknown option '--bogus' (see distcheck --help)"),
    (["missing.swift"], "missing.swift: no such file or folder"),
    (["counter.swift", "--model"], "Missing value for '--model <model>' (see distcheck --help)"),
    (["counter.swift", "--max-states", "0"], "--max-states 0: must be at least 1 (see distcheck --help)"),
    (["counter.swift", "--max-depth", "0"], "--max-depth 0: must be at least 1 (see distcheck --help)"),
    (
      ["counter.swift", "--max-depth", "many"],
      "The value 'many' is invalid for '--max-depth <max-depth>' (see distcheck --help)"
    ),
    (
      ["counter.swift", "--timeout", "soon"],
      "--timeout soon: write a time such as 90, 90s, 5m or 2h (see distcheck --help)"
    ),
    (
      ["counter.swift", "--timeout", "0"],
      "--timeout 0: write a time such as 90, 90s, 5m or 2h (see distcheck --help)"
    ),
    (
      ["counter.swift", "--lossy", "bits=33"],
      "--lossy bits=33: must be bits=8 to bits=32, bitstate, or bitstate with a size such as 256M (see distcheck --help)"
    ),
    (
      ["counter.swift", "--lossy", "bits=7"],
      "--lossy bits=7: must be bits=8 to bits=32, bitstate, or bitstate with a size such as 256M (see distcheck --help)"
    ),
    (
      ["counter.swift", "--lossy", "bitstate=0"],
      "--lossy bitstate=0: must be bits=8 to bits=32, bitstate, or bitstate with a size such as 256M (see distcheck --help)"
    ),
    (
      ["counter.swift", "--lossy", "bitstate=9999G"],
      "--lossy bitstate=9999G: must be bits=8 to bits=32, bitstate, or bitstate with a size such as 256M (see distcheck --help)"
    ),
    (
      ["counter.swift", "--lossy", "bits=32", "--storage", "full"],
      "--lossy and --storage exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "--lossy", "bits=32", "--checkpoint", "c"],
      "--lossy and --checkpoint exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "--lossy", "bits=32", "--spill", "c"],
      "--lossy and --spill exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "--list", "--lossy", "bits=32"],
      "--list and --lossy exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "--replay", "x", "--lossy", "bits=32"],
      "--replay and --lossy exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "--list", "--replay", "x"],
      "--list and --replay exclude each other (see distcheck --help)"
    ),
    (["counter.swift", "--list", "--timeout", "1"], "--list and --timeout exclude each other (see distcheck --help)"),
    (["counter.swift", "--list", "--coverage"], "--list and --coverage exclude each other (see distcheck --help)"),
    (["counter.swift", "--list", "--symmetry"], "--list and --symmetry exclude each other (see distcheck --help)"),
    (["counter.swift", "--symmetry"], "--symmetry: Counter declares nothing interchangeable"),
    (["counter.swift", "--list", "-D", "n=1"], "--list and -D exclude each other (see distcheck --help)"),
    (
      ["counter.swift", "--replay", "x", "--max-states", "5"],
      "--replay and --max-states exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "--replay", "x", "--witness", "y"],
      "--replay and --witness exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "--strategy", "sideways"],
      "--strategy sideways: must be breadth-first, depth-first or iterative-deepening (see distcheck --help)"
    ),
    (
      ["counter.swift", "--strategy", "depth-first", "--threads", "2"],
      "--strategy depth-first and --threads 2 exclude each other: there is one stack (see distcheck --help)"
    ),
    (
      ["counter.swift", "--strategy", "iterative-deepening", "--storage", "auto"],
      "--strategy iterative-deepening and --storage exclude each other: states are kept with their depth (see distcheck --help)"
    ),
    (
      ["counter.swift", "--list", "--strategy", "depth-first"],
      "--list and --strategy exclude each other (see distcheck --help)"
    ),
    (
      ["counter.swift", "counter.swift", "--model", "counter"],
      "--model, -D, --replay and --with need a single specification (see distcheck --help)"
    ),
    (["counter.swift", "-D", "n"], "-D n: write -D name=value, -D name=3...6 or -D name=1,3,5"),
    (["counter.swift", "-D", "=1"], "-D =1: write -D name=value, -D name=3...6 or -D name=1,3,5"),
    (["counter.swift", "-D", "n="], "-D n=: write -D name=value, -D name=3...6 or -D name=1,3,5"),
    (["counter.swift", "-D", "n=5...3"], "-D n=5...3: the range is empty"),
    (["counter.swift", "-D", "n=1,,3"], "-D n=1,,3: a value of the list is missing"),
    (["counter.swift", "-D", "n=1...3,2"], "-D n=1...3,2: a value is given twice"),
    (["counter.swift", "-D", "n=1...600,601...1200"], "-D n=1...600,601...1200: a sweep has at most 1,000 values"),
    (["counter.swift", "-D", "n=1...1001"], "-D n=1...1001: a sweep has at most 1,000 values"),
    (["new"], "Missing expected argument '<name>' (see distcheck --help)"),
    (
      ["new", "2nd"], "2nd: a specification's name begins with a letter and has letters, digits and dashes"
    ),
  ])
  func refused(arguments: [String], message: String) async throws {
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try await Library.workspace.shell("exec \"$distcheck\" \(quoted)")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: \(message)\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func unknownModel() async throws {
    let outcome = try await Library.run(.constants, "--model", "huge")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: constants.swift: no model \"huge\"; there are \"small\", \"blind\"\n")
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: [
    ("tall=3", "Constants has no constant \"tall\": it has size, limit, byte, flag, color, level, transport"),
    ("limit=few", "-D limit: \"few\" is no integer"),
    ("limit=9223372036854775808", "-D limit: \"9223372036854775808\" is no integer"),
    ("byte=256", "-D byte: 256 is not in 0...255"),
    ("byte=-1", "-D byte: -1 is not in 0...255"),
    ("flag=1", "-D flag: \"1\" is none of false, true"),
    ("color=blue", "-D color: \"blue\" is none of red, green"),
    ("level=5", "-D level: \"5\" is none of 1, 2, 3, 4"),
    ("size=two", "-D size: \"two\" is no integer"),
    ("size=-1", "-D size: -1 is not in 0...65535"),
    ("size=65536", "-D size: 65536 is not in 0...65535"),
  ])
  func constant(setting: String, message: String) async throws {
    let outcome = try await Library.run(.constants, "-D", setting)
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: \(message)\n")
  }

  @Test func unknownWitness() async throws {
    let outcome = try await Library.run(.constants, "--model", "small", "--witness", "nothing seen")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: --witness: small has no Sometimes property \"nothing seen\"\n")
  }

  @Test func helpAndVersion() async throws {
    let help = try await Library.workspace.run("--help")
    #expect(help.code == 0)
    #expect(help.errors.isEmpty)
    for code in [0, 10, 11, 12, 13, 20, 64, 65, 70, 75] { #expect(help.output.contains("\n  \(code) ")) }
    let version = try await Library.workspace.run("--version")
    #expect(version.code == 0)
    #expect(version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  /// Of two values one would be ignored.
  @Test(arguments: [
    ["--timeout", "1", "--timeout=2"], ["--threads", "1", "--threads", "1"], ["--json", "--json"],
    ["--max-states", "5", "--max-depth", "5", "--max-states", "6"], ["--spill", "a", "--spill", "b"],
  ])
  func givenTwice(options: [String]) async throws {
    try await Library.compiled.wait(for: .counter)
    let outcome = try await Library.workspace.shell(
      "exec \"$distcheck\" counter.swift \(options.joined(separator: " "))")
    #expect(outcome.code == 64)
    let name = options[0]
    #expect(outcome.errors == "distcheck: \(name): is given twice (see distcheck --help)\n")
  }

  @Test func severalModels() async throws {
    let outcome = try await Library.run(.verdicts, "--model", "holds", "--model", "deadlock", "--json")
    let names = outcome.output.split(separator: "\n").compactMap { $0.firstMatch(of: /"model":"(.*?)"/)?.output.1 }
    #expect(names == ["holds", "deadlock"])
    #expect(outcome.code == 11)
    let missing = try await Library.run(.verdicts, "--model", "holds", "--model", "none")
    #expect(missing.code == 64)
    #expect(missing.errors.hasPrefix("distcheck: verdicts.swift: no model \"none\"; there are "))
  }

  @Test(arguments: ["-D limit=-1...9223372036854775807", "-D limit=0...999 -D byte=0...999 -D level=0...999"])
  func sweepsThatAreTooLong(constants: String) async throws {
    try await Library.compiled.wait(for: .constants)
    let outcome = try await Library.workspace.shell("exec \"$distcheck\" constants.swift \(constants)")
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains(": a sweep has at most "))
  }
}
