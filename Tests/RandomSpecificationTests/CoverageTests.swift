import Testing

/// Whether the generator makes all of the language.
struct CoverageTests {
  /// Pieces of text, each of which stands for something that specifications can be made of.
  private static let pieces = [
    // Types
    ": Enumeration", "ID<K0, size>", "<let size: Int>", "Bounded<-", "Bounded<0, 65535>", "UInt64", "Int8", "Optional<",
    "InlineArray<8", "(Bool, ", "I0.Set", "I0.Map<", "Map<Optional<", "Map<Bool,", "Map<Bm", "Map<I0.Set,", "Log<",
    "Queue<",
    "Bag<", "ValueSet<", "Network<", "Packet<", ": NetworkMessage", ", Finite {", "var link: Int", "case k8", "(x0: ",
    "Queue<2, Bag<", "Bag<2, Queue<", "Map<E0, ", "ValueSet<2, P", "Log<3, S", "Subset<Bm2to61>",
    // Statements
    "swap(&", ".toggle()", " += ", " -= ", ".insert(", ".remove(", ".removeAll()", ".append(", ".enqueue(",
    ".dequeue()",
    ".truncate(after: ", ".formUnion(", ".formIntersection(", ".subtract(", ".send(", ", from: ", ".broadcast(",
    ".removeAll(where: ",
    "let v", "var v", "if let ", "guard let ", "switch ", "default:", "case .some(let ", "} else {", "for v", "while ",
    "?.f", "].f", "mutating func", ": inout ", "self = ",
    // Expressions
    ".contains(", ".multiplicity(of: ", ".isMajority", ".isQuorum(", ".last", ".front", ".back", ".union(",
    ".intersection(", ".subtracting(", ".complement", ".isSubset(of: ", ".isSuperset(of: ", ".isDisjoint(with: ",
    ".isPrefix(of: ", ".agrees(with: ", ".keys(where: ", ".allSatisfy(", ".count(where: ", ".next", ".previous", ".max",
    ".min", "(where: { v", ".Set(v",
    " == nil",
    "if case ",
    // Actions
    ", for: ", "each: \\.", "each: { s, ", "receiving: ", "losing: ", "-> Optional<", "finding: ",
    "fairness: .weak",
    ".strong.each", ".each(0)", ".together(", ".fair {", ".fair(for: ",
    // Properties and models
    "Always(", "Step(", "Sometimes(", "Eventually(", "LeadsTo(", "AlwaysEventually(", "EventuallyAlways(", "Until(",
    "Temporal(", "next(", "until(", "weakUntil(", "release(", " ==> ", " ~> ", "step {", "func constraint",
    "func mayStop", "interchangeable", ".symmetric()", ".mayStopAnywhere()", ".fairness(", "for v", "other\", ",
  ]

  @Test func everythingOccurs() {
    var missing = Set(Self.pieces + PlainTransport.all.map { "(\($0.source))" })
    for seed in 1...3_000 where !missing.isEmpty {
      let specification = Generator.specification(seed: seed, attempt: 0, steps: 3, isCyclic: nil)
      let source = Renderer(specification).source()
      missing = missing.filter { !source.contains($0) }
    }
    #expect(missing.isEmpty)
  }
}
