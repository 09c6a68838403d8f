import DistCheckEngine
import DistCheckLogs

// What a person reads of a log speaks of identities by the names that the log has for them.

extension Layout {
  /// The same layout, but that identities which the log has named are shown by their names.
  func named(by names: LogNameTables) -> Layout {
    var layout = self
    if let identity, case .ordinal(let values) = kind, let table = names.existing(identity.type) {
      layout.kind = .ordinal(values.enumerated().map { $0 < table.names.count ? .name(table.names[$0]) : $1 })
      return layout
    }
    func named(_ field: Field) -> Field {
      Field(name: field.name, offset: field.offset, layout: field.layout.named(by: names))
    }
    switch kind {
    case .integer, .ordinal: break
    case .enumeration(var enumeration):
      enumeration.cases = enumeration.cases.map { .init(name: $0.name, payload: $0.payload?.named(by: names)) }
      layout.kind = .enumeration(enumeration)
    case .record(let fields): layout.kind = .record(fields.map(named))
    case .subset(let values): layout.kind = .subset(self.named(values, names))
    case .map(let keys, let value): layout.kind = .map(keys: self.named(keys, names), value: value.named(by: names))
    case .list(var list):
      list.element = list.element.named(by: names)
      layout.kind = .list(list)
    case .packet(let from, let to, let body): layout.kind = .packet(from: named(from), to: named(to), body: named(body))
    case .hidden(let hidden, let shown): layout.kind = .hidden(hidden, behind: named(shown))
    }
    return layout
  }

  /// The elements of a set, or the keys of a map.
  private func named(_ values: [Value], _ names: LogNameTables) -> [Value] {
    guard let domain else { return values }
    let layout = domain.layout.named(by: names)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(8, layout.size), alignment: 16)
    defer { memory.deallocate() }
    return values.indices.map { ordinal in
      domain.write(ordinal, memory)
      return layout.value(at: memory)
    }
  }
}

extension TransitionSystem {
  /// The same system, but that states and arguments are shown with the names of a log.
  func named(by names: LogNameTables) -> TransitionSystem {
    guard names.all.contains(where: { !$0.names.isEmpty }) else { return self }
    var system = self
    system.layout = layout.named(by: names)
    for (index, action) in actions.enumerated() {
      let parameters = action.parameterTypes.map { type in
        (layout: (try? Layout.of(type))?.named(by: names), isFinite: type is any Finite.Type, type: type)
      }
      let arguments = action.arguments
      system.actions[index].arguments = { state, ordinal in
        var values = arguments(state, ordinal)
        for (place, parameter) in parameters.enumerated() where place < values.count {
          guard let layout = parameter.layout else { continue }
          action.withParameter(place, of: ordinal, in: state) { bytes in
            if let finite = parameter.type as? any Finite.Type {
              values[place] = finite.value(Int(bytes.load(as: UInt64.self)), layout)
            } else {
              values[place] = layout.value(at: bytes)
            }
          }
        }
        return values
      }
    }
    return system
  }
}

extension Finite {
  fileprivate static func value(_ ordinal: Int, _ layout: Layout) -> Value {
    layout.value(of: Self(uncheckedOrdinal: ordinal))
  }
}

extension ActionTable {
  /// Calls the body with what tells a parameter of an instance from others: eight bytes of ordinal for a finite type.
  fileprivate func withParameter(
    _ parameter: Int, of ordinal: Int, in state: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void
  ) {
    switch identity {
    case .ordinals(_, let counts):
      let counts = counts()
      var rest = ordinal
      for count in counts[..<parameter] { rest /= count }
      withUnsafeBytes(of: UInt64(rest % counts[parameter])) { body($0.baseAddress!) }
    case .bytes(_, let limit, let write):
      let memory = UnsafeMutableRawPointer.allocate(byteCount: limit, alignment: 16)
      defer { memory.deallocate() }
      if write(state, ordinal, parameter, memory) >= 0 { body(memory) }
    }
  }
}
