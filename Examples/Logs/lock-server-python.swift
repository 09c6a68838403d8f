import DistCheck

/// Logs of lock_server.py: what they say of ``LockServer``.
struct LockServerLog<let clients: Int>: LogMapping {
  typealias Spec = LockServer<clients>
  typealias Client = Spec.Client

  static func sizes(_ log: LogPreview) throws -> [Int] {
    [try log.distinct { line in line["client"] }.count]
  }

  var hidden: HiddenActions { HiddenActions("Ask", atMost: clients) }

  var identitiesComeFromLines: Bool { true }

  mutating func read(_ line: LogValue, _ event: inout LogEvent<Spec>) throws {
    if line["event"] == "Expire" {
      event.is("Expire")
    } else {
      let client = try line["client"].as(Client.self)
      event.is(try line["event"].string, client)
      event.actor(client)
    }
    event.after("holder", is: try line["holder"].as(Client?.self)) { s in s.holder }
  }
}
