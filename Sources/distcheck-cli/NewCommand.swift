import ArgumentParser
import Foundation

/// `distcheck new`: a first specification to change.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a small specification that runs, to start from.")

  @Argument(help: "Its name, or the path of the file: leader-lease, Specs/leader-lease.swift.")
  var name: String

  /// Names that the template uses, or that what is compiled with it does: a struct of that name would take their place.
  private static let taken: Set<String> = [
    "Action", "Actions", "Always", "Any", "BitwiseCopyable", "Bool", "CheckedSpecificationMain", "Client", "DistCheck",
    "ID", "Initial", "Int", "Kind", "Message", "Model", "Models", "Network", "NetworkMessage", "Optional", "Properties",
    "Protocol", "Self", "Set", "Sometimes", "Specification", "SpecificationProgram", "State", "String", "Swift", "Type",
  ]

  func validate() throws {
    if name.isEmpty { throw ValidationError("new: the name is empty") }
  }

  func run() throws {
    let path = name.hasSuffix(".swift") ? name : name + ".swift"
    let url = URL(fileURLWithPath: path)
    // "name/" and "/" name folders.
    let file = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    let words = file.dropLast(".swift".count).split { !$0.isLetter && !$0.isNumber }
    let type = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard let first = type.first, first.isLetter, type.allSatisfy({ $0.isASCII }) else {
      throw CommandError(
        .usage, "\(name): a specification's name begins with a letter and has letters, digits and dashes")
    }
    if Self.taken.contains(type) {
      throw CommandError(
        .usage, "\(name): \(type) is a name of Swift or of distcheck; choose another, such as my-\(name)")
    }
    if (try? FileManager.default.attributesOfItem(atPath: path)) != nil {  // a dangling link, too
      throw CommandError(.usage, "\(path): exists already; nothing was changed")
    }
    do {
      try Data(Self.template(type: type, path: path).utf8).write(to: url, options: .withoutOverwriting)
    } catch {
      throw CommandError(.internalFault, "\(path): cannot be written: \(SpecificationCache.reason(error))")
    }
    Terminal.print("\(path) is written; check it with: distcheck \(ModelRunner.quoted(path))")
  }

  static func template(type: String, path: String) -> String {
    """
    import DistCheck

    /// A lock server: at most one client holds the lock.
    ///
    /// Clients ask by message, the server grants by message, the network loses nothing but keeps no order.
    /// The second model shows what happens when the server forgets whom it has granted the lock to.
    struct \(type)<let clients: Int>: Specification {
      enum Kind {}
      typealias Client = ID<Kind, clients>

      enum Message: NetworkMessage {
        case request(Client)
        case grant(Client)
        case release(Client)
      }

      /// Whether the server waits for the lock to be released before it grants it again.
      var waitsForRelease = true

      struct State: BitwiseCopyable {
        var waiting = Client.Set()
        var holding = Client.Set()
        /// What the server believes.
        var granted: Client? = nil
        var network = Network<8, Message>(.unordered)
      }

      var initial: Initial<State> { State() }

      var actions: Actions<State> {
        Action("Request", for: Client.self) { s, c in
          !s.waiting.contains(c) && !s.holding.contains(c)
        } then: { s, c in
          s.waiting.insert(c)
          s.network.send(.request(c))
        }

        Action("Grant", receiving: \\.network) { s, m -> Client? in
          if case .request(let c) = m, s.granted == nil || !waitsForRelease { c } else { nil }
        } then: { s, m, c in
          s.granted = c
          s.network.send(.grant(c))
        }

        Action("Acquire", receiving: \\.network) { s, m -> Client? in
          if case .grant(let c) = m { c } else { nil }
        } then: { s, m, c in
          s.waiting.remove(c)
          s.holding.insert(c)
        }

        Action("Release", for: Client.self) { s, c in
          s.holding.contains(c)
        } then: { s, c in
          s.holding.remove(c)
          s.network.send(.release(c))
        }

        Action("Free", receiving: \\.network) { s, m -> Client? in
          if case .release(let c) = m { c } else { nil }
        } then: { s, m, c in
          if s.granted == c { s.granted = nil }
        }
      }

      var properties: Properties<State> {
        Always("mutual exclusion") { s in s.holding.count <= 1 }
        Sometimes("a client holds the lock") { s in !s.holding.isEmpty }
      }

      static var models: Models {
        Model("three clients", \(type)<3>())
        Model("forgetful server", \(type)<2>(waitsForRelease: false)).expects(.violates("mutual exclusion"))
      }
    }

    """
  }
}
