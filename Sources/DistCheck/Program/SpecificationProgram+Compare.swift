import DistCheckEngine
import DistCheckReporting

extension Program {
  /// Tells what this build says of the first states, for a comparison with another one.
  ///
  /// `milliseconds=200` or `states=N`: a hash for each block of states. `block=B` in addition: the hashes of each of its
  /// states. `state=S place=P`: what is said there, in full.
  func compare(_ system: TransitionSystem) {
    let comparison = BuildComparison(system)
    func text(_ hash: UInt64) -> JSON { .string(String(hash, radix: 36)) }
    if let state = request.number("state"), let place = request.number("place") {
      _ = comparison.explore(limit: state)
      guard let details = comparison.details(state: state, place: place) else { return }
      let results = details.results.map { JSON.array([.string($0.title), .string($0.text)]) }
      return write(
        "C",
        .object([
          "place": .string(details.place), "depth": .integer(details.depth), "state": .string(details.state),
          "results": .array(results), "seconds": details.seconds.map { .number($0) } ?? .null,
        ]))
    }
    let block = request.number("block")
    let outcome = comparison.explore(
      limit: request.number("states") ?? .max,
      time: request.number("milliseconds").map { .milliseconds($0) } ?? .seconds(1 << 30)
    ) { state, hashes in
      guard state / BuildComparison.blockSize == block else { return }
      write("C", .array((0..<comparison.placeCount).map { text(hashes[$0]) }))
    }
    if block != nil { return }
    write(
      "C",
      .object([
        "states": .integer(outcome.states), "blocks": .array(outcome.blocks.map(text)),
        "endless": outcome.endless.map { .integer($0) } ?? .null,
      ]))
  }
}
