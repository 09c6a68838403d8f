import DistCheckReporting

/// The comparison of an optimized build of a specification with one that is not.
enum SelfCheck {
  /// In what the unoptimized build differs; nil where it says the same.
  ///
  /// Sums over all transitions and over the truth values of all predicates are compared, level by level, so a difference
  /// of a single bit in a single successor shows.
  static func difference(_ optimized: Report, _ unoptimized: Report) -> String? {
    let names =
      optimized.actions.map { "action \($0.name)" }
      + optimized.properties.filter { $0.kind != .deadlock }.map { "property \"\($0.name)\"" } + [
        "the state constraint", "mayStop",
      ]
    for (level, (sums, others)) in zip(optimized.sums, unoptimized.sums).enumerated() where sums != others {
      let place = zip(zip(sums, others), names).first { $0.0.0 != $0.0.1 }?.1 ?? "something"
      return
        "\(place) is not the same in an unoptimized build, in some state at depth \(max(1, level)); "
        + "or it is not deterministic"
    }
    if optimized.verdict != unoptimized.verdict {
      return "an unoptimized build has another verdict: \(unoptimized.verdict.rawValue)"
    }
    if (optimized.distinctStates, optimized.generatedStates) != (
      unoptimized.distinctStates, unoptimized.generatedStates
    ) {
      return "an unoptimized build has other states"
    }
    return nil
  }
}
