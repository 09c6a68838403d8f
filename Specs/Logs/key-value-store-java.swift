import DistCheck

/// Logs of lbinria/KeyValueStore, a key-value store with snapshot isolation in Java: what they say of ``KeyValueStore``.
///
/// A line is an event, its arguments, and updates of variables, each of which may be missing; a variable that is named is
/// updated as a whole. The configuration names keys, values and transactions: `{"Key": [1, 2], "Val": ["V1"], "TxId": ["0"]}`.
struct KeyValueStoreLog<let transactions: Int, let keys: Int, let values: Int>: LogMapping {
  typealias Spec = KeyValueStore<transactions, keys, values>
  typealias TxId = Spec.TxId
  typealias Key = Spec.Key
  typealias Val = Spec.Val

  static func sizes(_ log: LogPreview) throws -> [Int] {
    try ["TxId", "Key", "Val"].map { set in try log.configuration[set].elements.count }
  }

  var identitiesComeFromLines: Bool { true }

  mutating func begin(_ log: LogPreview) throws {
    try log.names(TxId.self, are: try log.configuration["TxId"].elements.map { try $0.name })
    try log.names(Key.self, are: try log.configuration["Key"].elements.map { try $0.name })
    try log.names(Val.self, are: try log.configuration["Val"].elements.map { try $0.name })
  }

  mutating func read(_ line: LogValue, _ event: inout LogEvent<Spec>) throws {
    if line["event"].isPresent {
      let arguments = line["event_args"]
      let tx = try arguments[0].optional(TxId.self)
      event.is(
        try line["event"].string, tx, try arguments[1].optional(Key.self), try arguments[2].optional(Val.self))
      if let tx { event.actor(tx) }
    }
    for (variable, updates) in try line.fields where variable != "event" && variable != "event_args" {
      for update in try updates.elements { try read(variable, update, &event) }
    }
  }

  private func read(_ variable: String, _ update: LogValue, _ event: inout LogEvent<Spec>) throws {
    let (operation, argument) = (update["op"], update["args"][0])
    switch (variable, try operation.string) {
    case ("tx", "AddElement"): event.adds(try argument.as(TxId.self), to: "tx") { s in s.tx }
    case ("tx", "RemoveElement"): event.removes(try argument.as(TxId.self), from: "tx") { s in s.tx }
    case ("written", "AddElement"):
      let (tx, key) = (try update["path"][0].as(TxId.self), try argument.as(Key.self))
      event.change("written gains it") { before, after in
        var written = before.written
        written[tx].insert(key)
        return after.written == written
      }
    case ("written", "Clear"):
      let tx = try update["path"][0].as(TxId.self)
      event.change("written is cleared") { before, after in
        var written = before.written
        written[tx] = []
        return after.written == written
      }
    case ("snapshotStore", "SetKey"):
      let tx = try update["path"][0].as(TxId.self)
      let (key, value) = (try argument.as(Key.self), try update["args"][1].as(Val.self))
      event.change("snapshotStore gets it") { before, after in
        var snapshots = before.snapshotStore
        snapshots[tx][key] = value
        return after.snapshotStore == snapshots
      }
    default: throw operation.error("nobody knows what \(operation.shown) of \(variable) means")
    }
  }
}
