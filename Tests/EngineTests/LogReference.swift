import DistCheck
import DistCheckEngine
import TestSupport

/// Follows a log through tables: every state, every instance, nothing clever.
struct LogReference {
  struct Hidden {
    var actions: [Int]
    var limit: Int

    static func random(using generator: inout SplitMix64) -> Hidden {
      guard generator.chance(0.4) else { return Hidden(actions: [], limit: 0) }
      return Hidden(actions: generator.chance(0.5) ? [0] : [1, 3], limit: Int.random(in: 1...2, using: &generator))
    }
  }

  struct Step {
    /// nil for any.
    var action: Int?
    /// By parameter; nil for any. Fewer than there are parameters are known.
    var arguments: [Int?]
  }

  struct Field {
    var isBefore: Bool
    var modulus: Int
    var rest: Int
    func agrees(_ state: Int) -> Bool { state % modulus == rest }
  }

  /// What a line says.
  struct Line {
    /// Any step at all where there is none.
    var alternatives: [[Step]]
    var fields: [Field]

    var observation: Observation {
      var observation = Observation()
      observation.alternatives = alternatives.map { steps in
        steps.map { step in
          StepPattern(action: step.action, arguments: step.arguments.map { $0.map { .ordinal($0) } ?? .unknown })
        }
      }
      observation.fields = fields.map { field in
        StateField(
          name: "number", isBefore: field.isBefore,
          agrees: { before, after in field.agrees(Self.number(field.isBefore ? before : after)) },
          logged: { "\(field.rest) mod \(field.modulus)" }, specified: { _, after in "\(Self.number(after))" })
      }
      return observation
    }

    private static func number(_ state: UnsafeRawPointer) -> Int {
      state.assumingMemoryBound(to: Narrow.self).pointee.number
    }

    /// Lines of a random walk, some of them changed.
    static func random(
      of table: TableSystem, count: Int, _ hidden: Hidden, _ generator: inout SplitMix64
    ) -> [Line] {
      var state = table.initial.randomElement(using: &generator)!
      var lines: [Line] = []
      func walk(_ actions: [Int]) -> (action: Int, ordinal: Int)? {
        let enabled = actions.flatMap { action in
          table.actions[action][state].indices.filter { table.actions[action][state][$0] != nil }.map { (action, $0) }
        }
        guard let (action, ordinal) = enabled.randomElement(using: &generator) else { return nil }
        state = table.actions[action][state][ordinal]!
        return (action, ordinal)
      }
      let harm = [0, 0, 0.1].randomElement(using: &generator)!
      while lines.count < count {
        for _ in 0..<hidden.limit where generator.chance(0.5) { _ = walk(hidden.actions) }
        let before = state
        var steps: [Step] = []
        let length = [0, 1, 1, 1, 1, 1, 2].randomElement(using: &generator)!
        for _ in 0..<length {
          guard let (action, ordinal) = walk(Array(table.actions.indices)) else { return lines }
          steps.append(step(action, ordinal, &generator))
        }
        if generator.chance(harm) { state = Int.random(in: 0..<table.stateCount, using: &generator) }
        var line = Line(alternatives: [steps], fields: [])
        if length == 1 && generator.chance(0.15) { line.alternatives = [] }
        for _ in 0..<2 where !line.alternatives.isEmpty && generator.chance(0.2) {
          line.alternatives.append(
            (0..<Int.random(in: 0...2, using: &generator)).map { _ in
              step(Int.random(in: 0..<table.actions.count, using: &generator), 0, &generator)
            })
        }
        for (isBefore, number) in [(true, before), (false, state)] where generator.chance(0.5) {
          let modulus = Int.random(in: 1...4, using: &generator)
          line.fields.append(Field(isBefore: isBefore, modulus: modulus, rest: number % modulus))
        }
        lines.append(line)
      }
      return lines
    }

    private static func step(_ action: Int, _ ordinal: Int, _ generator: inout SplitMix64) -> Step {
      if generator.chance(0.1) { return Step(action: nil, arguments: []) }
      var rest = ordinal
      var arguments: [Int?] = []
      for radix in TableSpecification<Narrow>.radices[action] {
        arguments.append(generator.chance(0.7) ? rest % radix : nil)
        rest /= radix
      }
      while !arguments.isEmpty, generator.chance(0.3) { arguments.removeLast() }
      return Step(action: action, arguments: arguments)
    }
  }

  enum Ending: Hashable { case accepted, rejected, broken }

  struct Result {
    /// After each line, from the beginning on.
    var sets: [Set<Int>] = []
    /// The same with what hidden steps lead to, before the line that comes next.
    var closures: [Set<Int>] = []
    var ending = Ending.accepted
    /// The line that is rejected, or after which all is broken, from 1; 0 where that is the beginning.
    var line = 0
    /// Whether anything that fits breaks a property.
    var meetsBroken = false
  }

  let table: TableSystem
  let hidden: Hidden

  init(_ table: TableSystem, _ hidden: Hidden) {
    self.table = table
    self.hidden = hidden
  }

  /// A state, and whether a behaviour that led to it broke nothing.
  private typealias States = [Int: Bool]

  private func holds(_ state: Int) -> Bool { !table.broken.contains { $0.contains(state) } }
  private func holds(_ before: Int, _ after: Int) -> Bool {
    holds(after) && !table.brokenSteps.contains { $0.contains(before * table.stateCount + after) }
  }

  func follow(_ lines: [Line]) -> Result {
    var result = Result()
    var states: States = [:]
    for state in table.initial { states[state] = holds(state) }
    result.sets.append(Set(states.keys))
    result.meetsBroken = states.values.contains(false)
    if !states.values.contains(true) {
      (result.ending, result.line) = (.broken, 0)
      return result
    }
    for (index, line) in lines.enumerated() {
      let closed = closure(states)
      result.closures.append(Set(closed.keys))
      var next: States = [:]
      for (state, isWhole) in closed {
        for (after, keepsAll) in successors(line, state) {
          next[after] = next[after, default: false] || isWhole && keepsAll
          if !(isWhole && keepsAll) { result.meetsBroken = true }
        }
      }
      if closed.values.contains(false) { result.meetsBroken = true }
      states = next
      result.sets.append(Set(states.keys))
      if states.isEmpty {
        (result.ending, result.line) = (.rejected, index + 1)
        return result
      }
      if !states.values.contains(true) {
        (result.ending, result.line) = (.broken, index + 1)
        return result
      }
    }
    return result
  }

  private func closure(_ states: States) -> States {
    var all = states
    for _ in 0..<hidden.limit {
      var more = all
      for (state, isWhole) in all {
        for action in hidden.actions {
          for after in table.actions[action][state].compactMap({ $0 }) {
            more[after] = more[after, default: false] || isWhole && holds(state, after)
          }
        }
      }
      all = more
    }
    return all
  }

  /// Each with whether some way to it breaks nothing.
  private func successors(_ line: Line, _ state: Int) -> States {
    guard line.fields.allSatisfy({ !$0.isBefore || $0.agrees(state) }) else { return [:] }
    let alternatives = line.alternatives.isEmpty ? [[Step(action: nil, arguments: [])]] : line.alternatives
    var found: States = [:]
    for steps in alternatives {
      var states: States = [state: true]
      for step in steps {
        var next: States = [:]
        for (before, isWhole) in states {
          for after in successors(step, before) {
            next[after] = next[after, default: false] || isWhole && holds(before, after)
          }
        }
        states = next
      }
      found.merge(states) { $0 || $1 }
    }
    return found.filter { after, _ in line.fields.allSatisfy { $0.isBefore || $0.agrees(after) } }
  }

  private func successors(_ step: Step, _ state: Int) -> [Int] {
    table.actions.indices.filter { step.action == nil || $0 == step.action }.flatMap { action in
      table.actions[action][state].indices.compactMap { ordinal in
        var rest = ordinal
        for (place, radix) in TableSpecification<Narrow>.radices[action].enumerated() {
          if place < step.arguments.count, let known = step.arguments[place], known != rest % radix { return nil }
          rest /= radix
        }
        return table.actions[action][state][ordinal]
      }
    }
  }

  /// How many events fit in the best of all orders, each of which is tried.
  func mostFollowed(_ lines: [Line], _ owners: [Int], _ after: [[Int32]]) -> Int {
    func most(_ done: Set<Int>, _ states: Set<Int>) -> Int {
      var best = done.count
      for event in lines.indices where !done.contains(event) {
        let isFirst = lines.indices.allSatisfy { $0 >= event || owners[$0] != owners[event] || done.contains($0) }
        let isReady = after[event].enumerated().allSatisfy { process, count in
          done.count { owners[$0] == process } >= count
        }
        guard isFirst && isReady else { continue }
        let next = Set(states.flatMap { successors(lines[event], $0).keys })
        if !next.isEmpty { best = max(best, most(done.union([event]), next)) }
      }
      return best
    }
    return most([], Set(table.initial))
  }
}
