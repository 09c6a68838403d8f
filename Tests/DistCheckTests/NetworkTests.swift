import DistCheck
import DistCheckEngine
import Testing
import TestSupport

/// Networks of every transport, by themselves and in small specifications whose states can be counted by hand.
@Suite struct NetworkTests {
  enum Body: Hashable {
    case ping(UInt8)
    case stop
  }
  typealias Message = Packet<Three, Body>
  typealias Net = Network<6, Message>

  static let transports: [Transport] = [
    .growing, .growing.losing, .unordered, .unordered.losing, .unordered.duplicating, .unordered.losing.duplicating,
    .fifo, .fifo.losing, .fifo.duplicating, .fifo.losing.duplicating,
  ]

  // MARK: By themselves

  /// What a network is: messages in the order in which they were sent.
  private struct Reference {
    var messages: [(from: Int, to: Int, body: Body)] = []
    let transport: Transport

    mutating func send(_ message: (from: Int, to: Int, body: Body)) {
      if transport.isGrowing && messages.contains(where: { $0 == message }) { return }
      messages.append(message)
    }

    /// Without order: sorted. With order: link by link.
    var canonical: [String] {
      func key(_ message: (from: Int, to: Int, body: Body)) -> String { "\(message.from) \(message.to)" }
      if transport.isFIFO {
        return Set(messages.map(key)).sorted().flatMap { link in
          messages.filter { key($0) == link }.map { "\(link) \($0.body)" }
        }
      }
      return messages.map { "\(key($0)) \($0.body)" }.sorted()
    }

    var deliverable: Set<String> {
      var seen: Set<String> = []
      return Set(
        messages.filter { !transport.isFIFO || seen.insert("\($0.from) \($0.to)").inserted }
          .map { "\($0.from) \($0.to) \($0.body)" })
    }
  }

  @Test(arguments: transports.indices) func likeArrays(index: Int) {
    let transport = Self.transports[index]
    var generator = SplitMix64(seed: index)
    var (network, reference) = (Net(transport), Reference(transport: transport))
    var seen: [[String]: [UInt8]] = [:]
    for _ in 0..<2000 {
      let (from, to) = (Int.random(in: 0...2, using: &generator), Int.random(in: 0...2, using: &generator))
      let body = Bool.random(using: &generator) ? Body.stop : .ping(UInt8.random(in: 0...1, using: &generator))
      let message = Message(from: Three(from), to: Three(to), body)
      switch Int.random(in: 0...9, using: &generator) {
      case 0...5:
        guard reference.messages.count < 6 else { continue }
        network.send(body, from: Three(from), to: Three(to))
        reference.send((from, to, body))
      case 6...8:
        guard let place = reference.messages.firstIndex(where: { $0 == (from, to, body) }) else { continue }
        network.remove(message)
        reference.messages.remove(at: place)
      default:
        network.removeAll { $0.to == Three(to) }
        reference.messages.removeAll { $0.to == to }
      }
      let canonical = reference.canonical
      #expect(network.count == canonical.count && network.isEmpty == canonical.isEmpty, "transport \(index)")
      #expect(network.contains(message) == reference.messages.contains { $0 == (from, to, body) }, "transport \(index)")
      #expect(network.count { $0.body == body } == reference.messages.count { $0.body == body }, "transport \(index)")
      #expect(
        network.allSatisfy { $0.from == Three(from) } == reference.messages.allSatisfy { $0.from == from },
        "transport \(index)")
      let choices = (0..<network.choiceCount).compactMap { network.choice(at: $0) }
        .map { "\($0.from.index) \($0.to.index) \($0.body)" }
      #expect(Set(choices) == reference.deliverable && choices.count == Set(choices).count, "transport \(index)")
      let known = seen.updateValue(bytes(of: network), forKey: canonical)
      #expect(known == nil || known == bytes(of: network), "transport \(index)")
    }
    #expect(Set(seen.values).count == seen.count, "transport \(index)")
    #expect(network.transport == transport)
  }

  @Test func broadcast() throws {
    var network = Net(.unordered)
    network.broadcast(.stop, from: 1)
    #expect(network.count == 2)
    #expect(network.contains(Message(from: 1, to: 0, .stop)) && network.contains(Message(from: 1, to: 2, .stop)))
    #expect(!network.contains(Message(from: 1, to: 1, .stop)))
    #expect(try text(network) == "{1→0 stop, 1→2 stop}")
    #expect(try text(Message(from: 2, to: 0, .ping(7))) == "2→0 ping(7)")
  }

  @Test func faults() {
    for transport in Self.transports {
      expectFault("a network of capacity 2 is full") {
        var network = Network<2, Message>(transport)
        for k: UInt8 in 0..<3 { network.send(.ping(k), from: 0, to: 1) }
      }
      expectFault("the network does not contain the message that is removed") {
        var network = Network<2, Message>(transport)
        network.send(.stop, from: 0, to: 1)
        network.remove(Message(from: 1, to: 0, .stop))
      }
    }
  }

  @Test func printingOfTransports() throws {
    #expect(
      try Self.transports.map(text) == [
        "growing", "growing.losing", "unordered", "unordered.losing", "unordered.duplicating",
        "unordered.losing.duplicating", "fifo", "fifo.losing", "fifo.duplicating", "fifo.losing.duplicating",
      ])
  }

  // MARK: In specifications

  struct Number: NetworkMessage, Equatable { var value: UInt8 }

  struct State: BitwiseCopyable {
    var network: Network<4, Number>
    var received: Log<3, UInt8>
  }

  /// Messages on their way from the start are received into a log of at most three.
  private func receiver(
    _ transport: Transport, sending values: [UInt8],
    @PropertiesBuilder<State> properties: () -> Properties<State> = { [] }
  ) -> Sketch<State> {
    var network = Network<4, Number>(transport)
    for value in values { network.send(Number(value: value)) }
    return Sketch(
      State(network: network, received: Log()),
      actions: {
        Action("Receive", receiving: \.network) { s, _ in
          !s.received.isFull
        } then: { s, message in
          s.received.append(message.value)
        }
        Action("Lose", losing: \.network)
      }, properties: properties)
  }

  private func counts(_ transport: Transport, sending values: [UInt8]) throws -> [Int] {
    let result = try check(receiver(transport, sending: values))
    return [result.distinctStates, result.generatedStates, result.depth]
  }

  @Test func fifoKeepsTheOrder() throws {
    #expect(try counts(.fifo, sending: [2, 1, 2]) == [4, 4, 4])
    let order = receiver(.fifo, sending: [3, 1, 2]) {
      Always("in order") { s in
        (s.received.count < 1 || s.received[1] == 3) && (s.received.count < 2 || s.received[2] == 1)
          && (s.received.count < 3 || s.received[3] == 2)
      }
    }
    #expect(try check(order).holds)
  }

  /// Every prefix of every permutation, once.
  @Test func unorderedDeliversEachOnce() throws {
    #expect(try counts(.unordered, sending: [1, 2, 3]) == [1 + 3 + 6 + 6, 1 + 3 + 6 + 6, 4])
    // Two copies are one choice: words over aab without more than two a's and one b.
    #expect(try counts(.unordered, sending: [1, 1, 2]) == [1 + 2 + 3 + 3, 1 + 2 + 3 + 3, 4])
  }

  /// Nothing ever goes: all words of at most three letters.
  @Test func growingNeverRemoves() throws {
    #expect(try counts(.growing, sending: [1, 2, 1]) == [1 + 2 + 4 + 8, 1 + 2 + 4 + 8, 4])
    let kept = receiver(.growing, sending: [1, 2]) {
      Always("both are there") { s in s.network.count == 2 }
    }
    #expect(try check(kept).holds)
    // Sent again, it is there already.
    #expect(try check(receiver(.growing.duplicating, sending: [1, 2])).distinctStates == 15)
  }

  @Test func losing() throws {
    // Each of a and b is on its way, lost, or received; when both are received, in one of two orders.
    #expect(try counts(.unordered.losing, sending: [1, 2]) == [10, 1 + 4 + 4 * 2, 3])
    // By how many are gone, and which of these were received: 1 + 2 + 4.
    #expect(try counts(.fifo.losing, sending: [1, 2]) == [7, 7, 3])
    // A set that loses its only message after n receipts: (it is there, 0 to 3) and (it is gone, 0 to 3).
    #expect(try counts(.growing.losing, sending: [1]) == [8, 1 + 3 + 4, 5])
  }

  @Test func duplicating() throws {
    // The message is there after 0 to 3 receipts, or gone after 1 to 3.
    #expect(try counts(.unordered.duplicating, sending: [1]) == [7, 1 + 2 * 3, 4])
    #expect(try counts(.fifo.duplicating, sending: [1]) == [7, 1 + 2 * 3, 4])
    // In order: 1…1, then 2…2; with i ones and j twos, and where the queue stands.
    // [1 2] left: i = 0...3; [2] left: i >= 1, i + j <= 3; nothing left: i >= 1, j >= 1, i + j <= 3.
    #expect(try counts(.fifo.duplicating, sending: [1, 2]).first == 4 + 6 + 3)
  }

  @Test func duplicatingAndLosing() throws {
    // There or gone, after 0 to 3 receipts.
    #expect(try counts(.unordered.losing.duplicating, sending: [1]) == [8, 1 + 2 * 3 + 4, 4])
  }

  @Test func traceNamesTheMessage() throws {
    let system = receiver(.unordered.losing.duplicating, sending: [5]) {
      Always("not twice, then lost") { s in !(s.received.count == 2 && s.network.isEmpty) }
    }
    let titles = try #require(try check(system).counterexample).steps.map(\.title)
    #expect(titles == ["Initial state", "Receive((value: 5), and it stays)", "Receive((value: 5))"])
  }

  /// Order is kept on each link, and only there.
  @Test func links() throws {
    struct State: BitwiseCopyable {
      var network: Network<4, Packet<Three, UInt8>>
      var received: Log<4, UInt8>
    }
    var network = Network<4, Packet<Three, UInt8>>(.fifo)
    for (value, to) in [(1, 1), (2, 1), (3, 2), (4, 2)] as [(UInt8, Three)] { network.send(value, from: 0, to: to) }
    let system = Sketch(State(network: network, received: Log())) {
      Action("Receive", receiving: \.network) { _, _ in
        true
      } then: { s, packet in
        s.received.append(packet.body)
      }
    } properties: {
      Always("in order") { s in
        let received = s.received
        func place(_ value: UInt8) -> Int {
          (1...4).first { received.contains(index: $0) && received[$0] == value } ?? 5
        }
        return place(1) <= place(2) && place(3) <= place(4)
      }
    }
    let result = try check(system)
    // Interleavings of two runs of two, by prefix: 1 + 2 + 4 + 6 + 6.
    #expect(result.holds && result.distinctStates == 19 && result.generatedStates == 19)
  }

  /// A guard that returns what it takes the message apart into.
  @Test func receivingWithContent() throws {
    struct State: BitwiseCopyable {
      var network: Network<3, Message>
      var sum: UInt8 = 0
    }
    var network = Network<3, Message>(.unordered)
    network.send(.ping(3), from: 0, to: 1)
    network.send(.ping(4), from: 0, to: 1)
    network.send(.stop, from: 0, to: 1)
    let system = Sketch(State(network: network)) {
      Action("Ping", receiving: \.network) { _, m -> UInt8? in
        if case .ping(let number) = m.body { number } else { nil }
      } then: { s, m, number in
        s.sum += number
        s.network.send(.stop, from: m.to, to: m.from)
      }
    } properties: {
      Sometimes("all pings") { s in s.sum == 7 && s.network.count == 3 }
    }
    let result = try check(system)
    #expect(result.holds && result.distinctStates == 4 && result.generatedStates == 5)
  }
}
