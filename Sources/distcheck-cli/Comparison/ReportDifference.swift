import DistCheckReporting

extension Report {
  /// In what an unoptimized build of the specification differs from this one; nil where it says the same.
  ///
  /// Sums over all transitions and over the truth values of all predicates are compared, level by level, so a difference
  /// of a single bit in a single successor shows.
  func difference(to unoptimized: Report) -> String? {
    let names =
      actions.map { "action \($0.name)" }
      + properties.filter { $0.kind != .deadlock }.map { "property \"\($0.name)\"" } + [
        "the state constraint", "mayStop",
      ]
    for (level, (sums, others)) in zip(sums, unoptimized.sums).enumerated() where sums != others {
      let place = zip(zip(sums, others), names).first { $0.0.0 != $0.0.1 }?.1 ?? "something"
      return
        "\(place) is not the same in an unoptimized build, in some state at depth \(max(1, level)); "
        + "or it is not deterministic"
    }
    if verdict != unoptimized.verdict {
      return "an unoptimized build has another verdict: \(unoptimized.verdict.rawValue)"
    }
    if (distinctStates, generatedStates) != (
      unoptimized.distinctStates, unoptimized.generatedStates
    ) {
      return "an unoptimized build has other states"
    }
    return nil
  }
}
