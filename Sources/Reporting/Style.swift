/// Colour on a terminal, nothing elsewhere.
public struct Style: Sendable {
  public var isColored: Bool

  public init(isColored: Bool) { self.isColored = isColored }

  public static let plain = Style(isColored: false)

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "31") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }
  func cyan(_ text: String) -> String { wrap(text, "36") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension Style {
  public func heading(_ text: String) -> String { bold(text) }
}
