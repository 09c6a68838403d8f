import DistCheck

/// An allocator of resources that gives out what is free to whoever has asked for it, in no particular order.
///
/// Merz, "The Specification Language TLA+", 2008, section 2.2; actions and names as in his module `SimpleAllocator`. Its
/// successor is ``SchedulingAllocator``.
///
/// Assumed: clients and allocator act on shared variables at once. Requests can be met in parts. Nothing has to be
/// bounded.
struct SimpleAllocator<let clients: Int, let resources: Int>: Specification {
  enum Customer {}
  typealias Client = ID<Customer, clients>
  enum Thing {}
  typealias Resource = ID<Thing, resources>

  /// Whether a client has to return what it holds even before it has got all that it asked for. The module's
  /// `SimpleAllocator` demands it, its `SimpleAllocator2` does not.
  var returnsUnsatisfied = true
  /// Whether the allocator looks for what is free.
  var looksForFree = true

  struct State: BitwiseCopyable {
    /// What each client has asked for and not got yet.
    var unsat = Client.Map<Resource.Set>([])
    /// What each client holds.
    var alloc = Client.Map<Resource.Set>([])

    var available: Resource.Set { Resource.Set { r in !alloc.contains { $0.contains(r) } } }
  }

  /// Whether a client is obliged to return all that it holds.
  func mustReturn(_ s: State, _ c: Client) -> Bool {
    !s.alloc[c].isEmpty && (s.unsat[c].isEmpty || returnsUnsatisfied)
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Request", for: Client.self, Resource.Set.self) { s, c, wanted in
      s.unsat[c].isEmpty && s.alloc[c].isEmpty && !wanted.isEmpty
    } then: { s, c, wanted in
      s.unsat[c] = wanted
    }
    // The allocator serves every client that can be served again and again.
    Action("Allocate", for: Client.self, Resource.Set.self, fairness: .strong.each(0)) { s, c, given in
      !given.isEmpty && given.isSubset(of: s.unsat[c]) && (given.isSubset(of: s.available) || !looksForFree)
    } then: { s, c, given in
      s.alloc[c].formUnion(given)
      s.unsat[c].subtract(given)
    }
    // The module's Return, in two: the part in which a client does its duty, and what it may return besides.
    Action("Return", for: Client.self, fairness: .weak.each) { s, c in
      mustReturn(s, c)
    } then: { s, c in
      s.alloc[c] = []
    }
    Action("ReturnEarly", for: Client.self, Resource.Set.self) { s, c, returned in
      !returned.isEmpty && returned.isSubset(of: s.alloc[c]) && !(mustReturn(s, c) && returned == s.alloc[c])
    } then: { s, c, returned in
      s.alloc[c].subtract(returned)
    }
  }

  var properties: Properties<State> {
    Always("resource mutex") { s in
      Resource.all.allSatisfy { r in s.alloc.count { $0.contains(r) } <= 1 }
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
    Model("three clients, two resources", SimpleAllocator<3, 2>())
      .expects(.holds, distinctStates: 400, generatedStates: 1_633, depth: 6)
    // Resources are free again and again, but each time others get them.
    Model("weakly fair allocator", SimpleAllocator<3, 2>())
      .fairness(.weak.each(0), of: "Allocate")
      .expects(.violates("client 0 will obtain resource 0"))
    // Each has half of what both want.
    Model("keeping half", SimpleAllocator<2, 2>(returnsUnsatisfied: false))
      .expects(.violates("client 0 will obtain resource 0"))
    Model("nothing returned", SimpleAllocator<2, 2>())
      .fairness(.none, of: "Return")
      .expects(.violates("client 0 will return"))
    Model("one resource for two", SimpleAllocator<2, 1>(looksForFree: false)).expects(.violates("resource mutex"))
  }
}
