/// How the lines of a log are taken apart.
public enum LogFormat: Sendable {
  /// One JSON object a line.
  case json
  /// Text: the named groups of a regular expression are the fields. Lines that it does not match are passed over.
  ///
  /// Where the expression holds line feeds (`\n`), it is matched with so many lines together.
  case pattern(String)
  /// An ITF trace, as Apalache and Quint write them: each state is a line.
  case itf

  /// The format that a file's name says.
  public init(path: String, pattern: String?) {
    if let pattern {
      self = .pattern(pattern)
    } else {
      self = path.hasSuffix(".itf.json") || path.hasSuffix(".itf.json.gz") ? .itf : .json
    }
  }
}

/// A regular expression with named groups.
///
/// One line is matched at a time. An expression that is to see several lines together says so by `\n`, as ShiViz's do.
struct LinePattern {
  private let regex: Regex<AnyRegexOutput>
  let names: [String]
  /// How many lines it is matched with.
  let lineCount: Int

  init(_ text: String) throws(LogError) {
    do { regex = try Regex(text) } catch {
      throw LogError("the pattern \"\(text)\" is no regular expression: \(error)")
    }
    names = Self.names(in: text)
    guard !names.isEmpty else {
      throw LogError("the pattern \"\(text)\" has no named group, such as (?<event>\\w+)")
    }
    lineCount = text.components(of: "\\n") + 1
  }

  private static func names(in text: String) -> [String] {
    var names: [String] = []
    for part in text.split(separator: "(?<", omittingEmptySubsequences: false).dropFirst() {
      let name = part.prefix { $0 != ">" }
      let isName = !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      if isName && !names.contains(String(name)) { names.append(String(name)) }
    }
    return names
  }

  /// The fields that it finds, as places in the text's UTF-8; nil where it does not match.
  func fields(in text: String) -> [(name: String, value: Range<Int>?)]? {
    guard let match = try? regex.firstMatch(in: text) else { return nil }
    return names.map { name in
      let range = match[name]?.range
      return (
        name,
        range.map {
          text.utf8.distance(
            from: text.startIndex, to: $0.lowerBound)..<text.utf8.distance(
              from: text.startIndex, to: $0.upperBound)
        }
      )
    }
  }
}

extension String {
  fileprivate func components(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
