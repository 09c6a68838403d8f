import DistCheck
import Testing
import TestSupport

/// Logs and queues beside arrays.
@Suite struct SequenceTests {
  /// Padding would make equal entries unequal in their bytes.
  struct Entry: Equatable, Hashable {
    var term: UInt16
    var color: UInt16
  }

  @Test(arguments: 0..<20) func logsAreLikeArrays(seed: Int) throws {
    var generator = SplitMix64(seed: seed)
    var (log, array) = (Log<5, Entry>(), [Entry]())
    var seen: [[Entry]: [UInt8]] = [:]
    for _ in 0..<300 {
      let entry = Entry(
        term: UInt16.random(in: 0...2, using: &generator), color: UInt16.random(in: 0...1, using: &generator))
      switch Int.random(in: 0...3, using: &generator) {
      case 0, 1:
        guard array.count < 5 else { continue }
        log.append(entry)
        array.append(entry)
      case 2:
        let index = Int.random(in: -1...7, using: &generator)
        log.truncate(after: index)
        array.removeLast(max(0, array.count - max(0, index)))
      default:
        guard !array.isEmpty else { continue }
        let index = Int.random(in: 1...array.count, using: &generator)
        log[index] = entry
        array[index - 1] = entry
      }
      #expect((0..<log.count).map { log[$0 + 1] } == array, "seed \(seed)")
      #expect(log.lastIndex == array.count && log.last == array.last, "seed \(seed)")
      #expect(log.isEmpty == array.isEmpty && log.isFull == (array.count == 5) && log.capacity == 5, "seed \(seed)")
      let indices = (-1...6).filter { log.contains(index: $0) }
      #expect(indices == Array(array.indices.map { $0 + 1 }), "seed \(seed)")
      #expect((0..<log.choiceCount).map { log.choice(at: $0) } == array, "seed \(seed)")
      #expect(seen.updateValue(bytes(of: log), forKey: array) ?? bytes(of: log) == bytes(of: log), "seed \(seed)")
      #expect(Set(seen.values).count == seen.count, "seed \(seed)")
    }
  }

  @Test func prefixes() {
    func log(_ entries: [UInt8]) -> Log<4, UInt8> {
      var log = Log<4, UInt8>()
      for entry in entries { log.append(entry) }
      return log
    }
    let arrays: [[UInt8]] = (0...3).flatMap { count in
      (0..<(1 << count)).map { bits in (0..<count).map { UInt8(bits >> $0 & 1) } }
    }
    for left in arrays {
      for right in arrays {
        #expect(log(left).isPrefix(of: log(right)) == right.starts(with: left))
        #expect((log(left) == log(right)) == (left == right))
        for index in 0...4 {
          let agree = index <= min(left.count, right.count) && left.prefix(index) == right.prefix(index)
          #expect(log(left).agrees(with: log(right), upTo: index) == agree)
        }
      }
    }
  }

  @Test(arguments: 0..<20) func queuesAreLikeArrays(seed: Int) {
    var generator = SplitMix64(seed: seed)
    var (queue, array) = (Queue<4, Entry>(), [Entry]())
    var seen: [[Entry]: [UInt8]] = [:]
    for _ in 0..<300 {
      let entry = Entry(term: UInt16.random(in: 0...2, using: &generator), color: 7)
      switch Int.random(in: 0...10, using: &generator) {
      case 0...5:
        guard array.count < 4 else { continue }
        queue.enqueue(entry)
        array.append(entry)
      case 6...9:
        guard !array.isEmpty else { continue }
        #expect(queue.dequeue() == array.removeFirst(), "seed \(seed)")
      default:
        queue.removeAll()
        array.removeAll()
      }
      #expect((0..<queue.count).map { queue[$0] } == array, "seed \(seed)")
      #expect(queue.front == array.first && queue.back == array.last, "seed \(seed)")
      #expect(
        queue.isEmpty == array.isEmpty && queue.isFull == (array.count == 4) && queue.capacity == 4, "seed \(seed)")
      #expect((0..<queue.choiceCount).map { queue.choice(at: $0) } == array, "seed \(seed)")
      #expect(seen.updateValue(bytes(of: queue), forKey: array) ?? bytes(of: queue) == bytes(of: queue), "seed \(seed)")
      #expect(Set(seen.values).count == seen.count, "seed \(seed)")
    }
  }

  @Test func printing() throws {
    var log = Log<3, Color?>()
    log.append(.red)
    log.append(nil)
    #expect(try text(log) == "[red, nil]")
    var queue = Queue<3, Bounded<10, 12>>()
    #expect(try text(queue) == "[]")
    queue.enqueue(12)
    queue.enqueue(10)
    #expect(try text(queue) == "[12, 10]")
  }

  @Test func logFaults() {
    let empty = Log<2, Color>()
    expectFault("a log with 0 entries has none at index 1") { _ = empty[1] }
    expectFault("a log with 1 entries has none at index 0") { _ = filled(1)[0] }
    expectFault("a log with 1 entries has none at index -1") { _ = filled(1)[-1] }
    expectFault("a log with 1 entries has none at index 2") {
      var log = filled(1)
      log[2] = .blue
    }
    expectFault("a log of capacity 2 is full") { _ = filled(3) }

    func filled(_ count: Int) -> Log<2, Color> {
      var log = Log<2, Color>()
      for _ in 0..<count { log.append(.red) }
      return log
    }
  }

  @Test func queueFaults() {
    expectFault("an empty queue has nothing to dequeue") {
      var queue = Queue<1, Color>()
      queue.dequeue()
    }
    expectFault("a queue of 0 elements has none at position 0") { _ = filled(0)[0] }
    expectFault("a queue of 1 elements has none at position 1") { _ = filled(1)[1] }
    expectFault("a queue of 1 elements has none at position -1") { _ = filled(1)[-1] }
    expectFault("a queue of capacity 1 is full") { _ = filled(2) }

    func filled(_ count: Int) -> Queue<1, Color> {
      var queue = Queue<1, Color>()
      for _ in 0..<count { queue.enqueue(.red) }
      return queue
    }
  }
}
