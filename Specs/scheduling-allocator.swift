import DistCheck

/// An allocator of resources that first decides in which order clients are to be served. Unlike ``SimpleAllocator`` it
/// serves everybody although it is only weakly fair, and although clients keep what they hold until they have all that
/// they asked for.
///
/// Merz, "The Specification Language TLA+", 2008, section 6.1; actions and names as in his module `SchedulingAllocator`.
///
/// Assumed: clients and allocator act on shared variables at once. Requests can be met in parts, and out of order where
/// nobody earlier in the schedule wants the same. Nothing has to be bounded, but there are at most four clients.
struct SchedulingAllocator<let clients: Int, let resources: Int>: Specification {
  enum Customer {}
  typealias Client = ID<Customer, clients>
  enum Thing {}
  typealias Resource = ID<Thing, resources>
  /// One of the orders in which up to four clients can be arranged.
  typealias Order = Bounded<0, 23>

  /// Whether resources are kept for those who are earlier in the schedule.
  var keepsToSchedule = true

  struct State: BitwiseCopyable {
    /// What each client has asked for and not got yet.
    var unsat = Client.Map<Resource.Set>([])
    /// What each client holds.
    var alloc = Client.Map<Resource.Set>([])
    /// In which order clients are served.
    var sched = Queue<clients, Client>()

    var available: Resource.Set { Resource.Set { r in !alloc.contains { $0.contains(r) } } }

    var scheduled: Client.Set { Client.Set { c in sched.contains(c) } }

    /// The clients that have asked for something and are not scheduled yet.
    var toSchedule: Client.Set { unsat.keys { !$0.isEmpty }.subtracting(scheduled) }

    func place(of c: Client) -> Int { (0..<sched.count).first { sched[$0] == c } ?? sched.count }

    /// What those before a place in the schedule are still waiting for.
    func wanted(before place: Int) -> Resource.Set {
      sched.prefix(place).reduce([]) { all, c in all.union(unsat[c]) }
    }

    /// What there will be for a place in the schedule, once those before have got theirs and returned it.
    func prevResources(_ place: Int) -> Resource.Set {
      let before = sched.prefix(place).reduce(available) { all, c in all.union(unsat[c]).union(alloc[c]) }
      return scheduled.complement.reduce(before) { all, c in all.union(alloc[c]) }
    }

    mutating func drop(_ c: Client) {
      let before = sched
      sched.removeAll()
      for other in before where other != c { sched.enqueue(other) }
    }

    /// Appends some clients to the schedule, in the order with this number.
    mutating func append(_ some: Client.Set, in order: Order) {
      var rest = some
      var number = order.value
      while !rest.isEmpty {
        let chosen = rest.dropFirst(number % rest.count).first { _ in true }!
        number /= rest.count
        rest.remove(chosen)
        sched.enqueue(chosen)
      }
    }
  }

  var assumptions: Assumptions {
    Assume("there is a number for each order") { clients <= 4 }
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Request", for: Client.self, Resource.Set.self) { s, c, wanted in
      s.unsat[c].isEmpty && s.alloc[c].isEmpty && !wanted.isEmpty
    } then: { s, c, wanted in
      s.unsat[c] = wanted
    }
    Action("Allocate", for: Client.self, Resource.Set.self, fairness: .weak.each(0)) { s, c, given in
      !given.isEmpty && given.isSubset(of: s.available.intersection(s.unsat[c])) && s.scheduled.contains(c)
        && (given.isDisjoint(with: s.wanted(before: s.place(of: c))) || !keepsToSchedule)
    } then: { s, c, given in
      if given == s.unsat[c] { s.drop(c) }
      s.alloc[c].formUnion(given)
      s.unsat[c].subtract(given)
    }
    // The module's Return, in two: the part in which a client does its duty, and what it may return besides.
    Action("Return", for: Client.self, fairness: .weak.each) { s, c in
      s.unsat[c].isEmpty && !s.alloc[c].isEmpty
    } then: { s, c in
      s.alloc[c] = []
    }
    Action("ReturnEarly", for: Client.self, Resource.Set.self) { s, c, returned in
      !returned.isEmpty && returned.isSubset(of: s.alloc[c]) && !(s.unsat[c].isEmpty && returned == s.alloc[c])
    } then: { s, c, returned in
      s.alloc[c].subtract(returned)
    }
    // The allocator appends whoever is waiting to the schedule, in some order.
    Action("Schedule", for: Order.self, fairness: .weak) { s, order in
      !s.toSchedule.isEmpty && order < (1...s.toSchedule.count).reduce(1, *)
    } then: { s, order in
      s.append(s.toSchedule, in: order)
    }
  }

  var properties: Properties<State> {
    Always("resource mutex") { s in
      Resource.all.allSatisfy { r in s.alloc.count { $0.contains(r) } <= 1 }
    }
    Always("the scheduled wait for something") { s in s.sched.allSatisfy { c in !s.unsat[c].isEmpty } }
    Always("nobody holds what somebody earlier wants") { s in
      s.sched.allSatisfy { c in s.alloc[c].isDisjoint(with: s.wanted(before: s.place(of: c))) }
    }
    Always("everybody can be served in turn") { s in
      s.sched.allSatisfy { c in s.unsat[c].isSubset(of: s.prevResources(s.place(of: c))) }
    }
    for c in Client.all {
      LeadsTo("client \(c.index) will return") { s in
        s.unsat[c].isEmpty
      } then: { s in
        s.alloc[c].isEmpty
      }
      for r in Resource.all {
        LeadsTo("client \(c.index) will obtain resource \(r.index)") { s in
          s.unsat[c].contains(r)
        } then: { s in
          s.alloc[c].contains(r)
        }
      }
      AlwaysEventually("client \(c.index) is satisfied again and again") { s in s.unsat[c].isEmpty }
    }
  }

  static var models: Models {
    Model("three clients, two resources", SchedulingAllocator<3, 2>())
      .expects(.holds, distinctStates: 1_690, generatedStates: 5_854, depth: 7)
    Model("out of turn", SchedulingAllocator<2, 2>(keepsToSchedule: false))
      .expects(.violates("nobody holds what somebody earlier wants"))
    // One client is served all the time, while another is first in the schedule for something else.
    Model("fair to nobody in particular", SchedulingAllocator<2, 2>())
      .fairness(.weak, of: "Allocate")
      .expects(.violates("client 0 will obtain resource 0"))
    Model("nothing allocated", SchedulingAllocator<2, 2>())
      .fairness(.none, of: "Allocate")
      .expects(.violates("client 0 will obtain resource 0"))
    Model("nothing returned", SchedulingAllocator<2, 2>())
      .fairness(.none, of: "Return")
      .expects(.violates("client 0 will return"))
    Model("nobody scheduled", SchedulingAllocator<2, 2>())
      .fairness(.none, of: "Schedule")
      .expects(.violates("client 0 will obtain resource 0"))
  }
}
