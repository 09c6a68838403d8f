import DistCheckEngine
import DistCheckLogs

/// What a line says of when it happened, and where it stands.
struct LoadedEvent {
  var observation: Observation
  var process: String
  var clock: [String: Int]?
  var time: Double?
  var sent: [String]
  var received: [String]
  var file: String
  var line: Int
  /// As it stands in the log, where that is known.
  var text: String?

  init(_ event: RawEvent, _ record: LogRecord) {
    observation = event.observation
    process = event.process ?? record.file
    clock = event.clock
    time = event.time
    sent = event.sent
    received = event.received
    file = record.file
    line = record.line
  }

  func error(_ reason: String) -> LogError { LogError(reason, file: file, line: line) }
}

/// Makes an order of the events of several processes from what they say of it: vector clocks (Fidge 1988, Mattern 1989),
/// messages that are received after they were sent, and times up to a skew.
struct EventOrdering {
  private let events: [LoadedEvent]
  private var processes: [String: Int] = [:]
  private var names: [String] = []
  /// By process, its events.
  private var own: [[Int]] = []
  /// By event, its process, and its place among that one's events.
  private var places: [(process: Int, index: Int)] = []
  private var after: [[Int32]] = []

  /// - Throws: `LogError` for clocks and times that cannot be.
  static func order(_ events: [LoadedEvent], skew: Double?) throws(LogError) -> PartialOrder {
    var ordering = EventOrdering(events)
    try ordering.addClocks()
    try ordering.addMessages()
    if let skew { try ordering.addTimes(skew) }
    try ordering.validate()
    return PartialOrder(
      processCount: ordering.names.count,
      events: events.indices.map { index in
        PartialOrder.Event(
          process: ordering.places[index].process, after: ordering.after[index],
          rank: events[index].time ?? Double(index))
      })
  }

  private init(_ events: [LoadedEvent]) {
    self.events = events
    for (index, event) in events.enumerated() {
      let process = processes[event.process] ?? names.count
      if process == names.count {
        processes[event.process] = process
        names.append(event.process)
        own.append([])
      }
      places.append((process, own[process].count))
      own[process].append(index)
    }
    after = events.map { _ in [Int32](repeating: 0, count: names.count) }
  }

  private mutating func require(_ event: Int, after count: Int, of process: Int) {
    after[event][process] = max(after[event][process], Int32(count))
  }

  // MARK: Clocks

  private mutating func addClocks() throws(LogError) {
    guard events.contains(where: { $0.clock != nil }) else { return }
    // By process, its own entry at each of its events.
    var ticks: [[Int]] = []
    for (process, list) in own.enumerated() {
      var own: [Int] = []
      var before: [String: Int] = [:]
      for index in list {
        let event = events[index]
        guard let clock = event.clock else { throw event.error("it has no clock, and other lines have one") }
        for (name, count) in before where clock[name, default: 0] < count {
          throw event.error("the clock runs backwards: \(name) is \(clock[name, default: 0]) after \(count)")
        }
        guard let tick = clock[names[process]] else {
          throw event.error("the clock has no entry of its own process, \(names[process])")
        }
        if let last = own.last, tick <= last {
          throw event.error("the clock stands still: \(names[process]) is \(tick) after \(last)")
        }
        own.append(tick)
        before = clock
      }
      ticks.append(own)
    }
    for (index, event) in events.enumerated() {
      for (name, count) in event.clock ?? [:] where name != event.process {
        guard let process = processes[name] else { continue }  // its log is not there
        require(index, after: ticks[process].count { $0 <= count }, of: process)
      }
    }
  }

  // MARK: Messages

  private mutating func addMessages() throws(LogError) {
    var senders: [String: Int] = [:]
    for (index, event) in events.enumerated() {
      for message in event.sent {
        if let other = senders[message] {
          throw event.error("message \(message) is sent twice: before in \(events[other].file):\(events[other].line)")
        }
        senders[message] = index
      }
    }
    for (index, event) in events.enumerated() {
      for message in event.received {
        guard let sender = senders[message] else { continue }  // whoever sent it keeps no log
        let place = places[sender]
        if place.process != places[index].process { require(index, after: place.index + 1, of: place.process) }
      }
    }
  }

  // MARK: Times

  private mutating func addTimes(_ skew: Double) throws(LogError) {
    var times: [[Double]] = []
    for list in own {
      var known: [Double] = []
      for index in list {
        guard let time = events[index].time else { throw events[index].error("it has no time") }
        if let last = known.last, time < last {
          throw events[index].error("time runs backwards: \(time) after \(last)")
        }
        known.append(time)
      }
      times.append(known)
    }
    for (index, event) in events.enumerated() {
      let earliest = (event.time ?? 0) - skew
      for process in own.indices where process != places[index].process {
        require(index, after: Self.count(times[process], below: earliest), of: process)
      }
    }
  }

  private static func count(_ times: [Double], below limit: Double) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < limit { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether there is an order at all: each event comes once all that it comes after have.
  private func validate() throws(LogError) {
    var cut = own.map { _ in 0 }
    var isStuck = false
    while !isStuck {
      isStuck = true
      for process in own.indices {
        while cut[process] < own[process].count {
          let event = own[process][cut[process]]
          guard zip(after[event], cut).allSatisfy({ Int($0) <= $1 }) else { break }
          cut[process] += 1
          isStuck = false
        }
      }
    }
    for process in own.indices where cut[process] < own[process].count {
      let event = own[process][cut[process]]
      let other = own.indices.first { Int(after[event][$0]) > cut[$0] } ?? process
      let cause = events[own[other][min(cut[other], own[other].count - 1)]]
      throw events[event].error(
        "the order is impossible: it comes after \(cause.file):\(cause.line), which comes after it")
    }
  }
}
