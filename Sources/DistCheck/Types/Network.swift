import DistCheckEngine

/// What a network carries: any type of the specification's own, most often an enum with payloads, or ``Packet``.
public protocol NetworkMessage: BitwiseCopyable {
  /// Messages with the same link keep their order on a first-in, first-out network. All are on link 0 unless the
  /// message says otherwise; a ``Packet`` has one link for each pair of nodes.
  var link: Int { get }
}

extension NetworkMessage {
  @inlinable @inline(__always)
  public var link: Int { 0 }
}

/// Messages on their way.
///
/// Three bytes plus `capacity` strides of a message. Whether messages come in order, get lost or are received twice is
/// for the ``Transport`` to say; the actions that send and receive are the same for all. More messages at once than
/// the capacity are an error of the specification. Operations are O(capacity).
@frozen
public struct Network<let capacity: Int, Message: NetworkMessage>: BitwiseCopyable {
  @usableFromInline var elements = Elements<capacity, Message>()
  /// How the messages are treated.
  public let transport: Transport

  @inlinable @inline(__always)
  public init(_ transport: Transport) { self.transport = transport }

  /// How many messages are on their way.
  @inlinable @inline(__always)
  public var count: Int { elements.count }

  @inlinable @inline(__always)
  public var isEmpty: Bool { elements.count == 0 }

  @inlinable @inline(__always)
  public var isFull: Bool { elements.count == capacity }

  /// How many messages there is room for.
  @inlinable @inline(__always)
  public var capacity: Int { Self.capacity }

  /// Whether this message is on its way, deliverable or not.
  @inlinable @inline(__always)
  public func contains(_ message: Message) -> Bool {
    let message = BlankTypes.cleared(message)
    return transport.isFIFO ? elements.firstIndex(of: message) != nil : elements.place(of: message).isPresent
  }

  @inlinable @inline(__always)
  public func contains(where predicate: (Message) -> Bool) -> Bool {
    for index in 0..<count where predicate(elements[index]) { return true }
    return false
  }

  @inlinable @inline(__always)
  public func allSatisfy(_ predicate: (Message) -> Bool) -> Bool { !contains { !predicate($0) } }

  @inlinable @inline(__always)
  public func count(where predicate: (Message) -> Bool) -> Int {
    var result = 0
    for index in 0..<count where predicate(elements[index]) { result += 1 }
    return result
  }

  @inlinable @inline(__always)
  public mutating func send(_ message: Message) {
    let message = BlankTypes.cleared(message)
    var index: Int
    if transport.isFIFO {
      index = count
      while index > 0, elements[index &- 1].link > message.link { index &-= 1 }
    } else {
      let place = elements.place(of: message)
      if place.isPresent && transport.isGrowing { return }
      index = place.index
    }
    elements.insert(message, at: index, full: "a network of capacity % is full")
  }

  /// Takes a message off the network: one copy of it, the oldest on its link.
  ///
  /// An action that is declared with `receiving:` has this done for it.
  @inlinable @inline(__always)
  public mutating func remove(_ message: Message) {
    guard let index = elements.firstIndex(of: BlankTypes.cleared(message)) else {
      specificationFailure("the network does not contain the message that is removed")
    }
    elements.remove(at: index)
  }

  /// Loses every message that satisfies the predicate, as when a node crashes with its buffers.
  @inlinable @inline(__always)
  public mutating func removeAll(where predicate: (Message) -> Bool) {
    var index = 0
    while index < count {
      if predicate(elements[index]) { elements.remove(at: index) } else { index &+= 1 }
    }
  }

  /// Whether the message at a place can be received next: the oldest on its link where there is an order, and each
  /// message once where there are several copies.
  @inlinable @inline(__always)
  func isDeliverable(at index: Int) -> Bool {
    if index == 0 { return true }
    if transport.isFIFO { return elements[index &- 1].link != elements[index].link }
    return transport.isGrowing || !elements.areSame(index &- 1, index)
  }
}

extension Network {
  /// Sends a message from one node to another.
  @inlinable @inline(__always)
  public mutating func send<Node, Body>(_ body: Body, from: Node, to: Node) where Message == Packet<Node, Body> {
    send(Packet(from: from, to: to, body))
  }

  /// Sends a message to every node but the sender.
  @inlinable @inline(__always)
  public mutating func broadcast<Node, Body>(_ body: Body, from: Node) where Message == Packet<Node, Body> {
    for ordinal in 0..<Node.count where ordinal != from.ordinal {
      send(Packet(from: from, to: Node(uncheckedOrdinal: ordinal), body))
    }
  }
}

extension Network: Sequence {
  @inlinable @inline(__always)
  public func makeIterator() -> ElementIterator<capacity, Message> { ElementIterator(elements) }
}

extension Network: Choosable {
  @inlinable @inline(__always)
  public var choiceCount: Int { count }
  /// The messages that can be received next, each once.
  @inlinable @inline(__always)
  public func choice(at index: Int) -> Message? { isDeliverable(at: index) ? elements[index] : nil }
}

extension Network: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    let distance = MemoryLayout<Self>.offset(of: \.transport)! - MemoryLayout<Self>.offset(of: \.elements)!
    let links = Layout.Links(
      keepsOrder: { ($0 + distance).load(as: Transport.self).isFIFO },
      link: { $0.loadUnaligned(as: Message.self).link })
    return Layout(
      typeName: "\(Self.self)", size: MemoryLayout<Self>.size, stride: MemoryLayout<Self>.stride,
      kind: .hidden(
        Layout.Field(
          name: "transport", offset: MemoryLayout<Self>.offset(of: \.transport)!, layout: try Transport.layout()),
        behind: Layout.Field(
          name: "messages", offset: MemoryLayout<Self>.offset(of: \.elements)!,
          layout: try Elements<capacity, Message>.layout(
            isOrdered: false, links: links))))
  }
}
