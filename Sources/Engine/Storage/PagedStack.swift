/// A stack that grows in place: address space is reserved, and pages are used as they are touched.
struct PagedStack<Element: BitwiseCopyable> {
  private let memory: PagedMemory
  private let base: UnsafeMutablePointer<Element>
  private let capacity: Int
  private(set) var count = 0
  private var most = 0

  init() throws(OutOfMemory) {
    guard let memory = PagedMemory.reserve(1 << 40, largePages: false) else { throw OutOfMemory() }
    self.memory = memory
    base = memory.base.assumingMemoryBound(to: Element.self)
    capacity = memory.byteCount / MemoryLayout<Element>.stride
  }

  func release() { memory.release() }

  /// The most bytes that it had in use.
  var byteCount: Int { max(most, count) * MemoryLayout<Element>.stride }

  @inline(__always)
  mutating func push(_ element: Element) {
    precondition(count < capacity, "no address space for the liveness search")
    base[count] = element
    count &+= 1
  }

  @inline(__always)
  mutating func pop() -> Element {
    if count > most { most = count }
    count &-= 1
    return base[count]
  }

  mutating func removeLast(to newCount: Int) {
    most = max(most, count)
    count = newCount
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }

  @inline(__always)
  var top: Element {
    get { base[count &- 1] }
    nonmutating set { base[count &- 1] = newValue }
  }
}
