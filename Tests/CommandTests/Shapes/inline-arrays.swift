import DistCheck

// Specifications with an `InlineArray` of their own: an element is written, and then the whole is copied, swapped, returned,
// passed or stored. In optimised builds Swift 6.3 loses most of these writes, unless two of its passes are disabled. Counts
// are those of an unoptimised build.

struct Pair: BitwiseCopyable, Equatable {
  var a: UInt8 = 0
  var b: UInt8 = 0
}

struct MapU82c: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<2, UInt8>(repeating: 0)
    var m = P.Map<InlineArray<2, UInt8>>(InlineArray<2, UInt8>(repeating: 0))
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[1] = 7; s.m[p] = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("MapU82c", MapU82c()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct MapinU82c: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var m = P.Map<InlineArray<2, UInt8>>(InlineArray<2, UInt8>(repeating: 0))
    var o = P.Map<InlineArray<2, UInt8>>(InlineArray<2, UInt8>(repeating: 0))
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.m[p][1] = 7; s.o = s.m
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("MapinU82c", MapinU82c()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct CopyU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("CopyU83v", CopyU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct SwapU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; swap(&s.a, &s.b)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("SwapU83v", SwapU83v()).expects(.holds, distinctStates: 31, generatedStates: 40, depth: 4)
  }
}

struct SelfaU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; let t = s.a; s.a = t
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("SelfaU83v", SelfaU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct RetU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  func same(_ x: InlineArray<3, UInt8>) -> InlineArray<3, UInt8> { x }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.b = same(s.a)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("RetU83v", RetU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct InoutU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  func put(_ x: inout InlineArray<3, UInt8>, _ i: Int) { x[i] = 7 }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      put(&s.a, p.ordinal); s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("InoutU83v", InoutU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct MadeU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  func made(_ i: Int) -> InlineArray<3, UInt8> { var x = InlineArray<3, UInt8>(repeating: 0); x[i] = 7; return x }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a = made(p.ordinal)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("MadeU83v", MadeU83v()).expects(.holds, distinctStates: 10, generatedStates: 22, depth: 4)
  }
}

struct LocalU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      var t = s.a; t[p.ordinal] = 7; s.b = t; s.a = t
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("LocalU83v", LocalU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct LogU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var l = Log<4, InlineArray<3, UInt8>>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.l.append(s.a)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("LogU83v", LogU83v()).expects(.holds, distinctStates: 34, generatedStates: 40, depth: 4)
  }
}

struct MapU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var m = P.Map<InlineArray<3, UInt8>>(InlineArray<3, UInt8>(repeating: 0))
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.m[p] = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("MapU83v", MapU83v()).expects(.holds, distinctStates: 31, generatedStates: 40, depth: 4)
  }
}

struct MapinU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var m = P.Map<InlineArray<3, UInt8>>(InlineArray<3, UInt8>(repeating: 0))
    var o = P.Map<InlineArray<3, UInt8>>(InlineArray<3, UInt8>(repeating: 0))
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.m[p][p.ordinal] = 7; s.o = s.m
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("MapinU83v", MapinU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct MapelU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var m = P.Map<InlineArray<3, UInt8>>(InlineArray<3, UInt8>(repeating: 0))
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.m[p][p.ordinal] = 7; s.b = s.m[p]
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("MapelU83v", MapelU83v()).expects(.holds, distinctStates: 25, generatedStates: 40, depth: 4)
  }
}

struct RowU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  struct Row: BitwiseCopyable { var x = InlineArray<3, UInt8>(repeating: 0); var k: UInt8 = 0 }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = Row()
    var b = Row()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a.x[p.ordinal] = 7; s.a.k = 1; s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("RowU83v", RowU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct RowxU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  struct Row: BitwiseCopyable { var x = InlineArray<3, UInt8>(repeating: 0); var k: UInt8 = 0 }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = Row()
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a.x[p.ordinal] = 7; s.b = s.a.x
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("RowxU83v", RowxU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct RowmU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  struct Row: BitwiseCopyable { var x = InlineArray<3, UInt8>(repeating: 0); mutating func put(_ i: Int) { x[i] = 7 } }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = Row()
    var b = Row()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a.put(p.ordinal); s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("RowmU83v", RowmU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct RowsU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  struct Row: BitwiseCopyable { var x = InlineArray<3, UInt8>(repeating: 0); var k: UInt8 = 0 }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = Row()
    var b = Row()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a.x[p.ordinal] = 7; swap(&s.a, &s.b)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("RowsU83v", RowsU83v()).expects(.holds, distinctStates: 31, generatedStates: 40, depth: 4)
  }
}

struct OptU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var o: InlineArray<3, UInt8>? = nil
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.o = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("OptU83v", OptU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct OptinU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var o: InlineArray<3, UInt8>? = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.o![p.ordinal] = 7; s.b = s.o!
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("OptinU83v", OptinU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct EnU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  enum E: BitwiseCopyable { case none; case some(InlineArray<3, UInt8>) }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var e = E.none
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.e = .some(s.a)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("EnU83v", EnU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct EninU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  enum E: BitwiseCopyable { case none; case some(InlineArray<3, UInt8>) }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var e = E.some(InlineArray<3, UInt8>(repeating: 0))
    var f = E.none
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      if case .some(var x) = s.e { x[p.ordinal] = 7; s.e = .some(x) }; s.f = s.e
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("EninU83v", EninU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct TupU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; (s.a, s.b) = (s.b, s.a)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("TupU83v", TupU83v()).expects(.holds, distinctStates: 31, generatedStates: 40, depth: 4)
  }
}

struct LoopU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      for i in 0..<3 { s.a[i] = 7; s.b = s.a; if i == p.ordinal { break } }
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("LoopU83v", LoopU83v()).expects(.holds, distinctStates: 10, generatedStates: 22, depth: 4)
  }
}

struct TwoU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.b = s.a; s.a[p.ordinal] = 7; let t = s.b; s.b = s.a; s.a = t
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("TwoU83v", TwoU83v()).expects(.holds, distinctStates: 10, generatedStates: 22, depth: 4)
  }
}

struct WholeU83v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var q = InlineArray<3, UInt8>(repeating: 0)
    var r = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; let old = s; s.q = old.a; s.r = s.q
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("WholeU83v", WholeU83v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct SwapInt3v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, Int>(repeating: 0)
    var b = InlineArray<3, Int>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; swap(&s.a, &s.b)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("SwapInt3v", SwapInt3v()).expects(.holds, distinctStates: 31, generatedStates: 40, depth: 4)
  }
}

struct RowsInt3v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  struct Row: BitwiseCopyable { var x = InlineArray<3, Int>(repeating: 0); var k: UInt8 = 0 }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = Row()
    var b = Row()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a.x[p.ordinal] = 7; swap(&s.a, &s.b)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("RowsInt3v", RowsInt3v()).expects(.holds, distinctStates: 31, generatedStates: 40, depth: 4)
  }
}

struct RowsBool3v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  struct Row: BitwiseCopyable { var x = InlineArray<3, Bool>(repeating: false); var k: UInt8 = 0 }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = Row()
    var b = Row()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a.x[p.ordinal] = true; swap(&s.a, &s.b)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("RowsBool3v", RowsBool3v()).expects(.holds, distinctStates: 31, generatedStates: 40, depth: 4)
  }
}

struct CopyPair3v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, Pair>(repeating: Pair())
    var b = InlineArray<3, Pair>(repeating: Pair())
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = Pair(a: 7, b: 3); s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("CopyPair3v", CopyPair3v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct OptOpt3v: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8?>(repeating: nil)
    var o: InlineArray<3, UInt8?>? = nil
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.o = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("OptOpt3v", OptOpt3v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct EnBnd3v: Specification {
  enum K {}
  typealias P = ID<K, 3>
  enum E: BitwiseCopyable { case none; case some(InlineArray<3, Bounded<0, 9>>) }
  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, Bounded<0, 9>>(repeating: 0)
    var e = E.none
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 7; s.e = .some(s.a)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("EnBnd3v", EnBnd3v()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct NestCopy: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<2, InlineArray<2, UInt8>>(repeating: InlineArray<2, UInt8>(repeating: 0))
    var b = InlineArray<2, InlineArray<2, UInt8>>(repeating: InlineArray<2, UInt8>(repeating: 0))
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal % 2][1] = 5; s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("NestCopy", NestCopy()).expects(.holds, distinctStates: 9, generatedStates: 19, depth: 4)
  }
}

struct NestSwap: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<2, InlineArray<2, UInt8>>(repeating: InlineArray<2, UInt8>(repeating: 0))
    var b = InlineArray<2, InlineArray<2, UInt8>>(repeating: InlineArray<2, UInt8>(repeating: 0))
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal % 2][1] = 5; swap(&s.a, &s.b)
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("NestSwap", NestSwap()).expects(.holds, distinctStates: 13, generatedStates: 22, depth: 4)
  }
}

struct NestRow: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<2, InlineArray<2, UInt8>>(repeating: InlineArray<2, UInt8>(repeating: 0))
    var b = InlineArray<2, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal % 2][1] = 5; s.b = s.a[p.ordinal % 2]
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("NestRow", NestRow()).expects(.holds, distinctStates: 9, generatedStates: 19, depth: 4)
  }
}

struct SwapEl: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 5; let t = s.a[0]; s.a[0] = s.a[2]; s.a[2] = t; s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("SwapEl", SwapEl()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}

struct SwapAt: Specification {
  enum K {}
  typealias P = ID<K, 3>

  struct State: BitwiseCopyable {
    var step = Bounded<0, 7>(0)
    var a = InlineArray<3, UInt8>(repeating: 0)
    var b = InlineArray<3, UInt8>(repeating: 0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("go", for: P.self) { s, p in
      s.step < 3
    } then: { s, p in
      s.a[p.ordinal] = 5; s.a.swapAt(0, 2); s.b = s.a
      s.step += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models {
    Model("SwapAt", SwapAt()).expects(.holds, distinctStates: 17, generatedStates: 31, depth: 4)
  }
}
