import DistCheck

/// Readers and writers: any number may read a resource at once, or a single one may write. A queue serves all requests
/// in their order, so that nobody starves.
///
/// DeFrain's module `ReadersWriters`; actions and names as there. The problem is Courtois, Heymans and Parnas's,
/// "Concurrent Control with 'Readers' and 'Writers'", 1971.
///
/// Assumed: everybody wants to read, and to write, again and again, even before it has stopped what it is doing. The
/// queue needs no bound: everybody waits for each at most once.
struct ReadersWriters<let actors: Int, let requests: Int>: Specification {
  enum Process {}
  typealias Actor = ID<Process, actors>
  enum Access: Enumeration { case read, write }

  struct Request: BitwiseCopyable, Equatable {
    var access: Access
    var actor: Actor
  }

  /// Whether a writer waits until nobody reads.
  var writerWaits = true
  /// Whether readers wait behind writers even while others read.
  var servesInOrder = true

  struct State: BitwiseCopyable {
    var readers = Actor.Set()
    var writers = Actor.Set()
    /// Who waits, and what for.
    var waiting = Queue<requests, Request>()

    func waits(_ actor: Actor, for access: Access) -> Bool {
      waiting.contains(Request(access: access, actor: actor))
    }

    mutating func withdraw(_ request: Request) {
      let before = waiting
      waiting.removeAll()
      for other in before where other != request { waiting.enqueue(other) }
    }
  }

  var assumptions: Assumptions {
    Assume("everybody can wait for both") { requests == 2 * actors }
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("TryRead", for: Actor.self, fairness: .weak.each) { s, actor in
      !s.waits(actor, for: .read)
    } then: { s, actor in
      s.waiting.enqueue(Request(access: .read, actor: actor))
    }
    Action("TryWrite", for: Actor.self, fairness: .weak.each) { s, actor in
      !s.waits(actor, for: .write)
    } then: { s, actor in
      s.waiting.enqueue(Request(access: .write, actor: actor))
    }
    // Whoever is first in the queue begins.
    Action("ReadOrWrite", fairness: .weak) { s in
      guard let first = s.waiting.front else { return false }
      return s.writers.isEmpty && (first.access == .read || s.readers.isEmpty || !writerWaits)
    } then: { s in
      let first = s.waiting.dequeue()
      switch first.access {
      case .read: s.readers.insert(first.actor)
      case .write: s.writers.insert(first.actor)
      }
    }
    if !servesInOrder {
      // Joins those who read.
      Action("Overtake", for: Actor.self) { s, actor in
        !s.readers.isEmpty && s.waits(actor, for: .read)
      } then: { s, actor in
        s.withdraw(Request(access: .read, actor: actor))
        s.readers.insert(actor)
      }
    }
    Action("Stop", for: Actor.self, fairness: .weak) { s, actor in
      s.readers.contains(actor) || s.writers.contains(actor)
    } then: { s, actor in
      if s.readers.contains(actor) { s.readers.remove(actor) } else { s.writers.remove(actor) }
    }
  }

  var properties: Properties<State> {
    Always("readers or writers") { s in s.readers.isEmpty || s.writers.isEmpty }
    Always("one writer") { s in s.writers.count <= 1 }
    for actor in Actor.all {
      AlwaysEventually("\(actor.index) reads again and again") { s in s.readers.contains(actor) }
      AlwaysEventually("\(actor.index) writes again and again") { s in s.writers.contains(actor) }
      AlwaysEventually("\(actor.index) stops reading again and again") { s in !s.readers.contains(actor) }
      AlwaysEventually("\(actor.index) stops writing again and again") { s in !s.writers.contains(actor) }
    }
  }

  static var models: Models {
    Model("three actors", ReadersWriters<3, 6>())
      .expects(.holds, distinctStates: 21_527, generatedStates: 59_674, depth: 13)
    Model("hasty writer", ReadersWriters<2, 4>(writerWaits: false)).expects(.violates("readers or writers"))
    Model("readers first", ReadersWriters<2, 4>(servesInOrder: false))
      .expects(.violates("0 writes again and again"))
    Model("nobody writes", ReadersWriters<2, 4>())
      .fairness(.none, of: "TryWrite")
      .expects(.violates("0 writes again and again"))
    Model("nobody is let in", ReadersWriters<2, 4>())
      .fairness(.none, of: "ReadOrWrite")
      .expects(.violates("0 reads again and again"))
    Model("nobody stops", ReadersWriters<2, 4>())
      .fairness(.none, of: "Stop")
      .expects(.violates("0 stops reading again and again"))
  }
}
