import DistCheckEngine

extension ActionTable {
  /// Asks the types of the parameters for their values, which may fail.
  func validateParameters() throws(SpecificationError) {
    let found = Found()
    do {
      try catchingFaults { [self] in found.flaw = flaw() }
    } catch { throw .typeFault(type: "a parameter of action \(name)", error) }
    if let flaw = found.flaw { throw .action(name, location, reason: flaw) }
  }

  private final class Found { var flaw: String? }
}
