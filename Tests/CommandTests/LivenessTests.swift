import Foundation
import TestSupport
import Testing

/// Temporal properties through the real executable: what is printed, with what it ends.
@Suite struct LivenessTests {
  @Test func verdicts() async throws {
    let outcome = try await Library.run(.lock)
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.stableOutput == """
        lock.swift
          fair: holds
            8 distinct, 15 generated, depth 4, TIME, MEMORY
            "served" needs strong fairness of each Grant; weak fairness of Release
            "free" needs weak fairness of Release
          overtaken: violates "served" (as expected)
            8 distinct, 15 generated, depth 4, TIME, MEMORY
            "free" needs weak fairness of Release
            in 5 states; shown by --model "overtaken"
          idle: violates "served" (as expected)
            8 distinct, 15 generated, depth 4, TIME, MEMORY
            in 2 states; shown by --model "idle"
          nobody asks: holds
            1 distinct, 3 generated, depth 1, TIME, MEMORY
            "served" holds vacuously: what it waits for never occurs
            "free" holds without any fairness
            never enabled: Grant (guard at lock.swift:21)
            never enabled: Release (guard at lock.swift:26)
            within the state constraint, which cut off 2 transitions
            behaviour that leaves the state constraint was not looked at, and could violate "served", "free"
        models: 4 passed, 0 failed

        """)
  }

  @Test func lasso() async throws {
    let outcome = try await Library.run(.lock, "--model", "overtaken")
    #expect(outcome.code == 0)
    let lasso = """
            1. Initial state
                 phase[0]: thinking
                 phase[1]: thinking
            2. Ask(0)
                 phase[0]: thinking → waiting
            then, again and again:
            3. Ask(1)
                 phase[1]: thinking → waiting
            4. Grant(1)
                 phase[1]: waiting → holding
                 ✓ weak fairness of Grant(1)
                 ✓ weak fairness of Grant(0): not enabled
            5. Release(1)
                 phase[1]: holding → thinking
                 ✓ weak fairness of Release
            back to state 2

      """
    #expect(
      outcome.stableOutput.hasSuffix(
        lasso + """
              excluded by strong fairness of each Grant, here Grant(0)
              replay: distcheck lock.swift --replay TOKEN

          """))
    let replayed = try await Library.run(.lock, "--replay", try #require(outcome.token))
    #expect(replayed.code == 0)
    #expect(replayed.output == "lock.swift\n  overtaken\n" + lasso + "    violates \"served\"\n")
  }

  @Test func stopping() async throws {
    let outcome = try await Library.run(.lock, "--model", "idle")
    #expect(
      outcome.stableOutput.hasSuffix(
        """
              2. Ask(0)
                   phase[0]: thinking → waiting
              stops here for ever
            excluded by any of
              weak fairness of Ask
              weak fairness of Grant
            replay: distcheck lock.swift --replay TOKEN

        """))
    let replayed = try await Library.run(.lock, "--replay", try #require(outcome.token))
    #expect(replayed.output.hasPrefix("lock.swift\n  idle\n"))
    #expect(
      replayed.output.hasSuffix("      stops here for ever\n    violates \"served\"\n    violates \"free\"\n") == false)
    #expect(replayed.output.hasSuffix("      stops here for ever\n    violates \"served\"\n"))
  }

  @Test func json() async throws {
    let outcome = try await Library.run(.lock, "--model", "overtaken", "--json")
    let report = try #require(outcome.report)
    #expect(report["complete"] as? Bool == true)
    let properties = try #require(report["properties"] as? [[String: Any]])
    #expect(properties.map { $0["kind"] as? String } == ["temporal", "temporal", "deadlock"])
    let temporal = try #require(properties[0]["temporal"] as? [String: Any])
    #expect(
      temporal.keys.sorted() == ["cut", "excludedBy", "needs", "obstacle", "productStates", "vacuous"])
    #expect(temporal["excludedBy"] as? [String] == ["strong fairness of each Grant, here Grant(0)"])
    let trace = try #require(properties[0]["trace"] as? [String: Any])
    #expect(trace["loop"] as? Int == 1)
    let steps = try #require(trace["steps"] as? [[String: Any]])
    #expect(
      steps.map { $0["fairness"] as? [String] } == [
        [], [], [], ["weak fairness of Grant(1)", "weak fairness of Grant(0): not enabled"],
        ["weak fairness of Release"],
      ])
    #expect((properties[1]["temporal"] as? [String: Any])?["needs"] as? [String] == ["weak fairness of Release"])
  }

  /// An expectation that is not met.
  @Test func unexpected() async throws {
    let workspace = try Workspace()
    try workspace.write(
      "lock.swift", Fixture.lock.source.replacing(".expects(.violates(\"served\"))", with: ""))
    let outcome = try await workspace.run("lock.swift", "--model", "overtaken")
    #expect(outcome.code == 13)
    #expect(outcome.output.contains("  overtaken: violates \"served\"\n"))
    #expect(outcome.output.contains("    expected holds, but it violates \"served\"\n"))
  }

  /// The verdict says what was left out, and an expectation of that is not judged.
  @Test func safety() async throws {
    let outcome = try await Library.run(.lock, "--safety")
    #expect(outcome.code == 0)
    #expect(
      outcome.stableOutput == """
        lock.swift
          fair: holds (safety; 2 temporal properties left out)
            8 distinct, 15 generated, depth 4, TIME, MEMORY
          overtaken: holds (safety; 2 temporal properties left out)
            8 distinct, 15 generated, depth 4, TIME, MEMORY
            expected violates "served", which was left out
          idle: holds (safety; 2 temporal properties left out)
            8 distinct, 15 generated, depth 4, TIME, MEMORY
            expected violates "served", which was left out
          nobody asks: holds (safety; 2 temporal properties left out)
            1 distinct, 3 generated, depth 1, TIME, MEMORY
            never enabled: Grant (guard at lock.swift:21)
            never enabled: Release (guard at lock.swift:26)
            within the state constraint, which cut off 2 transitions
        models: 4 passed, 0 failed

        """)
    let report = try #require(try await Library.run(.lock, "--safety", "--model", "fair", "--json").report)
    #expect(report["verdict"] as? String == "holds")
    let properties = try #require(report["properties"] as? [[String: Any]])
    #expect(properties.map { $0["verdict"] as? String } == ["left-out", "left-out", "holds"])
    // A bound leaves open what it always does.
    #expect(try await Library.run(.lock, "--safety", "--model", "fair", "--max-depth", "2").code == 20)
  }

  /// A bound is no proof, but a counterexample within it is one.
  @Test func bounds() async throws {
    let bounded = try await Library.run(.lock, "--model", "fair", "--max-depth", "2")
    #expect(bounded.code == 20)
    #expect(bounded.output.contains("  fair: inconclusive: stopped at the depth given by --max-depth; "))
    #expect(
      bounded.output.contains(
        "    no behaviour within the bound violates \"served\", \"free\"; what goes beyond it was not looked at\n"))
    let violated = try await Library.run(.lock, "--model", "idle", "--max-depth", "2")
    #expect(violated.code == 0)
    #expect(violated.output.contains("  idle: violates \"served\" (as expected)\n"))
  }

  @Test func depthFirst() async throws {
    let outcome = try await Library.run(.lock, "--model", "fair", "--strategy", "depth-first")
    #expect(outcome.code == 20)
    #expect(outcome.output.contains("  fair: inconclusive: not everything was checked; "))
    #expect(
      outcome.output.contains(
        "    \"served\", \"free\" were not checked: a depth-first search checks no temporal properties\n"))
  }

  /// Sound where fairness is of whole actions, refused where it is of instances.
  @Test func symmetry() async throws {
    let workspace = try Workspace()
    try workspace.write(
      "lock.swift",
      Fixture.lock.source
        .replacing("s.phase[0] == .waiting", with: "s.phase.contains(.waiting)")
        .replacing("s.phase[0] == .holding", with: "s.phase.contains(.holding)"))
    let refused = try await workspace.run("lock.swift", "--model", "fair", "--symmetry")
    #expect(refused.code == 20)
    #expect(
      refused.output.contains(
        "    \"served\", \"free\" were not checked: fairness for each instance, or of a part, and symmetry exclude "))
    let idle = try await workspace.run("lock.swift", "--model", "idle", "--symmetry")
    #expect(idle.code == 0)
    #expect(idle.output.contains("  idle: violates \"served\" (as expected)\n    5 orbits, "))
    #expect(idle.output.contains("      stops here for ever\n"))
  }

  @Test func lossy() async throws {
    let outcome = try await Library.run(.lock, "--model", "fair", "--lossy", "bits=32")
    #expect(outcome.code == 20)
    #expect(outcome.output.contains("were not checked: a lossy search checks no temporal properties\n"))
  }

  /// A search that ends before properties are looked at says so.
  @Test func timeout() async throws {
    let workspace = try Workspace()
    let large = Fixture.lock.source.replacing("Lock<2>()", with: "Lock<18>()")
    try workspace.write("lock.swift", large)
    let outcome = try await workspace.run("lock.swift", "--model", "fair", "--timeout", "500ms")
    #expect(outcome.code == 20)
    #expect(outcome.output.contains("  fair: inconclusive: stopped by --timeout; "))
    #expect(outcome.output.contains("    \"served\", \"free\" were not checked: the search was stopped first\n"))
  }

  @Test func explanationOnDemand() async throws {
    let outcome = try await Library.run(.lock, "--model", "fair", "--explain", "--json")
    let properties = try #require(outcome.report?["properties"] as? [[String: Any]])
    #expect(
      (properties[0]["temporal"] as? [String: Any])?["needs"] as? [String] == [
        "strong fairness of each Grant", "weak fairness of Release",
      ])
  }

  @Test func simulation() async throws {
    try await Library.compiled.wait(for: .lock)
    let outcome = try await Library.workspace.run("simulate", "lock.swift", "--model", "fair", "--walks", "3")
    #expect(outcome.output.contains("    random walks do not check temporal properties: \"served\", \"free\"\n"))
  }

  // MARK: Mistakes

  @Test(arguments: [
    (".fairness(.weak, of: \"Gnarl\")", "the model says something of the fairness of \"Gnarl\", which is no action"),
    (
      ".fairness(.weak.each(1), of: \"Ask\")",
      "the fairness of action Ask is for each value of parameter 1, which it does not have; the first is 0"
    ),
  ])
  func wrongFairness(fairness: String, message: String) async throws {
    let workspace = try Workspace()
    try workspace.write(
      "lock.swift",
      Fixture.lock.source.replacing(
        "Model(\"overtaken\", Lock<2>())", with: "Model(\"overtaken\", Lock<2>())" + fairness))
    let outcome = try await workspace.run("lock.swift", "--model", "overtaken")
    #expect(outcome.code == 65)
    // What the model says has the model's line.
    let line = message.hasPrefix("the model") ? ":45" : ""
    #expect(outcome.errors == "distcheck: lock.swift\(line): model \"overtaken\": \(message)\n")
  }

  @Test func tooManyPredicates() async throws {
    let workspace = try Workspace()
    let property = """
          Temporal("many", forAll(Bounded<0, 64>.self) { k in always(now { s in s.phase[0].ordinal <= k.value }) })
          LeadsTo("served")
      """
    try workspace.write("lock.swift", Fixture.lock.source.replacing("    LeadsTo(\"served\")", with: property))
    let outcome = try await workspace.run("lock.swift", "--model", "fair")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors
        == "distcheck: lock.swift: model \"fair\": property \"many\": atom 64 of the formula is not among the 64 that there can be\n"
    )
  }

  /// A predicate that fails is told like any other failure, with its line and the way there.
  @Test func predicateThatFails() async throws {
    let workspace = try Workspace()
    try workspace.write(
      "lock.swift",
      Fixture.lock.source.replacing(
        "s in s.phase[0] == .holding", with: "s in Bounded<0, 1>(s.phase.count { $0 == .holding } * 2) == 0"))
    let outcome = try await workspace.run("lock.swift", "--model", "fair")
    #expect(outcome.code == 75)
    #expect(outcome.output.contains("property \"served\""))
    #expect(outcome.output.contains("Grant("))
  }

  /// A group is of the same process, wherever its members find it.
  @Test func groupsOfProcesses() async throws {
    let workspace = try Workspace()
    let source = """
      import DistCheck

      struct Group: Specification {
        enum Kind {}
        typealias Process = ID<Kind, 2>
        struct State: BitwiseCopyable {
          var members = Process.Set.all
          var x: Bounded<0, 1> = 0
          var done = false
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("A", for: Process.self, fairness: .weak.each.together("step")) { s, p in true } then: { s, p in
            s.x = s.x == 0 ? 1 : 0
          }
          Action("B", SECOND then: { PARAMETERS in
            s.done = true
            s.x = s.x == 0 ? 1 : 0
          }
        }
        var properties: Properties<State> { Eventually("done") { s in s.done } }
        static var models: Models { Model("group", Group()) }
      }

      """
    for (second, parameters) in [
      ("each: \\.members, fairness: .weak.each.together(\"step\")) { s, p in true }", "s, p"),
      ("for: Process.self, Bool.self, fairness: .weak.each(0).together(\"step\")) { s, p, b in true }", "s, p, b"),
      ("for: Bool.self, Process.self, fairness: .weak.each(1).together(\"step\")) { s, b, p in true }", "s, b, p"),
    ] {
      let text = source.replacing("SECOND", with: second).replacing("PARAMETERS", with: parameters)
      try workspace.write("group.swift", text)
      // A alone for ever is fair to the group.
      let together = try await workspace.run("group.swift")
      #expect(together.code == 13, "\(second): \(together.output)\(together.errors)")
      #expect(together.output.contains("weak fairness of step("))
      try workspace.write("group.swift", text.replacing(".together(\"step\")", with: ""))
      let apart = try await workspace.run("group.swift")
      #expect(apart.code == 0, "\(second): \(apart.output)\(apart.errors)")
    }
  }

  /// A model's own fairness is looked at, too.
  @Test func groupsThatAreNone() async throws {
    let workspace = try Workspace()
    try workspace.write(
      "group.swift",
      """
      import DistCheck

      struct Group: Specification {
        struct State: BitwiseCopyable { var isOn = false }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("A", fairness: .weak.together("step")) { s in true } then: { s in s.isOn.toggle() }
          Action("B", fairness: .weak.together("step")) { s in true } then: { s in s.isOn.toggle() }
        }
        static var models: Models {
          Model("one", Group())
          Model("two", Group()).fairness(.strong.together("step"), of: "B")
        }
      }

      """)
    let outcome = try await workspace.run("group.swift")
    #expect(outcome.code == 65)
    #expect(outcome.output.contains("  one: holds\n"))
    #expect(
      outcome.errors == """
        distcheck: group.swift:8: model "two": the fairness of A (line 7, .weak.together("step")) and B (line 8, \
        .strong.together("step")) cannot be together in "step": weak and strong fairness are different assumptions

        """)
  }

  /// What leaves the constraint is left out, and a remark says so. Where nothing stays, nothing was checked.
  @Test(arguments: [("s.now < 9", true), ("s.now < 9 && s.now != 7", true), ("!s.hasStopped && s.now < 9", false)])
  func behaviourWithinTheConstraint(constraint: String, someStays: Bool) async throws {
    let workspace = try Workspace()
    try workspace.write(
      "clock.swift",
      """
      import DistCheck

      struct Clock: Specification {
        struct State: BitwiseCopyable {
          var now: Bounded<0, 10> = 0
          var hasStopped = false
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Tick", fairness: .weak) { s in s.now < 10 && !s.hasStopped } then: { s in s.now += 1 }
          Action("Stop", fairness: .weak) { s in s.now > 5 && !s.hasStopped } then: { s in s.hasStopped = true }
        }
        var properties: Properties<State> {
          Eventually("stopped") { s in s.hasStopped }
          Eventually("late") { s in s.now > 5 }
        }
        func constraint(_ s: State) -> Bool { \(constraint) }
        func mayStop(_ s: State) -> Bool { true }
        static var models: Models { Model("clock", Clock()) }
      }

      """)
    let outcome = try await workspace.run("clock.swift")
    let nothing = "\"stopped\", \"late\" were not checked: every fair behaviour leaves the state constraint\n"
    let remark =
      "behaviour that leaves the state constraint was not looked at, and could violate \"stopped\"\n"
    #expect(outcome.code == (someStays ? 0 : 20), "\(outcome.output)")
    #expect(outcome.output.contains("  clock: holds\n") == someStays)
    #expect(outcome.output.contains(remark) == someStays)
    #expect(outcome.output.contains(nothing) == !someStays)
    let json = try await workspace.run("clock.swift", "--json")
    #expect(json.report?["verdict"] as? String == (someStays ? "holds" : "inconclusive"))
    #expect(json.report?["complete"] as? Bool == true)
  }

  @Test(arguments: [[], ["--strategy", "depth-first"], ["--lossy", "bitstate"]])
  func noStateWithinTheConstraint(options: [String]) async throws {
    let workspace = try Workspace()
    try workspace.write(
      Fixture.counter.name, Fixture.counter(members: "  func constraint(_ s: State) -> Bool { s.n > 0 }"))
    let outcome = try await workspace.shell("$distcheck counter.swift \(options.joined(separator: " "))")
    #expect(outcome.code == 20)
    #expect(
      outcome.output.contains(
        "  counter: inconclusive: nothing was checked, as no initial state is within the state constraint\n"))
    let json = try await workspace.shell("$distcheck counter.swift --json \(options.joined(separator: " "))")
    #expect(json.report?["stopReason"] as? String == "constraint")
    #expect(json.report?["complete"] as? Bool == false)
  }
}
