import CDistCheckEngine
import DistCheckEngine
import DistCheckLogs
import DistCheckMessages
import DistCheckReporting

extension Program {
  /// Writes logs of a specification, as the request says, line by line.
  func write(_ system: TransitionSystem, _ request: Request.LogWriting, model: Model) throws(Event.Failure) {
    channel.beginSearch(timeoutMilliseconds: nil)
    let writer = BehaviourWriter(system, seed: request.seed)
    do {
      if let limit = request.tourLimit {
        guard let tours = try writer.tour(limit: limit) else {
          throw Event.Failure(
            code: 20, message: "--tour: the model has more than \(grouped(limit)) states; choose a smaller one")
        }
        for (number, tour) in tours.enumerated() {
          for (index, step) in tour.enumerated() {
            var json = step.json
            if index == 0 { json = json.with("sequence", .integer(number + 1)) }
            channel.send(.line(json.description))
          }
        }
      } else {
        var lines = try writer.walk(length: request.length).map(\.json)
        if request.mutates { mutate(&lines, writer, system) }
        for line in lines { channel.send(.line(line.description)) }
      }
    } catch let failure as Event.Failure {
      throw failure
    } catch let fault as SpecificationFault {
      throw .fault(fault, in: "the specification fails", model: model)
    } catch { throw Event.Failure(code: 70, message: "\(error)") }
  }

  // MARK: Requests of programs

  /// Answers requests until there are no more.
  func serve(_ system: TransitionSystem, _ path: String) throws(Event.Failure) {
    channel.beginSearch(timeoutMilliseconds: nil)
    let server = SpecificationServer(system)
    do throws(LogError) {
      let lines = try LineReader(path: path, name: "standard input", isStopped: { ce_interrupted() })
      while let line = try lines.next() {
        if line.allSatisfy({ $0 == " " || $0 == "\t" }) { continue }
        if let answer = server.answer(line) { channel.send(.line(answer.description)) }
      }
    } catch { throw Event.Failure(code: 65, message: "\(error)") }
  }

  // MARK: Mutations

  /// Changes one thing, and notes it in a line before the others, with whether the specification allows it all the same.
  private func mutate(_ lines: inout [JSON], _ writer: BehaviourWriter, _ system: TransitionSystem) {
    guard lines.count > 2 else { return }
    let place = 1 + writer.below(lines.count - 1)
    let kind: String
    switch writer.below(5) {
    case 0 where place + 1 < lines.count:
      kind = "swapped with the next line"
      lines.swapAt(place, place + 1)
    case 1 where place + 1 < lines.count:
      kind = "left out"
      lines.remove(at: place)
    case 2:
      kind = "repeated"
      lines.insert(lines[place], at: place)
    case 3:
      kind = "another action"
      let others = system.actions.map(\.name)
      lines[place] = lines[place].replacing("action", by: .string(others[writer.below(others.count)])).without("args")
    default:
      kind = "another state"
      let other = lines[1 + writer.below(lines.count - 1)]["changes"]
      lines[place] = lines[place].replacing("changes", by: other)
    }
    let isAllowed = allows(lines, system)
    lines.insert(
      .object([
        "mutation": .object([
          "line": .integer(place + 2), "kind": .string(kind), "allowed": isAllowed.map { .boolean($0) } ?? .null,
        ])
      ]), at: 0)
  }

  /// Whether lines are a behaviour, as the verifier finds; nil where it cannot tell.
  private func allows(_ lines: [JSON], _ system: TransitionSystem) -> Bool? {
    guard let follower = try? LogFollower(system, NativeLog(system), LogTracker.Options()),
      let beginning = try? follower.tracker.begin()
    else { return nil }
    guard case .fits = beginning else { return nil }
    let record = LogRecord()
    for (index, line) in lines.enumerated() {
      guard (try? record.read(Array(line.description.utf8), file: "log", line: index + 1)) != nil,
        let event = try? follower.read(record)
      else { return nil }
      switch follower.advance(event) {
      case .fits: continue
      case .rejected, .broken: return false
      case .tooMany, .stopped, .fails: return nil
      }
    }
    return true
  }
}

extension BehaviourWriter.Step {
  /// The line of a log.
  fileprivate var json: JSON {
    let parts = JSON.object(changes.map { JSON.Member(key: $0.path, value: .string($0.text)) })
    guard let action else { return .object(["initial": parts]) }
    return .object(["action": .string(action), "args": .array(arguments.map { JSON($0) }), "changes": parts])
  }
}

extension JSON {
  fileprivate func replacing(_ key: String, by value: JSON) -> JSON {
    .object(members.map { $0.key == key ? JSON.Member(key: key, value: value) : $0 })
  }

  fileprivate func without(_ key: String) -> JSON { .object(members.filter { $0.key != key }) }
}
