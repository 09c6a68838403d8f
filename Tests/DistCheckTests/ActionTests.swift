import DistCheck
import Testing

/// The ways to write an action and an initial state.
@Suite struct ActionTests {
  struct State: BitwiseCopyable {
    var votes = Three.Map<Color>(.red)
    var pending: Three?
    var queues = Three.Map<Queue<1, Three>>(Queue())
    var members: Three.Set = [0, 1]
  }

  private func counts(@ActionsBuilder<State> _ actions: () -> Actions<State>) throws -> [Int] {
    let result = try check(Sketch(State(), actions: actions))
    #expect(result.holds)
    return [result.distinctStates, result.generatedStates, result.depth]
  }

  /// The same as looking again in the effect.
  @Test func guardsThatBind() throws {
    let bound = try counts {
      Action("None", finding: Three.self) { s in
        s.pending
      } then: { s, three in
        s.votes[three] = .blue
        s.pending = nil
      }
      Action("One", for: Three.self, finding: Color.self) { s, a in
        s.votes[a] == .red ? .green : nil
      } then: { s, a, color in
        s.votes[a] = color
        s.pending = a
      }
      Action("Two", for: Three.self, Bool.self, finding: Three.self) { s, a, b in
        b ? s.queues[a].front : nil
      } then: {
        s, a, _, front in
        s.queues[a].removeAll()
        s.votes[front] = .red
      }
      Action("Each", each: \.members, finding: Color.self) { s, a in
        s.pending == nil ? s.votes[a] : nil
      } then: { s, a, color in
        if color == .blue { s.members.remove(a) } else { s.members.insert(2) }
      }
      Action("Owned", for: Three.self, each: { s, a in s.queues[a] }, finding: Bool.self) { s, a, b in
        a == b ? true : nil
      } then: {
        s, a, b, both in
        if both { s.pending = b }
      }
      Action("Enqueue", for: Three.self, Three.self) { s, a, b in
        s.queues[a].isEmpty && s.votes[a] == .blue && (a.next == b || a == b)
      } then: { s, a, b in
        s.queues[a].enqueue(b)
      }
      Action("Stay") { _ in
        true
      } then: { _ in
      }
    }
    let plain = try counts {
      Action("None") { s in
        s.pending != nil
      } then: { s in
        s.votes[s.pending!] = .blue
        s.pending = nil
      }
      Action("One", for: Three.self) { s, a in
        s.votes[a] == .red
      } then: { s, a in
        s.votes[a] = .green
        s.pending = a
      }
      Action("Two", for: Three.self) { s, a in
        !s.queues[a].isEmpty
      } then: { s, a in
        let front = s.queues[a].dequeue()
        s.votes[front] = .red
      }
      Action("Each", each: \.members) { s, _ in
        s.pending == nil
      } then: { s, a in
        if s.votes[a] == .blue { s.members.remove(a) } else { s.members.insert(2) }
      }
      Action("Owned", for: Three.self) { s, a in
        s.queues[a].front == a
      } then: { s, a in
        s.pending = a
      }
      Action("Enqueue", for: Three.self, Three.self) { s, a, b in
        s.queues[a].isEmpty && s.votes[a] == .blue && (a.next == b || a == b)
      } then: { s, a, b in
        s.queues[a].enqueue(b)
      }
      Action("Stay") { _ in
        true
      } then: { _ in
      }
    }
    #expect(bound == plain)
    #expect(bound[0] > 1000)
  }

  @Test func anOptionalIsAChoice() throws {
    let chosen = try counts {
      Action("Put", for: Three.self) { s, a in
        s.pending == nil
      } then: { s, a in
        s.pending = a
      }
      Action("Take", each: \.pending) { s, a in
        s.votes[a] != .blue
      } then: { s, a in
        s.votes[a] = .blue
        s.pending = nil
      }
      Action("Stay") { _ in
        true
      } then: { _ in
      }
    }
    // Sets of blue ones; with one pending.
    #expect(chosen[0] == 8 + 8 * 3)
  }

  /// As many as there are combinations, and closures whose types are inferred.
  @Test func manyParameters() throws {
    func instances(@ActionsBuilder<State> _ actions: () -> Actions<State>) throws -> Int { try counts(actions)[1] - 1 }
    let five = try instances {
      Action("Five", for: Bool.self, Three.self, Bool.self, Three.self, Bool.self) { s, a, b, c, d, e in
        a && s.votes[b] == .red
      } then: { s, a, b, c, d, e in
        s.members = [0, 1]
      }
    }
    #expect(five == 3 * 2 * 3 * 2)
    let six = try instances {
      Action("Six", for: Bool.self, Three.self, Bool.self, Three.self, Bool.self, Bool.self) { s, a, b, c, d, e, f in
        b == d && f
      } then: { s, _, _, _, _, _, _ in
        s.members = [0, 1]
      }
    }
    #expect(six == 3 * 2 * 2 * 2)
    let seven = try instances {
      Action("Seven", for: Bool.self, Three.self, Bool.self, Three.self, Bool.self, Bool.self, Color.self) {
        s, a, b, c, d, e, f, g in
        a && c && e && s.votes[b] == g
      } then: { s, a, b, c, d, e, f, g in
        s.votes[b] = g
      }
    }
    #expect(seven == 3 * 3 * 2)
    let eight = try instances {
      Action(
        "Eight", for: Bool.self, Bool.self, Bool.self, Bool.self, Bool.self, Bool.self, Bool.self, Color.self,
        finding: Color.self
      ) {
        s, a, b, c, d, e, f, g, h in
        a != b ? h : nil
      } then: { s, _, _, _, _, _, _, _, h, color in
        if h != color { s.members = [] }
      }
    }
    #expect(eight == 64 * 3)
  }

  struct Elections: Specification {
    var initial: Initial<State> {
      var s = State()
      s.pending = 2
      for a in Three.all where a != 2 { s.votes[a] = .green }
      s
      for members in Three.Set.allValues where members.count == 2 {
        s.members = members
        for votes in Three.Map<Color>.allValues {
          State(votes: votes, members: members)
          s
        }
      }
    }
    var actions: Actions<State> {
      Action("Stay") { _ in
        true
      } then: { _ in
      }
    }
    static var models: Models { Model("elections", Elections()) }
  }

  @Test func initialStatesByMutation() throws {
    // Members 0 and 1 stand in the first one, too.
    #expect(try check(Elections()).distinctStates == 3 * 27 + 3)
  }
}
