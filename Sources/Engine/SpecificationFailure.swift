internal import CDistCheckEngine

/// Ends the evaluation of a guard, effect or property because the specification itself is wrong there: a capacity is
/// exceeded, a value is out of its range, an index does not exist.
///
/// The checker reports it as an error of the specification (exit code 75), with the action, its arguments and the trace
/// that leads there. It is never a disabled action and never a silent truncation.
///
/// - Parameters:
///   - message: One line; each `%` in it is replaced by the next of the values.
///   - first: The value for the first `%`.
///   - second: The value for the second `%`.
@inline(never)
public func specificationFailure(_ message: StaticString, _ first: Int = 0, _ second: Int = 0) -> Never {
  withUnsafeTemporaryAllocation(of: Int64.self, capacity: 2) { values -> Void in
    values[0] = Int64(first)
    values[1] = Int64(second)
    message.withUTF8Buffer { text in
      ce_raise(UnsafeRawPointer(text.baseAddress!).assumingMemoryBound(to: CChar.self), values.baseAddress!, 2)
    }
  }
  fatalError()
}

/// What went wrong inside a specification's own code.
public struct SpecificationFault: Error, Equatable {
  /// One line for a person: "Log is full: its capacity is 3", "arithmetic overflow or a failed precondition".
  public var message: String
  /// Code addresses, innermost first, relative to the start of the image that contains them; empty where unknown.
  /// With the debug information of the compiled specification they give the source line.
  public var frames: [UInt64]
  /// Whether the specification reported the fault itself, with a message, or the processor stopped it.
  public var isTrap: Bool
  /// Whether it was an evaluation that did not come to its end, and was left because the search was stopped.
  public var isEndless = false
}

/// Runs code of the specification, and turns what would have ended the process into a thrown fault.
///
/// Must not be used around code that holds locks, or owns memory that has to be released: a fault leaves it by a jump.
/// (The body escapes so that its context lies on the heap, where that does no harm.)
public func catchingFaults(_ body: @escaping () -> Void) throws(SpecificationFault) {
  var fault = ce_fault()
  let context = Unmanaged.passRetained(Body(body))
  defer { context.release() }
  let kind = ce_guard({ Unmanaged<Body>.fromOpaque($0!).takeUnretainedValue().run() }, context.toOpaque(), &fault)
  if kind != CE_OK { throw SpecificationFault(fault) }
}

/// Evaluates a part of the specification so that a search that is stopped can leave it, see `Watch`.
@inline(__always)
func evaluating<Value>(_ body: () -> Value) -> Value {
  ce_enter()
  let value = body()
  ce_leave()
  return value
}

private final class Body {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

extension SpecificationFault {
  init(_ fault: ce_fault) {
    isTrap = fault.kind != CE_RAISED
    isEndless = fault.kind == CE_ENDLESS
    switch fault.kind {
    case CE_RAISED:
      var values = [fault.values.0, fault.values.1][...]
      message = String(cString: fault.message).split(separator: "%", omittingEmptySubsequences: false)
        .map(String.init)
        .reduce { $0 + "\(values.popFirst() ?? 0)" + $1 }
    case CE_TRAP: message = "arithmetic overflow, index out of range or failed precondition"
    case CE_MEMORY: message = "invalid memory access"
    case CE_ARITHMETIC: message = "arithmetic error"
    case CE_ENDLESS: message = "it did not come to its end"
    case CE_STACK: message = "stack exhausted (endless recursion?)"
    default: message = "aborted"
    }
    frames = withUnsafeBytes(of: fault.frames) { bytes in
      Array(bytes.bindMemory(to: UInt64.self).prefix(Int(fault.frameCount)))
    }
  }
}

extension Array {
  fileprivate func reduce(_ combine: (Element, Element) -> Element) -> Element {
    dropFirst().reduce(self[0], combine)
  }
}
