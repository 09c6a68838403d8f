/// Which instances of an action may not be passed over for ever.
///
/// Weak fairness: what is enabled from some point on without a break is taken again and again. Strong fairness: what is
/// enabled again and again is taken again and again. An instance whose effect would change nothing counts as disabled,
/// and is no progress. (Lamport, "The Temporal Logic of Actions", 1994, section 5: WF and SF.)
public struct Fairness: Equatable, Sendable {
  public enum Strength: String, Sendable { case weak, strong }

  /// Of which instances it is said.
  public enum Scope: Equatable, Sendable {
    /// Of the action: whichever of its instances it is.
    case action
    /// Of the instances with the same values for these parameters; for all parameters when there are none.
    case each([Int])
  }

  /// What is assumed; nil for nothing.
  public var strength: Strength?
  public var scope: Scope
  /// Actions of the same group are taken together: that one of them is taken is progress for all.
  public var group: String?

  private init(_ strength: Strength?, scope: Scope = .action, group: String? = nil) {
    self.strength = strength
    self.scope = scope
    self.group = group
  }

  /// Nothing is assumed: the action may be put off for ever.
  public static var none: Fairness { Fairness(nil) }
  /// If the action stays enabled, it is taken.
  public static var weak: Fairness { Fairness(.weak) }
  /// If the action is enabled again and again, it is taken.
  public static var strong: Fairness { Fairness(.strong) }

  /// The same of each instance by itself: for each process, for each message.
  public var each: Fairness { Fairness(strength, scope: .each([]), group: group) }

  /// The same for each combination of values of some parameters, whatever the values of the others.
  ///
  /// - Parameter parameters: Their positions, the first being 0.
  public func each(_ parameters: Int...) -> Fairness { Fairness(strength, scope: .each(parameters), group: group) }

  /// The same of all actions with this name for their group together: `.weak.together("step")` is fairness of the
  /// disjunction of the actions, and `.weak.each.together("step")`, for actions of a process, of each process.
  public func together(_ group: String) -> Fairness { Fairness(strength, scope: scope, group: group) }
}

extension Fairness: CustomStringConvertible {
  /// As it is written: `.weak.each(0).together("step")`.
  public var description: String {
    guard let strength else { return ".none" }
    let each =
      switch scope {
      case .action: ""
      case .each([]): ".each"
      case .each(let parameters): ".each(\(parameters.map { "\($0)" }.joined(separator: ", ")))"
      }
    return ".\(strength.rawValue)\(each)\(group.map { ".together(\"\($0)\")" } ?? "")"
  }
}
