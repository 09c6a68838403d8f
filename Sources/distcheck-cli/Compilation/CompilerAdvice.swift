/// What to do about mistakes of which the compiler says something that only helps who knows the library.
enum CompilerAdvice {
  private struct Rule {
    /// Found in the compiler's message.
    var message: Regex<Substring>
    var advice: String
  }

  // Regexes are not Sendable, and the rules are wanted once.
  private static var rules: [Rule] {
    [
      Rule(
        message: /missing argument for parameter 'then' in call/,
        advice: "an action has a guard and an effect: Action(…) { s in … } then: { s in … }"),
      Rule(
        message: /pack expansion requires that ''/,
        advice: "the parameters of the closures have no types: name them after the action, for: Client.self"),
      Rule(
        message: /contextual closure type '\((?:borrowing|inout) .*'\)? expects \d+ arguments?, but \d+ w/,
        advice:
          "guard and effect have the state, then a parameter for each type after for: and for what each: or receiving: "
          + "chooses; the effect has one more for what the guard finds, with finding:"),
      Rule(
        message: /cannot convert value of type '\(\)' to closure result type 'Bool'/,
        advice: "guards and properties say what is true: == compares, = assigns"),
      Rule(
        message: /: '\w+' is a 'let' constant/,
        advice: "guards and properties only read; what changes the state stands behind then:"),
      Rule(
        message: /'\w+' is borrowed and cannot be consumed/,
        advice: "a helper whose closures use the state takes it as `_ s: State`, or is a method of State"),
      Rule(
        message: /requires that '.*' conform to 'Finite'|does not conform to protocol 'Finite'/,
        advice: "parameters, keys and elements of a Subset are finite: Bounded<0, 9>, Bool, an Enumeration, an ID"),
      Rule(
        message: /cannot be used on instance of nested type '.*State'/,
        advice:
          "constants of the specification are out of reach in State; make it a method of the specification that takes "
          + "`_ s: State`"),
      Rule(
        message: /has non-bitwise-copyable type/,
        advice: "a state has no arrays, strings, dictionaries or classes: take Log, Queue, ValueSet, Bag, Map or Subset"
      ),
      Rule(
        message: /cannot assign value of type 'Int' to type 'Bounded</,
        advice: "say that it is one, Bounded(number); where the number is out of range, that is an error of this line"),
      Rule(
        message: /closure passed to parameter of type 'KeyPath<.*' that does not accept a closure/,
        advice:
          "each: and receiving: name a stored property of the state, \\.network; for a part that belongs to one identity "
          + "there is for: Server.self, each: { s, i in s.inbox[i] }"),
      Rule(
        message: /declared closure result '.*' is incompatible with contextual type 'Bool'/,
        advice: "a guard that finds something out for the effect needs finding: with the type of what it finds"),
      Rule(
        message: /cannot conform to 'BinaryInteger'/,
        advice:
          "what stands in angle brackets is a number or the name of a size; a sum is a size of its own, "
          + "struct Lock<let clients: Int, let room: Int>"),
      Rule(
        message: /\(Formula<State>, Formula<State>\) -> Formula<State>/,
        advice: "until, weakUntil and release are functions: until(f, g)"),
    ]
  }

  /// The advice for what the compiler says of a file, each once, with the line of the first mistake that it is for.
  static func lines(for diagnostics: String) -> [String] {
    let rules = rules
    var given: Set<String> = []
    var lines: [String] = []
    for line in diagnostics.split(separator: "\n") {
      guard let error = line.firstMatch(of: /^(\S.*?:\d+):\d+: error: (.*)$/) else { continue }
      guard let rule = rules.first(where: { error.output.2.firstMatch(of: $0.message) != nil }) else { continue }
      if given.insert(rule.advice).inserted { lines.append("\(error.output.1): \(rule.advice)") }
    }
    return lines
  }
}
