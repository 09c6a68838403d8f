/// One place of a state, or of a part of it, where identities are: an instruction of a flat program.
///
/// Offsets are relative to the part that the program is for: the state, a value of a map, an element of a list. Programs
/// for the parts of a place follow it immediately, up to `end`. A state has less than 2 to the 31 bytes, or there would be no
/// place for a block of them.
struct SymmetryOperation {
  enum Code: UInt8 {
    /// A byte that is an identity.
    case identity
    /// Eight bytes, a bit for each identity.
    case subset
    /// `count` values, one for each identity; the program is for a value.
    case map
    /// A counted run of elements; the program is for an element.
    case list
    /// The program holds where a byte has a certain value: a case of an enum.
    case when
    /// The program is for the payload of the case number `count`, after projection. For enums that `when` does not fit.
    case enumeration
    /// A set of other values that contain identities; the program is for such a value.
    case domainSubset
    /// A map with such values as keys; the program up to `middle` is for a key, the rest for a value.
    case domainMap
    /// Up to eight bytes without identities, for signatures only.
    case plain
  }

  var code: Code
  /// Which of the kinds.
  var kind: UInt8 = 0
  /// Of a list: whether its order means something; whether all places are occupied.
  var isOrdered = false
  var isFull = false
  /// Of a map: whether its values contain identities.
  var isNested = false
  var offset: Int32
  /// Identities of the kind, places of a map or list, number of a case, or bytes to load.
  var count: Int32 = 0
  var stride: Int32 = 0
  var size: Int32 = 0
  /// Of a list: where, from its own beginning, its count and its elements are.
  var countOffset: Int32 = 0
  var elementsOffset: Int32 = 0
  /// The first identity of the kind among all.
  var base: Int32 = 0
  var middle: Int32 = 0
  var end: Int32 = 0
  /// In the table of links, enumerations or domains; -1 for none.
  var table: Int32 = -1
  /// Which bits: of the bytes to load; of the byte to compare.
  var mask: UInt64 = 0
  /// What the byte has to be under the mask.
  var value: UInt8 = 0
  /// Tells this place from others in signatures.
  var salt: UInt64 = 0
}

/// What tells identities of a kind apart that occurs only by itself: a bit field of each one's sort key.
struct SymmetryKeyPart {
  enum Code { case value, member, place }
  var code: Code
  var offset: Int
  var stride = 0
  /// Bytes to load, and the bits of them that count.
  var size = 0
  var mask: UInt64 = 0
  var shift: UInt64
  /// Only where this byte has this value.
  var condition: (offset: Int, mask: UInt8, value: UInt8)?
}

/// What programs need that is no plain data.
final class SymmetryTables {
  var links: [Layout.Links] = []
  var enumerations: [(enumeration: Layout.Enumeration, size: Int)] = []
  var domains: [DomainTable] = []

  /// The values of a finite type, one after another.
  struct DomainTable {
    let domain: Layout.Domain
    let stride: Int
    let bytes: UnsafeMutableRawPointer
  }

  func add(_ domain: Layout.Domain) -> Int {
    let stride = max(16, (domain.layout.stride + 15) / 16 * 16)
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: stride * domain.count, alignment: 16)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: stride * domain.count)
    for ordinal in 0..<domain.count { domain.write(ordinal, bytes + ordinal * stride) }
    domains.append(DomainTable(domain: domain, stride: stride, bytes: bytes))
    return domains.count - 1
  }

  deinit { for domain in domains { domain.bytes.deallocate() } }
}

/// Loads 1, 2, 4 or 8 bytes.
@inline(__always)
func loadBytes(_ address: UnsafeRawPointer, _ count: Int32) -> UInt64 {
  switch count {
  case 1: UInt64(address.load(as: UInt8.self))
  case 2: UInt64(address.loadUnaligned(as: UInt16.self))
  case 4: UInt64(address.loadUnaligned(as: UInt32.self))
  default: address.loadUnaligned(as: UInt64.self)
  }
}
