import Foundation
import TestSupport
import Testing

/// `-D name=value`.
@Suite struct ConstantTests {
  /// Setting, distinct and generated states.
  @Test(arguments: [
    ("limit=1", 16, 57), ("byte=255", 32, 121), ("flag=false", 8, 15), ("color=green", 32, 129), ("level=4", 32, 121),
    ("transport=fifo.losing", 32, 137), ("transport=growing", 32, 121), ("size=1", 16, 45), ("size=3", 64, 305),
  ])
  func constant(setting: String, distinct: Int, generated: Int) async throws {
    let outcome = try await Library.run(.constants, "-D", setting, "--json")
    #expect(outcome.code == 0)  // the counts that are expected of the model are not compared
    let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(report["model"] as? String == "small")
    #expect(report["distinctStates"] as? Int == distinct)
    #expect(report["generatedStates"] as? Int == generated)
    let parts = setting.split(separator: "=")
    let isWord = ["color", "transport"].contains(parts[0])
    #expect(outcome.output.contains("\"\(parts[0])\":" + (isWord ? "\"\(parts[1])\"" : parts[1])))
  }

  @Test func sizeAndConstantOfAnotherModel() async throws {
    let outcome = try await Library.run(.constants, "--model", "blind", "-D", "size=2", "-D", "limit=1")
    #expect(outcome.code == 0)
    #expect(
      outcome.stableOutput == """
        constants.swift
          blind: holds
            4 distinct, 7 generated, depth 3, TIME, MEMORY
            never enabled: See (guard at constants.swift:24)
            never enabled: Green (guard at constants.swift:25)

        """)
  }

  @Test func sweep() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=2...3", "-D", "size=1...2")
    #expect(outcome.code == 0)
    #expect(
      outcome.output.replacing(/\ +\d+\.\d+ s +\d+\.\d+ MB/, with: "").replacing(/\ +time +memory/, with: "") == """
        constants.swift
          small
            limit  size  verdict  distinct  generated  depth
            2         1    holds        12         33      5
            2         2    holds        24         89      6
            3         1    holds        16         45      6
            3         2    holds        32        121      7
        models: 4 passed, 0 failed

        """)
  }

  @Test func sweepOverAList() async throws {
    func constants(_ setting: String) async throws -> [[String: Any]] {
      let outcome = try await Library.run(.constants, "-D", setting, "--json")
      #expect(outcome.code == 0)
      return try outcome.output.split(separator: "\n").map {
        let report = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        return try #require(report?["constants"] as? [String: Any])
      }
    }
    #expect(try await constants("limit=4,1,2...3").map { $0["limit"] as? Int } == [4, 1, 2, 3])
    #expect(try await constants("flag=false...true").map { $0["flag"] as? Bool } == [false, true])
    #expect(try await constants("color=green,red").map { $0["color"] as? String } == ["green", "red"])
    #expect(try await constants("size=1,3").map { $0["size"] as? Int } == [1, 3])
  }

  @Test func falseAssumption() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=12")
    #expect(outcome.code == 10)
    #expect(
      outcome.errors
        == "distcheck: constants.swift:19: model \"small\": the assumption \"the limit is small\" is false\n")
  }

  @Test func expectedVerdictIsCompared() async throws {
    let outcome = try await Library.run(.verdicts, "-D", "stop=2")
    #expect(outcome.code == 11)
    #expect(outcome.output.contains("    expected holds, but it deadlocks\n"))
  }

  @Test func sweepInJSON() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=1...4", "--json")
    #expect(outcome.code == 0)
    let reports = try outcome.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(reports.map { ($0?["constants"] as? [String: Any])?["limit"] as? Int } == [1, 2, 3, 4])
  }

  @Test func sweepWithViolations() async throws {
    let outcome = try await Library.run(.verdicts, "-D", "always=3...4")
    #expect(outcome.code == 12)
    #expect(outcome.output.contains(/3 +violates "[a-z]+" \(unexpected\)/))
    #expect(outcome.output.contains(/4 +holds/))
    #expect(outcome.output.hasSuffix("models: 1 passed, 1 failed\n"))
  }

  @Test func list() async throws {
    let outcome = try await Library.run(.constants, "--list")
    #expect(outcome.code == 0)
    #expect(
      outcome.output == """
        constants.swift
          small: holds  size=2 limit=3 byte=2 flag=true color=red level=2 transport=unordered
          blind: holds  size=3 limit=3 byte=2 flag=false color=red level=2 transport=unordered

        """)
  }

  @Test func listInJSON() async throws {
    let outcome = try await Library.run(.verdicts, "--list", "--json")
    #expect(outcome.code == 0)
    let models = try outcome.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(models.count == 11)
    #expect(models[1]["schema"] as? Int == 1)
    #expect(models[1]["spec"] as? String == "verdicts.swift")
    #expect(models[1]["model"] as? String == "expected violation")
    #expect(models[1]["expectation"] as? String == "violates \"below\"")
  }

  // MARK: Other sizes

  /// Its assumption is that every constant has the value that the model gave it.
  private static let carried = """
    import DistCheck

    protocol Shape { var sides: Int { get } }
    struct Round: Shape { var sides = 0 }

    struct Carried<let n: Int>: Specification {
      enum Kind {}
      typealias Node = ID<Kind, n>
      enum Rule: Equatable { case none, atMost(Double), led(by: [Node]) }
      /// Without `==`.
      struct Settings {
        var names: [String] = []
        var nodes: [Node: Double] = [:]
        var rule = Rule.none
      }

      var isKept = false
      var faulty: [Int] = []
      var rate = 1.0
      var name = "default"
      var limit: Int? = nil
      var table: [String: [Int]] = [:]
      var seen: Set<String> = []
      var leader: Node = 0
      var voters = Node.Set()
      var ring: [Node] = []
      var edges: [(Node, Bool)] = []
      var log = Log<4, Node>()
      var bag = Bag<4, Node>()
      var rule = Rule.none
      var settings = Settings()
      var nested: [Settings] = []
      var majority = n / 2 + 1
      var quorum = Array(0..<n)
      var isFine: (Int) -> Bool = { $0 > 0 }
      var whatever: Any = 1
      var shape: any Shape = Round()

      struct State: BitwiseCopyable { var isOn = false }

      var assumptions: Assumptions {
        Assume("what was given") {
          !isKept
            || faulty == [1, 2] && rate == 2.5 && name == "a name that is longer than fifteen bytes" && limit == 7
              && table == ["a": [1], "b": [2, 3]] && seen == ["c", "d"] && leader.index == 2
              && voters.map { $0.index } == [0, 2] && ring.map { $0.index } == [2, 1] && edges.map { $0.0.index } == [1]
              && edges.map { $0.1 } == [true] && log.count == 2 && log[1].index == 2 && log[2].index == 0
              && bag.count == 3 && bag.contains(2) && bag.contains(1)
        }
        Assume("structs and enums") {
          !isKept
            || rule == .led(by: [1, 2]) && settings.names == ["x"] && settings.nodes == [1: 0.5, 2: 1.5]
              && settings.rule == .atMost(3.5) && nested.count == 2 && nested[1].names == ["y"]
              && nested[1].rule == .led(by: [2]) && shape.sides == 3
        }
        Assume("defaults of this size") { majority == n / 2 + 1 && quorum.count == n && isFine(1) }
      }

      var initial: Initial<State> { State() }
      var actions: Actions<State> { Action("Switch") { s in true } then: { s in s.isOn.toggle() } }

      static var models: Models {
        Model(
          "given",
          Carried<3>(
            isKept: true, faulty: [1, 2], rate: 2.5, name: "a name that is longer than fifteen bytes", limit: 7,
            table: ["a": [1], "b": [2, 3]], seen: ["c", "d"], leader: 2, voters: [0, 2], ring: [2, 1],
            edges: [(1, true)], log: Self.three, bag: Self.many, rule: .led(by: [1, 2]),
            settings: .init(names: ["x"], nodes: [1: 0.5, 2: 1.5], rule: .atMost(3.5)),
            nested: [.init(), .init(names: ["y"], rule: .led(by: [2]))], shape: Round(sides: 3)))
        Model("defaults", Carried<3>())
      }

      private static var three: Log<4, Carried<3>.Node> {
        var log = Log<4, Carried<3>.Node>()
        log.append(2)
        log.append(0)
        return log
      }

      private static var many: Bag<4, Carried<3>.Node> {
        var bag = Bag<4, Carried<3>.Node>()
        bag.insert(2)
        bag.insert(1)
        bag.insert(2)
        return bag
      }
    }

    """

  /// 2 has no identity 2.
  @Test func constantsAreKeptAtAnotherSize() async throws {
    let workspace = try Workspace()
    try workspace.write("carried.swift", Self.carried)
    for (model, size, code) in [
      ("given", 4, 0), ("given", 2, 64), ("defaults", 2, 0),
    ] {
      let outcome = try await workspace.run("carried.swift", "--model", model, "-D", "n=\(size)")
      #expect(outcome.code == Int32(code), "\(model), \(size): \(outcome.output)\(outcome.errors)")
      if code == 64 {
        #expect(
          outcome.errors
            == "distcheck: carried.swift: model \"given\": the constant \"leader\" cannot keep its value: there is no 2 in "
            + "ID<Kind, 2>; write a model of that size, or give the constant a value with -D\n")
      }
    }
  }

  /// What `-D` sets need not be kept.
  @Test func constantThatIsSetIsNotCarriedOver() async throws {
    let workspace = try Workspace()
    let source = """
      import DistCheck

      struct One<let n: Int>: Specification {
        enum Kind {}
        var leader: ID<Kind, n> = 0
        struct State: BitwiseCopyable { var isOn = false }
        var assumptions: Assumptions { Assume("the leader is 1") { leader.index == 1 } }
        var initial: Initial<State> { State() }
        var actions: Actions<State> { Action("Switch") { s in true } then: { s in s.isOn.toggle() } }
        static var models: Models { Model("one", One<3>(leader: 2)) }
      }

      """
    try workspace.write("one.swift", source)
    let outcome = try await workspace.run("one.swift", "-D", "n=2", "-D", "leader=1")
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test func listOfModelsWhoseConstantsFail() async throws {
    let workspace = try Workspace()
    try workspace.write(
      "failing.swift",
      """
      import DistCheck

      struct Failing: Specification {
        struct Part: Finite {
          static var count: Int { Int.max + Int(CommandLine.argc) }
          init(ordinal: Int) {}
          var ordinal: Int { 0 }
        }
        var parts = Subset<Part>()
        struct State: BitwiseCopyable { var isOn = false }
        var initial: Initial<State> { State() }
        var actions: Actions<State> { Action("Switch") { s in true } then: { s in s.isOn.toggle() } }
        static var models: Models { Model("failing", Failing()) }
      }

      """)
    let list = try await workspace.run("failing.swift", "--list")
    #expect(list.code == 75)
    #expect(list.output == "failing.swift\n  failing: holds\n")
    #expect(
      list.errors
        == "distcheck: failing.swift:5: model \"failing\": its constants cannot be shown: arithmetic overflow\n")
    let check = try await workspace.run("failing.swift")
    #expect(check.code == 75)
    #expect(
      check.errors
        == "distcheck: failing.swift:5: model \"failing\": the specification fails before its first step: "
        + "arithmetic overflow\n")
  }
}
