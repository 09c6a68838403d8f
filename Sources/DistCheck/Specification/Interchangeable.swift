import DistCheckEngine

/// The kinds of things that are alike: exchanging two of them, wherever they occur in a state, gives a state that behaves
/// in the same way.
///
/// ```swift
/// var interchangeable: Interchangeable { RM.self }
/// ```
/// One identity type a line. The types tell the rest: whatever is indexed by such an identity, or contains one, is
/// permuted. It is a claim about the whole specification: no action, property, constraint or initial state may treat one
/// of them differently from the others, by its `index`, say, or by its `next`. The claim is tested on states while a
/// symmetric model is explored.
public struct Interchangeable {
  @usableFromInline let kinds: [Layout.IdentityKind]

  @usableFromInline
  init(_ kinds: [Layout.IdentityKind]) { self.kinds = kinds }
}

@resultBuilder
public enum InterchangeableBuilder {
  public static func buildExpression<Kind, let size: Int>(_ type: ID<Kind, size>.Type) -> Interchangeable {
    Interchangeable([type.kind])
  }
  public static func buildBlock(_ parts: Interchangeable...) -> Interchangeable {
    Interchangeable(parts.flatMap(\.kinds))
  }
  public static func buildOptional(_ part: Interchangeable?) -> Interchangeable { part ?? Interchangeable([]) }
  public static func buildEither(first: Interchangeable) -> Interchangeable { first }
  public static func buildEither(second: Interchangeable) -> Interchangeable { second }
}
