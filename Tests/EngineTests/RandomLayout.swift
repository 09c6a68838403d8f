import DistCheckEngine
import TestSupport

extension Layout {
  /// A layout of any kind but those that need functions of a compiled type.
  static func random(using generator: inout SplitMix64, nesting: Int = 2) -> Layout {
    switch Int.random(in: 0...(nesting > 0 ? 7 : 3), using: &generator) {
    case 0, 1:
      let size = [1, 2, 4, 8].randomElement(using: &generator)!
      return Layout(
        typeName: "Integer", size: size, stride: size, kind: .integer(isSigned: Bool.random(using: &generator)))
    case 2:
      let count = [1, 2, 3, 4, 5, 7, 8, 9, 31, 130, 256, 257, 300].randomElement(using: &generator)!
      let size = count > 256 ? 2 : 1
      return Layout(
        typeName: "Ordinal", size: size, stride: size, kind: .ordinal((0..<count).map { .integer($0) }))
    case 3:
      let count = Int.random(in: 1...64, using: &generator)
      return Layout(typeName: "Subset", size: 8, stride: 8, kind: .subset((0..<count).map { .integer($0) }))
    case 4, 5:
      let value = random(using: &generator, nesting: nesting - 1).withStride(using: &generator)
      let count = Int.random(in: 1...4, using: &generator)
      return Layout(
        typeName: "Map", size: value.stride * count, stride: value.stride * count,
        kind: .map(keys: (0..<count).map { .integer($0) }, value: value))
    case 6:
      let element = random(using: &generator, nesting: nesting - 1).withStride(using: &generator)
      let capacity = Int.random(in: 1...4, using: &generator)
      let size = 2 + capacity * element.stride
      return Layout(
        typeName: "List", size: size, stride: size,
        kind: .list(
          .init(
            capacity: capacity, countOffset: 0, elementsOffset: 2, element: element,
            isOrdered: true)))
    default:
      let count = Int.random(in: 1...3, using: &generator)
      return record(fieldCount: count, using: &generator, nesting: nesting - 1)
    }
  }

  /// A record with gaps between its fields.
  static func record(fieldCount: Int, using generator: inout SplitMix64, nesting: Int = 2) -> Layout {
    var offset = 0
    let fields = (0..<fieldCount).map { index in
      offset += Int.random(in: 0...3, using: &generator)
      let layout = random(using: &generator, nesting: nesting)
      defer { offset += layout.size }
      return Field(name: "f\(index)", offset: offset, layout: layout)
    }
    return Layout(typeName: "Record", size: offset, stride: offset, kind: .record(fields))
  }

  private func withStride(using generator: inout SplitMix64) -> Layout {
    var layout = self
    layout.stride += Int.random(in: 0...2, using: &generator)
    return layout
  }

  /// Writes a random value, into zeroed bytes, and marks the bytes that belong to it.
  func randomize(
    _ bytes: inout [UInt8], _ occupied: inout [Bool], at offset: Int, using generator: inout SplitMix64
  ) {
    func write(_ word: UInt64) {
      for k in 0..<size {
        bytes[offset + k] = UInt8(truncatingIfNeeded: word >> UInt64(8 * k))
        occupied[offset + k] = true
      }
    }
    switch kind {
    case .integer: write(generator.next())
    case .ordinal(let values): write(UInt64.random(in: 0..<UInt64(values.count), using: &generator))
    case .subset(let elements): write(generator.next() >> UInt64(64 - elements.count))
    case .map(let keys, let value):
      for k in keys.indices { value.randomize(&bytes, &occupied, at: offset + k * value.stride, using: &generator) }
    case .record(let fields):
      for field in fields { field.layout.randomize(&bytes, &occupied, at: offset + field.offset, using: &generator) }
    case .list(let list):
      let count = Int.random(in: 0...list.capacity, using: &generator)
      bytes[offset] = UInt8(count)
      for k in 0..<2 { occupied[offset + k] = true }
      for k in 0..<list.capacity {
        let place = offset + 2 + k * list.element.stride
        if k < count { list.element.randomize(&bytes, &occupied, at: place, using: &generator) }
        for byte in place..<(place + list.element.stride) { occupied[byte] = true }
      }
    default: preconditionFailure("no random value of this kind")
    }
  }
}

/// Numbered states as words of a random layout.
struct RandomEncoding {
  let layout: Layout
  /// The words of each state; bytes between its parts are zero.
  let words: [[UInt64]]
  /// The bits that belong to a part of the state.
  let mask: [UInt64]
  private let numbers: [[UInt64]: Int]

  /// - Parameter count: How many states are wanted; there are fewer when the layout does not have so many values.
  init(count: Int, fieldCount: Int, using generator: inout SplitMix64) {
    layout = Layout.record(fieldCount: fieldCount, using: &generator)
    var occupied = [Bool](repeating: false, count: layout.words * 8)
    var numbers: [[UInt64]: Int] = [:]
    var words: [[UInt64]] = []
    for _ in 0..<(4 * count) where words.count < count {
      var bytes = [UInt8](repeating: 0, count: layout.words * 8)
      layout.randomize(&bytes, &occupied, at: 0, using: &generator)
      let state = Self.words(bytes)
      guard numbers[state] == nil else { continue }
      numbers[state] = words.count
      words.append(state)
    }
    self.words = words
    self.numbers = numbers
    mask = Self.words(occupied.map { $0 ? 0xFF : 0 })
  }

  private static func words(_ bytes: [UInt8]) -> [UInt64] {
    stride(from: 0, to: bytes.count, by: 8).map { first in
      (0..<8).reduce(0) { $0 | UInt64(bytes[first + $1]) << UInt64(8 * $1) }
    }
  }

  /// The state with all other bits set at random: the engine must not see them.
  func littered(_ number: Int, seed: Int) -> [UInt64] {
    var generator = SplitMix64(seed: seed)
    return zip(words[number], mask).map { $0 | generator.next() & ~$1 }
  }

  /// The number of the state at an address; a fault when there is none, because then the engine has made it up.
  func number(at state: UnsafeRawPointer) -> Int {
    let words = mask.indices.map { state.load(fromByteOffset: 8 * $0, as: UInt64.self) & mask[$0] }
    guard let number = numbers[words] else { specificationFailure("this is none of the states") }
    return number
  }
}

extension TransitionSystem {
  /// The tables as a system of the engine; names are numbers, `always 0`, `step 0`, `sometimes 0`.
  init(_ table: TableSystem, _ encoding: RandomEncoding) {
    let location = SourceLocation(file: "Tests", line: 0)
    let actions = table.actions.enumerated().map { index, successors in
      ActionTable(
        name: "\(index)", location: location,
        expand: { source, buffer, first, limit in
          let instances = successors[encoding.number(at: source)]
          var ordinal = first
          while ordinal < min(limit, instances.count) {
            if let successor = instances[ordinal] {
              if buffer.pointee.room == 0 { return ordinal }
              let words = encoding.littered(successor, seed: ordinal)
              words.withUnsafeBytes { buffer.pointee.next.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
              buffer.pointee.commit(ordinal: ordinal)
            }
            ordinal += 1
          }
          return -1
        },
        instanceCount: { successors[encoding.number(at: $0)].count },
        arguments: { [.integer($1)] })
    }
    let properties =
      table.broken.enumerated().map { index, states in
        PropertyTable(
          name: "always \(index)", location: location,
          predicate: .always { !states.contains(encoding.number(at: $0)) })
      }
      + table.brokenSteps.enumerated().map { index, pairs in
        PropertyTable(
          name: "step \(index)", location: location,
          predicate: .step {
            !pairs.contains(encoding.number(at: $0) * table.stateCount + encoding.number(at: $1))
          })
      }
      + table.goals.enumerated().map { index, states in
        PropertyTable(
          name: "sometimes \(index)", location: location,
          predicate: .sometimes { states.contains(encoding.number(at: $0)) })
      }
    self.init(
      constants: [], layout: encoding.layout,
      initialStates: table.initial.enumerated().map { encoding.littered($1, seed: $0) }, actions: actions,
      properties: properties, isWithinConstraint: { !table.isOutside[encoding.number(at: $0)] },
      mayStop: { table.mayStop[encoding.number(at: $0)] })
  }
}
