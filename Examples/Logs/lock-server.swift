import DistCheck

/// A lock with a lease: a server grants it to one client at a time, and takes it back when the lease runs out.
///
/// Assumed: clients can be slow. One whose lease has run out may still believe that it holds the lock, and release it later.
struct LockServer<let clients: Int>: Specification {
  enum Worker {}
  typealias Client = ID<Worker, clients>

  struct State: BitwiseCopyable {
    /// Clients that have asked and have no answer yet.
    var waiting = Client.Set()
    /// Whose lease runs.
    var holder: Client?
  }

  var initial: Initial<State> { State() }

  var interchangeable: Interchangeable { Client.self }

  var actions: Actions<State> {
    Action("Ask", for: Client.self) { s, c in
      s.holder != c && !s.waiting.contains(c)
    } then: { s, c in
      s.waiting.insert(c)
    }
    Action("Grant", for: Client.self) { s, c in
      s.holder == nil && s.waiting.contains(c)
    } then: { s, c in
      s.waiting.remove(c)
      s.holder = c
    }
    Action("Expire") { s in
      s.holder != nil
    } then: { s in
      s.holder = nil
    }
    /// Comes too late if the lease has run out, and then changes nothing.
    Action("Release", for: Client.self) { s, c in
      !s.waiting.contains(c)
    } then: { s, c in
      if s.holder == c { s.holder = nil }
    }
  }

  var properties: Properties<State> {
    Always("the holder does not wait") { s in !Client.all.contains { c in s.holder == c && s.waiting.contains(c) } }
    Step("nobody loses the lock to another") { before, after in
      before.holder == nil || after.holder == nil || before.holder == after.holder
    }
    Sometimes("all wait") { s in s.waiting == .all }
  }

  static var models: Models {
    Model("three clients", LockServer<3>()).expects(.holds)
  }
}
