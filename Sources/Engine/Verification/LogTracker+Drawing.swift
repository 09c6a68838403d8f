extension LogTracker {
  private static let mostDrawnLines = 30
  private static let mostDrawnNodes = 200

  /// The behaviours that fit the log, as a graph in lines of text: for each of the last lines the steps that it may have
  /// been, each with the numbers of the steps that it can follow.
  ///
  /// - Parameter lineNumber: Where a line stands in its file.
  public func drawing(_ lineNumber: (Int) -> Int) -> [String] {
    refreshShown()
    var isLive = Set<Int32>()
    var parents: [Int32: [(parent: Int32, choice: Path.Choice)]] = [:]
    for edge in history.edges {
      parents[edge.child, default: []].append(
        (edge.parent, Path.Choice(action: Int(edge.action), ordinal: Int(edge.ordinal))))
    }
    var pending = (0..<current.count).map { current.note($0).node }
    let firstLine = max(0, lineCount - Self.mostDrawnLines + 1)
    while let node = pending.popLast() {
      guard node >= 0, Int(history.nodes[Int(node)].line) >= firstLine, isLive.insert(node).inserted else { continue }
      pending.append(history.nodes[Int(node)].parent)
      pending += parents[node, default: []].map(\.parent)
    }
    let drawn = isLive.sorted()
    let numbers = Dictionary(uniqueKeysWithValues: drawn.enumerated().map { ($1, $0 + 1) })
    var lines: [String] = []
    var line: UInt32?
    for node in drawn.suffix(Self.mostDrawnNodes) {
      let step = history.nodes[Int(node)]
      guard step.action >= 0 else {
        let number = system.initialStates.count > 1 ? " \(step.ordinal + 1)" : ""
        lines.append("\("".padded(to: 10))\(numbers[node] ?? 0). Initial state\(number)")
        continue
      }
      let head = step.line == line ? "" : "line \(lineNumber(Int(step.line)))"
      line = step.line
      let ways = [step.parent] + parents[node, default: []].map(\.parent)
      let origins = ways.compactMap { numbers[$0] }.map { "\($0)" }
      let from = origins.isEmpty ? "" : " after \(origins.joined(separator: " or "))"
      let title =
        title(of: node).map { $0 + (step.isHidden ? " (hidden)" : "") } ?? system.actions[Int(step.action)].name
      lines.append("\(head.padded(to: 10))\(numbers[node] ?? 0). \(title)\(from)")
    }
    let dropped = drawn.count - Self.mostDrawnNodes
    return dropped > 0 ? ["… \(dropped) steps before these"] + lines : lines
  }

  /// With its arguments, where what came before is known.
  private func title(of node: Int32) -> String? {
    let steps = history.steps(to: node)
    guard let first = steps.first, first.action < 0 else { return nil }
    let choices = steps.dropFirst().map { Path.Choice(action: Int($0.action), ordinal: Int($0.ordinal)) }
    let path = Path(initial: Int(first.ordinal), choices: Array(choices.dropLast()))
    guard let last = choices.last, let state = try? path.states(in: system).last else { return nil }
    return shown.title(of: last, in: state)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    count >= width ? self + " " : self + String(repeating: " ", count: width - count)
  }
}
