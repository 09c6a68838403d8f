/// How much there is of something a second, in the last seconds.
final class Rate {
  private var samples: [(seconds: Double, count: Int)] = [(0, 0)]
  private static let span = 5.0

  /// Takes in how much there is by now.
  func note(_ count: Int, at seconds: Double) -> Int {
    samples.append((seconds, count))
    while samples.count > 2, samples[1].seconds < seconds - Self.span { samples.removeFirst() }
    let time = seconds - samples[0].seconds
    return time > 0 ? Int(Double(count - samples[0].count) / time) : 0
  }
}
