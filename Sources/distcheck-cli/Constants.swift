import DistCheckReporting
import Foundation

/// `-D name=value`, or for a sweep `-D name=3...6`, `-D name=false...true`, `-D name=1,3,5`.
struct ConstantSetting {
  var name: String
  var values: [String]

  private static let mostValues = 1000

  init(_ text: String) throws(CommandError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw CommandError(.usage, "-D \(text): write -D name=value, -D name=3...6 or -D name=1,3,5")
    }
    name = parts[0]
    values = []
    for item in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      guard !item.isEmpty else { throw CommandError(.usage, "-D \(text): a value of the list is missing") }
      values += try Self.values(String(item), of: text)
      guard values.count <= Self.mostValues else { throw Self.tooMany(text) }
    }
    if Set(values).count < values.count { throw CommandError(.usage, "-D \(text): a value is given twice") }
  }

  /// The values of a range, or the one that it is.
  private static func values(_ item: String, of text: String) throws(CommandError) -> [String] {
    let bounds = item.components(separatedBy: "...")
    if bounds == ["false", "true"] { return bounds }
    guard bounds.count == 2, let first = Int(bounds[0]), let last = Int(bounds[1]) else { return [item] }
    guard first <= last else { throw CommandError(.usage, "-D \(text): the range is empty") }
    let (distance, overflows) = last.subtractingReportingOverflow(first)
    guard !overflows, distance < mostValues else { throw tooMany(text) }
    return (first...last).map(String.init)
  }

  private static func tooMany(_ text: String) -> CommandError {
    CommandError(.usage, "-D \(text): a sweep has at most \(grouped(mostValues)) values")
  }

  /// One value for each constant, for a command that makes no sweeps.
  static func values(_ texts: [String], command: String) throws(CommandError) -> [(name: String, value: String)] {
    let settings = try all(texts)
    for setting in settings where setting.values.count > 1 {
      throw CommandError(.usage, "-D \(setting.name): \(command) takes one value; ranges are for checking")
    }
    return combinations(settings)[0]
  }

  private static let mostCombinations = 10_000

  /// All settings of a command line; each constant can be set once.
  static func all(_ texts: [String]) throws(CommandError) -> [ConstantSetting] {
    let settings = try texts.map { text throws(CommandError) in try ConstantSetting(text) }
    for (index, setting) in settings.enumerated() where settings[..<index].contains(where: { $0.name == setting.name })
    {
      throw CommandError(.usage, "-D \(setting.name): is given twice")
    }
    var combinations = 1
    for setting in settings {
      combinations *= setting.values.count
      guard combinations <= mostCombinations else {
        throw CommandError(.usage, "-D \(setting.name): a sweep has at most \(grouped(mostCombinations)) combinations")
      }
    }
    return settings
  }

  /// Every combination of values, the last setting changing fastest.
  static func combinations(_ settings: [ConstantSetting]) -> [[(name: String, value: String)]] {
    settings.reduce([[]]) { combinations, setting in
      combinations.flatMap { combination in setting.values.map { combination + [(setting.name, $0)] } }
    }
  }
}

/// A time limit: `90`, `90s`, `5m`, `2h`, `500ms`.
struct TimeLimit {
  var duration: Duration

  var milliseconds: Int { Int(duration / .milliseconds(1)) }

  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /(\d+(?:\.\d+)?)(ms|s|m|h)?/), let number = Double(match.output.1) else {
      return nil
    }
    let units: [Substring: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
    let unit = units[match.output.2 ?? "s"]!
    guard number > 0, number * unit < 1e9 else { return nil }
    duration = .milliseconds(Int(number * unit * 1000))
  }
}

/// An amount of memory: `512M`, `4G`, in powers of 1,024.
struct MemorySize {
  var bytes: Int

  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /(\d+(?:\.\d+)?)([KMGT])(?:i?B)?/.ignoresCase()),
      let number = Double(match.output.1)
    else { return nil }
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
    let bytes = number * Double(1 << shifts[Character(match.output.2.uppercased())]!)
    guard bytes >= 16 * Double(1 << 20), bytes < 1e15 else { return nil }
    self.bytes = Int(bytes)
  }
}
