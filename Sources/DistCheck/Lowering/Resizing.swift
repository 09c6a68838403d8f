@_spi(Reflection) import Swift
import DistCheckEngine

/// A stored property of a specification, whatever its type.
struct StoredProperty {
  var name: String
  var offset: Int
  var type: Any.Type

  /// Those of a struct or a tuple, in the order of their declaration.
  static func all(of type: Any.Type) -> [StoredProperty] {
    var properties: [StoredProperty] = []
    _ = _forEachField(of: type, options: []) { name, offset, type, _ in
      properties.append(StoredProperty(name: String(cString: name), offset: offset, type: type))
      return true
    }
    return properties
  }
}

/// What is given to constants beyond what the model itself gives them.
@usableFromInline
struct ConstantChange {
  /// The constants that it gives a value.
  var names: Set<String> = []
  private var change: (UnsafeMutableRawPointer) throws(SpecificationError) -> Void = { _ in }

  init() {}

  init(names: Set<String>, _ change: @escaping (UnsafeMutableRawPointer) throws(SpecificationError) -> Void) {
    self.names = names
    self.change = change
  }

  @usableFromInline
  func apply(_ constants: UnsafeMutableRawPointer) throws(SpecificationError) { try change(constants) }
}

extension Model {
  /// The model with the type of the specification replaced, which gives it other sizes.
  ///
  /// Stored constants keep the values that the model gave them. Those that it left at their defaults have the defaults of
  /// the new sizes, which may differ: a majority, say. To lower the model throws where a value cannot be kept.
  @inlinable @inline(__always)
  public func resized<S: Specification>(to type: S.Type) -> Model {
    Model(name, S(), file: location.file, line: location.line).adopting(constantsOf: self)
  }

  @usableFromInline @inline(never)
  func adopting(constantsOf other: Model) -> Model {
    let (lower, type, origin) = (lower, type, other.origin.first ?? other)
    var model = Model(name: name, at: location, type: type, given: given, defaults: defaults) {
      change throws(SpecificationError) in
      try lower(
        ConstantChange(names: change.names) { constants throws(SpecificationError) in
          try origin.carryConstants(to: constants, of: type, except: change.names)
          try change.apply(constants)
        })
    }.saying(as: other)
    model.origin = [origin]
    return model
  }

  /// Gives another specification, which differs in its sizes, what this model has given its constants.
  ///
  /// - Parameter names: Constants that get another value anyway.
  private func carryConstants(
    to target: UnsafeMutableRawPointer, of newType: Any.Type, except names: Set<String>
  ) throws(SpecificationError) {
    let result: Result<Void, ConstantError>
    do {
      result = try evaluating { () throws(ConstantError) in
        let places = StoredProperty.all(of: newType)
        var failure: ConstantError?
        given { given in
          defaults { defaults in
            for constant in StoredProperty.all(of: type) where !names.contains(constant.name) && failure == nil {
              do throws(ConstantError) {
                try constant.carry(from: given, defaults, to: target, places)
              } catch { failure = error }
            }
          }
        }
        if let failure { throw failure }
      }
    } catch { throw .fault(error) }
    do { try result.get() } catch { throw .constant(error.name, reason: error.reason) }
  }
}

extension StoredProperty {
  /// Carries a value over to the specification with other sizes, if it is not the default.
  fileprivate func carry(
    from given: UnsafeRawPointer, _ defaults: UnsafeRawPointer, to target: UnsafeMutableRawPointer,
    _ places: [StoredProperty]
  ) throws(ConstantError) {
    guard let isDefault = ValueComparison.areEqual(given + offset, defaults + offset, type) else {
      throw ConstantError(
        name, "\(type) cannot be compared, so it is not known whether the model has changed the default")
    }
    if isDefault { return }
    guard let place = places.first(where: { $0.name == name }) else {
      throw ConstantError(name, "it is no constant there")
    }
    do {
      try ValueTransfer.replace(target + place.offset, as: place.type, by: given + offset, as: type)
    } catch { throw ConstantError(name, error.reason) }
  }
}

/// Runs code of the specification that may also throw.
func evaluating<Success, Failure: Error>(
  _ body: @escaping () throws(Failure) -> Success
) throws(SpecificationFault) -> Result<Success, Failure> {
  var result: Result<Success, Failure>?
  try catchingFaults {
    do throws(Failure) {
      result = .success(try body())
    } catch {
      result = .failure(error)
    }
  }
  return result!
}
