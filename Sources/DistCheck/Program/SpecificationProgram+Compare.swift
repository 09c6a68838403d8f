import DistCheckEngine
import DistCheckMessages

extension Program {
  /// Tells what this build says of the first states, for a comparison with another one.
  func compare(_ system: TransitionSystem, _ wanted: Request.Comparison) {
    let comparison = BuildComparison(system)
    channel.send(.began(.search))
    switch wanted {
    case .timed(let milliseconds): tellBlocks(comparison.explore(limit: .max, time: .milliseconds(milliseconds)))
    case .blocks(let states): tellBlocks(comparison.explore(limit: states))
    case .states(let block):
      _ = comparison.explore(limit: (block + 1) * BuildComparison.blockSize) { state, hashes in
        guard state / BuildComparison.blockSize == block else { return }
        channel.send(.compared(.state(hashes: (0..<comparison.placeCount).map { hashes[$0] })))
      }
    case .details(let state, let place):
      _ = comparison.explore(limit: state)
      guard let details = comparison.details(state: state, place: place) else { return }
      channel.send(
        .compared(
          .details(
            Event.Comparison.Details(
              place: details.place, depth: details.depth, state: details.state,
              results: details.results.map { .init(title: $0.title, text: $0.text) }, seconds: details.seconds))))
    }
  }

  private func tellBlocks(_ outcome: BuildComparison.Outcome) {
    channel.send(
      .compared(.blocks(states: outcome.states, hashes: outcome.blocks, endless: outcome.endless)))
  }
}
