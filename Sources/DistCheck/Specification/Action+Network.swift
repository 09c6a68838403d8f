import DistCheckEngine

extension Network {
  /// How many ways to receive there are to try: each place once, or twice where the network duplicates, once to go and
  /// once to stay.
  @inlinable @inline(__always)
  var receiptCount: Int { transport.duplicates ? count &* 2 : count }  // a capacity is at most 65,535

  /// Which message a receipt delivers, and whether it stays.
  @inlinable @inline(__always)
  func receipt(_ ordinal: Int) -> (index: Int, stays: Bool) {
    transport.duplicates ? (ordinal &>> 1, ordinal & 1 == 1) : (ordinal, transport.isGrowing)
  }

  /// The message of a receipt, taken off the network unless it stays.
  @inlinable @inline(__always)
  mutating func receive(_ ordinal: Int) -> Message {
    let (index, stays) = receipt(ordinal)
    let message = elements[index]
    if !stays { elements.remove(at: index) }
    return message
  }

  /// The message of a receipt by its bytes: whether it stays is the network's affair.
  @inlinable
  func writeMessage(of ordinal: Int, _ identity: ValueIdentity<Message>, to bytes: UnsafeMutableRawPointer) -> Int {
    identity.write(elements[receipt(ordinal).index], to: bytes)
  }

  @usableFromInline
  func describe(_ ordinal: Int) -> [Value] {
    let (index, stays) = receipt(ordinal)
    return [Value(describing: elements[index])] + (stays && transport.duplicates ? [.name("and it stays")] : [])
  }
}

extension Action {
  /// An action that receives a message: its parameter ranges over the messages that can be received, and the message
  /// is taken off the network before the effect, as the network's ``Transport`` says.
  ///
  /// - Parameter path: The network, a stored property of the state: `\.network`.
  @inlinable @inline(__always)
  public init<let capacity: Int, Message: NetworkMessage>(
    _ name: String, receiving path: WritableKeyPath<State, Network<capacity, Message>>,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when isEnabled: @escaping (borrowing State, Message) -> Bool,
    then effect: @escaping (inout State, Message) -> Void
  ) {
    let (network, messages) = (Part(path), ValueIdentity<Message>())
    table = ActionTable(
      name: name, location: SourceLocation(file: file, line: line),
      expand: { source, buffer, first, limit in
        Self.explore(
          source, buffer, first, limit, count: network.of(source).pointee.receiptCount,
          isEnabled: { s, k in
            guard let message = network.of(s).pointee.choice(at: network.of(s).pointee.receipt(k).index) else {
              return false
            }
            return isEnabled(s.pointee, message)
          },
          effect: { s, _, k in
            let message = network.of(s).pointee.receive(k)
            effect(&s.pointee, message)
          })
      },
      instanceCount: { network.of($0).pointee.receiptCount },
      arguments: { network.of($0).pointee.describe($1) }, fairness: fairness,
      identity: .bytes(parameters: 1, limit: max(8, MemoryLayout<Message>.size)) { source, k, _, bytes in
        network.of(source).pointee.writeMessage(of: k, messages, to: bytes)
      }, parameterTypes: [Message.self])
  }

  /// An action that receives one kind of message, taken apart.
  ///
  /// The guard returns what the effect needs of the message, or nil when the action is not for this message or not
  /// enabled. Write its type, or mistakes elsewhere in the actions are reported here:
  /// ```swift
  /// Action("HandleVote", receiving: \.network) { s, m -> Bool? in
  ///   if case .vote(let granted) = m.body { granted } else { nil }
  /// } then: { s, m, granted in
  ///   …
  /// }
  /// ```
  @inlinable @inline(__always)
  public init<let capacity: Int, Message: NetworkMessage, Content>(
    _ name: String, receiving path: WritableKeyPath<State, Network<capacity, Message>>,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, Message) -> Content?,
    then effect: @escaping (inout State, Message, Content) -> Void
  ) {
    let (network, messages) = (Part(path), ValueIdentity<Message>())
    table = ActionTable(
      name: name, location: SourceLocation(file: file, line: line),
      expand: { source, buffer, first, limit in
        Self.explore(
          source, buffer, first, limit, count: network.of(source).pointee.receiptCount,
          isEnabled: { s, k in
            guard let message = network.of(s).pointee.choice(at: network.of(s).pointee.receipt(k).index) else {
              return false
            }
            return content(s.pointee, message) != nil
          },
          effect: { s, old, k in
            let message = network.of(s).pointee.receive(k)
            effect(&s.pointee, message, content(old.pointee, message)!)
          })
      },
      instanceCount: { network.of($0).pointee.receiptCount },
      arguments: { network.of($0).pointee.describe($1) }, fairness: fairness,
      identity: .bytes(parameters: 1, limit: max(8, MemoryLayout<Message>.size)) { source, k, _, bytes in
        network.of(source).pointee.writeMessage(of: k, messages, to: bytes)
      }, parameterTypes: [Message.self])
  }

  /// An action that receives one kind of message, taken apart, with the type of what is taken out of it: as the one above,
  /// but that neither guard nor mistakes elsewhere keep Swift searching for types.
  @inlinable @inline(__always)
  public init<let capacity: Int, Message: NetworkMessage, Content>(
    _ name: String, receiving path: WritableKeyPath<State, Network<capacity, Message>>, finding: Content.Type,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, Message) -> Content?,
    then effect: @escaping (inout State, Message, Content) -> Void
  ) {
    self.init(
      name, receiving: path, fairness: fairness, file: file, line: line, when: content, then: effect)
  }

  /// The loss of a message, wherever the network's ``Transport`` loses messages: any that could be received.
  ///
  /// Declared once, beside the actions that receive; it is never enabled on a network that loses nothing.
  @inlinable @inline(__always)
  public init<let capacity: Int, Message: NetworkMessage>(
    _ name: String, losing path: WritableKeyPath<State, Network<capacity, Message>>, file: String = #fileID,
    line: Int = #line
  ) {
    let network = Part(path)
    table = ActionTable(
      name: name, location: SourceLocation(file: file, line: line), isOptional: true,
      expand: { source, buffer, first, limit in
        Self.explore(
          source, buffer, first, limit,
          count: network.of(source).pointee.transport.loses ? network.of(source).pointee.count : 0,
          isEnabled: { s, k in network.of(s).pointee.isDeliverable(at: k) },
          effect: { s, _, k in network.of(s).pointee.elements.remove(at: k) })
      },
      instanceCount: { network.of($0).pointee.count },
      arguments: { [Value(describing: network.of($0).pointee.elements[$1])] })
  }
}
