import DistCheck

/// The alternating bit protocol: values go over a channel that loses messages, one after another; a bit tells a new one
/// from a repeated one.
///
/// Bartlett, Scantlebury and Wilkinson, "A Note on Reliable Full-Duplex Transmission over Half-Duplex Links", 1969;
/// actions and names as in Lamport's `AlternatingBit`, "Specifying Systems", 2002, section 14.
///
/// Assumed: messages and acknowledgements are lost, but not duplicated, altered or reordered. A channel from which one
/// tries to receive again and again does not lose everything. How much is under way is bounded by a constraint.
///
/// - `limit`: how many messages, or acknowledgements, under way are too many.
struct AlternatingBit<let values: Int, let limit: Int>: Specification {
  enum Content {}
  typealias Datum = ID<Content, values>
  enum Bit: Enumeration {
    case zero, one
    var other: Bit { self == .zero ? .one : .zero }
  }
  struct Message: BitwiseCopyable {
    var bit: Bit
    var value: Datum
  }
  /// Where in a channel something is.
  typealias Place = Bounded<0, limit>

  /// Whether messages arrive in the order in which they were sent.
  var keepsOrder = true

  struct State: BitwiseCopyable {
    var msgQ = Queue<limit, Message>()
    var ackQ = Queue<limit, Bit>()
    /// The bit of the value that was sent last.
    var sBit: Bit
    /// The bit that was acknowledged last.
    var sAck: Bit
    /// The bit of the value that was received last.
    var rBit: Bit
    var sent: Datum
    var rcvd: Datum

    var isAcknowledged: Bool { sAck == sBit }
  }

  var initial: Initial<State> {
    for bit in Bit.all {
      for sent in Datum.all {
        for rcvd in Datum.all {
          State(sBit: bit, sAck: bit, rBit: bit, sent: sent, rcvd: rcvd)
        }
      }
    }
  }

  func removing<T>(_ place: Place, from queue: Queue<limit, T>) -> Queue<limit, T> {
    var rest = Queue<limit, T>()
    for k in 0..<queue.count where k != place { rest.enqueue(queue[k]) }
    return rest
  }

  var actions: Actions<State> {
    Action("SndNewValue", for: Datum.self) { s, _ in
      s.isAcknowledged
    } then: { s, d in
      s.sent = d
      s.sBit = s.sBit.other
      s.msgQ.enqueue(Message(bit: s.sBit, value: d))
    }
    Action("ReSndMsg", fairness: .weak) { s in
      !s.isAcknowledged
    } then: { s in
      s.msgQ.enqueue(Message(bit: s.sBit, value: s.sent))
    }
    Action("RcvMsg", for: Place.self, fairness: .strong) { s, k in
      k < s.msgQ.count && (k == 0 || !keepsOrder)
    } then: { s, k in
      let message = s.msgQ[k.value]
      s.msgQ = removing(k, from: s.msgQ)
      s.rBit = message.bit
      s.rcvd = message.value
    }
    Action("SndAck", fairness: .weak) { _ in
      true
    } then: { s in
      s.ackQ.enqueue(s.rBit)
    }
    Action("RcvAck", fairness: .strong) { s in
      !s.ackQ.isEmpty
    } then: { s in
      s.sAck = s.ackQ.dequeue()
    }
    Action("LoseMsg", for: Place.self) { s, k in
      k < s.msgQ.count
    } then: { s, k in
      s.msgQ = removing(k, from: s.msgQ)
    }
    Action("LoseAck", for: Place.self) { s, k in
      k < s.ackQ.count
    } then: { s, k in
      s.ackQ = removing(k, from: s.ackQ)
    }
  }

  /// The steps of the module's `ABCorrectness`, in which there are no channels.
  var properties: Properties<State> {
    Step("nothing new before the last is acknowledged") { before, after in
      before.sBit == after.sBit && before.sent == after.sent || before.isAcknowledged && before.rBit == before.sBit
    }
    Step("received once, as sent") { before, after in
      before.rBit == after.rBit
        ? before.rcvd == after.rcvd : before.rBit != before.sBit && after.rcvd == before.sent
    }
    for d in Datum.all {
      LeadsTo("\(d.index) is received") { s in
        s.sent == d && !s.isAcknowledged
      } then: { s in
        s.rcvd == d
      }
    }
    LeadsTo("what is sent is acknowledged") { s in
      !s.isAcknowledged
    } then: { s in
      s.isAcknowledged
    }
  }

  func constraint(_ s: State) -> Bool { !s.msgQ.isFull && !s.ackQ.isFull }

  static var models: Models {
    Model("two values", AlternatingBit<2, 3>()).expects(.holds, distinctStates: 240, generatedStates: 1_392, depth: 10)
    Model("channel that loses all messages", AlternatingBit<2, 3>())
      .fairness(.weak, of: "RcvMsg")
      .expects(.violates("0 is received"))
    Model("channel that loses all acknowledgements", AlternatingBit<2, 3>())
      .fairness(.weak, of: "RcvAck")
      .expects(.violates("what is sent is acknowledged"))
    Model("sender that gives up", AlternatingBit<2, 3>())
      .fairness(.none, of: "ReSndMsg")
      .expects(.violates("0 is received"))
    Model("receiver that acknowledges once", AlternatingBit<2, 3>())
      .fairness(.none, of: "SndAck")
      .expects(.violates("what is sent is acknowledged"))
    Model("nobody has to move", AlternatingBit<2, 3>()).fairness(.none).expects(.violates("0 is received"))
    // A value from two rounds before arrives with the right bit.
    Model("messages overtake", AlternatingBit<2, 3>(keepsOrder: false)).expects(.violates("received once, as sent"))
  }
}
