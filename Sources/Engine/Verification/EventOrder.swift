/// In which orders the events of a log can have happened: the places that a reader can be in, and which events can come next.
///
/// A place is a number; place 0 is the beginning.
public protocol EventOrder: AnyObject {
  /// The events that can come next, each with the place behind it; those to be tried first come first.
  func next(at place: Int) -> [(event: Int, place: Int)]
  /// How many events come before a place.
  func count(before place: Int) -> Int
}

/// One event after the other, as they stand.
public final class TotalOrder: EventOrder {
  private let count: Int

  public init(count: Int) { self.count = count }

  public func next(at place: Int) -> [(event: Int, place: Int)] { place < count ? [(place, place + 1)] : [] }
  public func count(before place: Int) -> Int { place }
}

/// Events of several processes: each process's own come as they stand, and an event comes after those that it knows of. A place
/// is a consistent cut (Mattern 1989): how many events of each process are before it.
///
/// Cuts are made when they are met, and each is met once, in whatever order its events came: what is explored are the cuts
/// and not the interleavings, of which there can be many more.
public final class PartialOrder: EventOrder {
  public struct Event {
    public var process: Int
    /// For each process, how many of its events come before this one.
    public var after: [Int32]
    /// What is tried first: less before more.
    public var rank: Double

    public init(process: Int, after: [Int32], rank: Double) {
      self.process = process
      self.after = after
      self.rank = rank
    }
  }

  private let events: [Event]
  /// By process, its events.
  private let own: [[Int]]
  private var cuts: [[Int32]]
  private var numbers: [[Int32]: Int]

  public init(processCount: Int, events: [Event]) {
    self.events = events
    var own = [[Int]](repeating: [], count: processCount)
    for (index, event) in events.enumerated() { own[event.process].append(index) }
    self.own = own
    let beginning = [Int32](repeating: 0, count: processCount)
    cuts = [beginning]
    numbers = [beginning: 0]
  }

  public func next(at place: Int) -> [(event: Int, place: Int)] {
    let cut = cuts[place]
    var found: [(event: Int, place: Int)] = []
    for process in own.indices where Int(cut[process]) < own[process].count {
      let event = own[process][Int(cut[process])]
      guard zip(events[event].after, cut).allSatisfy({ $0 <= $1 }) else { continue }
      var next = cut
      next[process] += 1
      found.append((event, number(of: next)))
    }
    return found.sorted { events[$0.event].rank < events[$1.event].rank }
  }

  private func number(of cut: [Int32]) -> Int {
    if let number = numbers[cut] { return number }
    cuts.append(cut)
    numbers[cut] = cuts.count - 1
    return cuts.count - 1
  }

  public func count(before place: Int) -> Int { cuts[place].reduce(0) { $0 + Int($1) } }
}
