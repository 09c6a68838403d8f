import DistCheckEngine

/// A message from one node to another.
///
/// The sizes of two nodes and the body together.
@frozen
public struct Packet<Node: Finite, Body: BitwiseCopyable>: NetworkMessage {
  public var body: Body
  public var from: Node
  public var to: Node

  @inlinable @inline(__always)
  public init(from: Node, to: Node, _ body: Body) {
    self.from = from
    self.to = to
    self.body = body
  }

  @inlinable @inline(__always)
  public var link: Int { from.ordinal &* Node.count &+ to.ordinal }  // a finite type has at most 2 to the 20 values
}

extension Packet: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    func field<T>(_ name: String, _ type: T.Type, _ path: PartialKeyPath<Self>) throws(LayoutError) -> Layout.Field {
      do {
        return Layout.Field(name: name, offset: MemoryLayout<Self>.offset(of: path)!, layout: try Layout.of(type))
      } catch { throw error.inside(name) }
    }
    return Layout(
      typeName: "\(Self.self)", size: MemoryLayout<Self>.size, stride: MemoryLayout<Self>.stride,
      kind: .packet(
        from: try field("from", Node.self, \.from), to: try field("to", Node.self, \.to),
        body: try field("body", Body.self, \.body)))
  }
}
