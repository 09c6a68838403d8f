/// Exit codes, the same for every command. The help and the README list them.
enum Status: Int {
  case success = 0
  case assumption = 10
  case deadlock = 11
  case safety = 12
  case liveness = 13
  case inconclusive = 20
  case usage = 64
  case notASpecification = 65
  case internalFault = 70
  case specificationFault = 75

  /// Of several, the one that a script must not overlook.
  static func mostSerious(_ statuses: [Status]) -> Status {
    let order: [Status] = [
      .internalFault, .notASpecification, .usage, .specificationFault, .safety, .liveness, .deadlock, .assumption,
      .inconclusive, .success,
    ]
    return order.first { statuses.contains($0) } ?? .success
  }
}

/// Something that ends the command, or the work on one file: one line for standard error, and an exit code.
struct CommandError: Error {
  var status: Status
  var message: String
  /// The message less the name of the model that it is about, the same for every model that has the same reason.
  var reason: String

  init(_ status: Status, _ message: String, reason: String? = nil) {
    self.status = status
    self.message = message
    self.reason = reason ?? message
  }
}
