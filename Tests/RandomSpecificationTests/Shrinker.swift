/// Makes a specification smaller as long as it differs in the same way.
struct Shrinker {
  let comparison: Comparison
  /// Nothing more is tried after that time.
  let deadline: ContinuousClock.Instant
  /// How many are compiled together.
  static let batchSize = 6

  /// The smallest specification that was found, with how it differs.
  func shrink(_ expected: Expected, _ difference: Difference) async throws -> (Expected, Difference) {
    var best = (expected, difference)
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      var size = Self.size(best.0.specification)
      var first = 0
      // After an edit that is kept, those before it are not tried again at once: most that failed go on failing.
      while true {
        let candidates = Edits(best.0.specification).all()
        var batch: [Expected] = []
        var next = first
        while batch.count < Self.batchSize && next < candidates.count {
          let candidate = candidates[next]
          next += 1
          guard Self.size(candidate) < size, Scopes(candidate).isValid,
            let expected = Expected(Self.renamed(candidate, batch.count))
          else { continue }
          batch.append(expected)
        }
        if batch.isEmpty || ContinuousClock.now > deadline { break }
        if let smaller = try await firstAlike(batch, best.1) {
          best = smaller
          size = Self.size(best.0.specification)
          isSmaller = true
        } else {
          first = next
        }
        if ContinuousClock.now > deadline { return best }
      }
    }
    return best
  }

  /// The first of some specifications that differs in the same way.
  private func firstAlike(_ batch: [Expected], _ difference: Difference) async throws -> (Expected, Difference)? {
    let found = try await comparison.differences(batch.enumerated().map { ($0, $1) }, stopsEarly: true)
    for (number, expected) in batch.enumerated() {
      if let same = found.first(where: { $0.seed == number && $0.kind == difference.kind }) { return (expected, same) }
    }
    return nil
  }

  private static func renamed(_ specification: RandomSpecification, _ number: Int) -> RandomSpecification {
    var copy = specification
    copy.name = "Shrunk\(number)"
    for index in copy.models.indices {
      copy.models[index].name =
        "\(copy.name)" + (copy.models[index].isSymmetric ? " symmetric" : "")
        + (copy.models[index].fairness != nil ? " fair" : "")
    }
    return copy
  }

  private static func size(_ specification: RandomSpecification) -> Int {
    Renderer(specification).source().count { $0 != " " }
  }
}
