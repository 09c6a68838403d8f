import DistCheck

/// The checker's own visited set: a table without locks into which workers put the states that they find, and which grows
/// while they rest.
///
/// Laarman, van de Pol, Weber, "Boosting Multi-Core Reachability Performance with Shared Hash Tables", 2010, for the
/// table; its growth is the checker's own. Names are those of `Sources/Engine`: the stores in `Storage`, `Expander` and
/// `BreadthFirstSearch` in `Search`.
///
/// A worker takes a block of work, looks for the state that comes out of it, claims room, and inserts it: it loads a slot,
/// exchanges it if it is empty, and goes on to the next slot if another state is there. A worker for whom there is no room
/// asks all to rest at the end of their blocks. Then the table grows, all move entries to the larger one, and go on.
/// `CompactStore` has the state in the entry. In `FullStore` the entry names the place where the state's words are.
///
/// Assumed: atomic operations are sequentially consistent, each is an action of its own, and words of a state are written
/// one by one. The real ones acquire and release, which is weaker: that a reader of an entry sees what was written before
/// it is taken from there. Hashes agree as much as they can, in slot and in tag.
///
/// Bounds: blocks with one successor each, any state in any block; a few slots, of which three quarters may be used.
/// Left out: memory that runs out, and the trees of `CompactStore`, whose nodes are numbered in the same way.
struct StateStore<let workers: Int, let states: Int, let slots: Int>: Specification {
  enum Storage: Enumeration { case compact, full }

  var storage = Storage.compact
  /// How many slots there are at first, and how many blocks of work.
  var firstSlots = 2
  var blocks = 4

  // What makes it correct, each a point to go wrong at.

  /// Whether a state is inserted by compare-and-exchange, and not by a store.
  var exchanges = true
  /// Whether a worker that loses an exchange looks at what has won.
  var looksAgain = true
  /// Whether a state's words are written before its entry.
  var writesFirst = true
  /// Whether a state that lies apart is compared, and not only its hash.
  var comparesStates = true
  /// Whether a claim is counted, and not only compared with what is counted.
  var countsClaims = true
  /// Whether the table grows only when all workers rest.
  var waitsForRest = true
  /// Whether entries are moved by compare-and-exchange, and not by a store.
  var movesByExchange = true
  /// Whether workers look into the new table after that.
  var renewsProbes = true

  enum Thread {}
  typealias Worker = ID<Thread, workers>
  enum Packed {}
  /// A state of the search.
  typealias Key = ID<Packed, states>
  enum Word {}
  typealias Slot = ID<Word, slots>
  enum Memory {}
  /// Two are in memory at most; they are used in turn.
  typealias Table = ID<Memory, 2>
  enum Arena {}
  /// Where a worker can put a state's words; it has as many places as there are states.
  typealias Place = ID<Arena, states>

  enum Entry: BitwiseCopyable, Equatable {
    case empty
    /// The state itself.
    case key(Key)
    /// The place where a worker has put it.
    case item(Worker, Place)
  }

  /// A state of two words, either of which tells which state it is of.
  struct Item {
    var first: Key? = nil
    var second: Key? = nil
  }

  struct Slots {
    var entries = Slot.Map<Entry>(.empty)
    var count = Bounded<0, slots>(0)
    var isReleased = true

    mutating func allocate(_ size: Int) {
      count = Bounded(size)
      isReleased = false
    }

    mutating func release() {
      entries = Slot.Map(.empty)
      isReleased = true
    }
  }

  enum Site: Enumeration {
    case atBlocksEnd, takeBlock, findLoad, findCompare, claim, unclaim, askForRest
    case writeFirst, writeSecond, load, exchange, compare, settle
    case resting, takeStripe, enterLoad, enterExchange
  }

  enum Answer: Enumeration { case none, inserted, present }

  /// What a worker knows and does.
  struct Probe {
    var site = Site.atBlocksEnd
    var table: Table = 0
    /// What it looks for, or inserts, and what it was told.
    var key: Key? = nil
    var answer = Answer.none
    var slot: Slot = 0
    /// What it has loaded to compare, or moves.
    var entry = Entry.empty
    var wantsRoom = false
    /// How many states it has put into places of its own; the next one's place.
    var inserted = Bounded<0, states>(0)
  }

  struct State: BitwiseCopyable {
    var probes = Worker.Map<Probe>(Probe())
    var items = Worker.Map<Place.Map<Item>>(Place.Map(Item()))
    var tables = Table.Map<Slots>(Slots())
    var current: Table = 0
    var claimed = Bounded<0, slots>(0)
    var rest = false
    var nextBlock = Bounded<0, 15>(0)
    var isGrowing = false
    var nextStripe = Bounded<0, 63>(0)
    /// How many workers were told that a state is new. Only the properties read it.
    var news = Key.Map<Bounded<0, workers>>(0)

    func threshold(_ count: Int) -> Int { count * 3 / 4 }

    /// The same for two states.
    func hash(_ key: Key) -> Int { key.index / 2 }

    /// Where the search for a state begins: for the first ones in the last slot, so that they run past it.
    func home(_ key: Key, _ table: Table) -> Slot {
      let count = tables[table].count.value
      return Slot(count - 1 - hash(key) % count)
    }

    func next(_ slot: Slot, _ table: Table) -> Slot {
      slot.index + 1 == tables[table].count ? 0 : Slot(slot.index + 1)
    }

    /// Whether an entry is one of the state.
    func isEntry(_ entry: Entry, of key: Key) -> Bool {
      switch entry {
      case .empty: false
      case .key(let other): other == key
      case .item(let worker, let place): items[worker][place].first == key && items[worker][place].second == key
      }
    }

    /// The state that a mover enters.
    func key(_ entry: Entry) -> Key? {
      switch entry {
      case .empty: nil
      case .key(let key): key
      case .item(let worker, let place): items[worker][place].first
      }
    }

    /// Begins to look for a state, from its home.
    mutating func seek(_ w: Worker, _ site: Site) {
      guard let key = probes[w].key else { return }
      probes[w].slot = home(key, probes[w].table)
      probes[w].site = site
    }

    /// Looks at the next slot.
    mutating func moveOn(_ w: Worker, _ site: Site) {
      probes[w].slot = next(probes[w].slot, probes[w].table)
      probes[w].entry = .empty
      probes[w].site = site
    }

    /// Ends a search or an insertion.
    mutating func answer(_ w: Worker, _ answer: Answer, _ site: Site) {
      probes[w].answer = answer
      probes[w].entry = .empty
      probes[w].slot = 0
      probes[w].site = site
      if answer == .inserted, let key = probes[w].key { news[key] += 1 }
    }

    /// Has those who rest go on, after the table has grown.
    mutating func resume(renewing: Bool) {
      rest = false
      for w in Worker.all where probes[w].site == .resting {
        if renewing { probes[w].table = current }
        probes[w].site = .atBlocksEnd
        if probes[w].wantsRoom { seek(w, .findLoad) }
        probes[w].wantsRoom = false
      }
    }

    /// What is to be moved under a number; nil when there is no more.
    func stripe(_ number: Int, _ storage: Storage) -> Entry? {
      if storage == .compact {
        let old = tables[current.next]
        return number < old.count ? old.entries[Slot(number)] : nil
      }
      var number = number
      for w in Worker.all {
        if number < probes[w].inserted { return .item(w, Place(number)) }
        number -= probes[w].inserted.value
      }
      return nil
    }

    /// Whether a search in the current table comes upon the state before an empty slot.
    func isFound(_ key: Key) -> Bool {
      var slot = home(key, current)
      for _ in 0..<tables[current].count.value {
        if isEntry(tables[current].entries[slot], of: key) { return true }
        if tables[current].entries[slot] == .empty { return false }
        slot = next(slot, current)
      }
      return false
    }

    /// How many entries of a table are of the state.
    func entries(_ table: Table, _ key: Key) -> Int { tables[table].entries.count { isEntry($0, of: key) } }
  }

  var assumptions: Assumptions {
    Assume("there are slots at first, and the types have room for the blocks") {
      2 <= firstSlots && firstSlots <= slots && blocks <= 15
    }
  }

  var initial: Initial<State> { initialState }

  var initialState: State {
    var state = State()
    state.tables[0].allocate(firstSlots)
    return state
  }

  var actions: Actions<State> {
    // MARK: A block

    /// Looks whether to rest.
    Action("AtBlocksEnd", for: Worker.self) { s, w in
      s.probes[w].site == .atBlocksEnd
    } then: { s, w in
      s.probes[w].site = s.rest ? .resting : .takeBlock
    }
    Action("TakeBlock", for: Worker.self, Key.self) { s, w, key in
      s.probes[w].site == .takeBlock && s.nextBlock < blocks
    } then: { s, w, key in
      s.nextBlock += 1
      s.probes[w].key = key
      s.probes[w].answer = .none
      s.seek(w, .findLoad)
    }
    Action("NoBlockLeft", for: Worker.self) { s, w in
      s.probes[w].site == .takeBlock && s.nextBlock == blocks
    } then: { s, w in
      s.probes[w].site = .resting
    }

    // MARK: Find

    Action("FindLoad", for: Worker.self) { s, w in
      s.probes[w].site == .findLoad
    } then: { s, w in
      let probe = s.probes[w]
      let entry = s.tables[probe.table].entries[probe.slot]
      switch entry {
      case .empty:
        s.probes[w].slot = 0
        s.probes[w].site = .claim
      case .key(let key) where key == probe.key: s.answer(w, .present, .atBlocksEnd)
      case .key: s.moveOn(w, .findLoad)
      case .item:
        s.probes[w].entry = entry
        s.probes[w].site = .findCompare
      }
    }
    if storage == .full {
      Action("FindCompare", for: Worker.self) { s, w in
        s.probes[w].site == .findCompare
      } then: { s, w in
        guard let key = s.probes[w].key else { return }
        if agrees(s, s.probes[w].entry, key) { s.answer(w, .present, .atBlocksEnd) } else { s.moveOn(w, .findLoad) }
      }
    }

    // MARK: Room

    Action("Claim", for: Worker.self) { s, w in
      s.probes[w].site == .claim
    } then: { s, w in
      let isRoom = s.claimed + 1 <= s.threshold(s.tables[s.current].count.value)
      if countsClaims { s.claimed += 1 }
      if isRoom {
        s.seek(w, storage == .full && writesFirst ? .writeFirst : .load)
      } else {
        s.probes[w].site = .unclaim
      }
    }
    Action("Unclaim", for: Worker.self) { s, w in
      s.probes[w].site == .unclaim
    } then: { s, w in
      if countsClaims { s.claimed -= 1 }
      s.probes[w].wantsRoom = true
      s.probes[w].site = .askForRest
    }
    Action("AskForRest", for: Worker.self) { s, w in
      s.probes[w].site == .askForRest
    } then: { s, w in
      s.rest = true
      s.probes[w].site = .resting
    }
    /// Gives back what it has claimed, less what it has used of it.
    Action("Settle", for: Worker.self) { s, w in
      s.probes[w].site == .settle
    } then: { s, w in
      if s.probes[w].answer == .inserted {
        if storage == .full { s.probes[w].inserted += 1 }
        if !countsClaims { s.claimed += 1 }
      } else if countsClaims {
        s.claimed -= 1
      }
      s.probes[w].site = .atBlocksEnd
    }

    // MARK: Insert

    if storage == .full {
      Action("WriteFirst", for: Worker.self) { s, w in
        s.probes[w].site == .writeFirst
      } then: { s, w in
        s.items[w][Place(s.probes[w].inserted.value)].first = s.probes[w].key
        s.probes[w].site = .writeSecond
      }
      Action("WriteSecond", for: Worker.self) { s, w in
        s.probes[w].site == .writeSecond
      } then: { s, w in
        s.items[w][Place(s.probes[w].inserted.value)].second = s.probes[w].key
        s.probes[w].site = writesFirst ? .load : .settle
      }
    }
    Action("Load", for: Worker.self) { s, w in
      s.probes[w].site == .load
    } then: { s, w in
      look(&s, w)
    }
    Action("CompareExchange", for: Worker.self) { s, w in
      s.probes[w].site == .exchange
    } then: { s, w in
      let probe = s.probes[w]
      guard let key = probe.key else { return }
      if s.tables[probe.table].entries[probe.slot] == .empty || !exchanges {
        let entry = storage == .compact ? Entry.key(key) : .item(w, Place(probe.inserted.value))
        s.tables[probe.table].entries[probe.slot] = entry
        s.answer(w, .inserted, storage == .full && !writesFirst ? .writeFirst : .settle)
      } else if looksAgain {
        look(&s, w)
      } else {
        s.moveOn(w, .load)
      }
    }
    if storage == .full {
      Action("Compare", for: Worker.self) { s, w in
        s.probes[w].site == .compare
      } then: { s, w in
        guard let key = s.probes[w].key else { return }
        if agrees(s, s.probes[w].entry, key) { s.answer(w, .present, .settle) } else { s.moveOn(w, .load) }
      }
    }

    // MARK: Growth

    /// All have come back from their work, and some of them want room.
    Action("BeginGrowth") { s in
      !s.isGrowing && s.probes.contains { $0.site == .resting && $0.wantsRoom }
        && (s.probes.allSatisfy { $0.site == .resting } || !waitsForRest)
    } then: { s in
      let old = s.tables[s.current].count.value
      var count = old
      while s.threshold(count) < s.claimed + workers { count += count / 2 }
      if count == old {
        s.resume(renewing: renewsProbes)
        return
      }
      // A full store's table is filled from the states.
      if storage == .full { s.tables[s.current].release() }
      s.current = s.current.next
      s.tables[s.current].allocate(count)
      s.isGrowing = true
      for w in Worker.all where s.probes[w].site == .resting { s.probes[w].site = .takeStripe }
    }
    Action("TakeStripe", for: Worker.self) { s, w in
      s.probes[w].site == .takeStripe
    } then: { s, w in
      guard let entry = s.stripe(s.nextStripe.value, storage) else {
        s.probes[w].site = .resting
        return
      }
      s.nextStripe += 1
      guard let key = s.key(entry) else { return }
      s.probes[w].entry = entry
      s.probes[w].slot = s.home(key, s.current)
      s.probes[w].site = .enterLoad
    }
    Action("EnterLoad", for: Worker.self) { s, w in
      s.probes[w].site == .enterLoad
    } then: { s, w in
      if s.tables[s.current].entries[s.probes[w].slot] == .empty {
        s.probes[w].site = .enterExchange
      } else {
        s.probes[w].slot = s.next(s.probes[w].slot, s.current)
      }
    }
    Action("EnterExchange", for: Worker.self) { s, w in
      s.probes[w].site == .enterExchange
    } then: { s, w in
      let slot = s.probes[w].slot
      if s.tables[s.current].entries[slot] == .empty || !movesByExchange {
        s.tables[s.current].entries[slot] = s.probes[w].entry
        s.probes[w].entry = .empty
        s.probes[w].slot = 0
        s.probes[w].site = .takeStripe
      } else {
        s.probes[w].slot = s.next(slot, s.current)
        s.probes[w].site = .enterLoad
      }
    }
    /// All movers have come back.
    Action("EndGrowth") { s in
      s.isGrowing && !s.probes.contains { isMoving($0.site) }
    } then: { s in
      s.tables[s.current.next].release()
      s.isGrowing = false
      s.nextStripe = 0
      s.resume(renewing: renewsProbes)
    }
  }

  /// Loads a slot to insert at, and decides by what is there.
  func look(_ s: inout State, _ w: Worker) {
    let entry = s.tables[s.probes[w].table].entries[s.probes[w].slot]
    switch entry {
    case .empty: s.probes[w].site = .exchange
    case .key(let key) where key == s.probes[w].key: s.answer(w, .present, .settle)
    case .key: s.moveOn(w, .load)
    case .item:
      s.probes[w].entry = entry
      s.probes[w].site = .compare
    }
  }

  /// Whether a state that lies apart is taken for the one that is looked for.
  func agrees(_ s: State, _ entry: Entry, _ key: Key) -> Bool {
    if comparesStates { return s.isEntry(entry, of: key) }
    guard let other = s.key(entry) else { return false }
    return s.hash(other) == s.hash(key)
  }

  func isMoving(_ site: Site) -> Bool {
    switch site {
    case .takeStripe, .enterLoad, .enterExchange: true
    default: false
    }
  }

  func usesTable(_ site: Site) -> Bool {
    switch site {
    case .findLoad, .load, .exchange: true
    default: false
    }
  }

  var properties: Properties<State> {
    /// Read as what it is not, or read while it is written: what is stored is wrong, whoever asks.
    Always("whoever sees an entry sees the whole state") { s in
      Table.all.allSatisfy { t in
        s.tables[t].entries.allSatisfy { entry in
          entry == .empty || Key.all.contains { key in s.isEntry(entry, of: key) }
        }
      }
    }
    Always("no worker touches a table that is released") { s in
      s.probes.allSatisfy { !usesTable($0.site) || !s.tables[$0.table].isReleased }
    }
    Always("the table is never filled beyond its threshold") { s in
      let table = s.tables[s.current]
      return table.entries.count { $0 != .empty } <= s.threshold(table.count.value)
    }
    Step("growth loses nothing") { before, after in
      !before.isGrowing || after.isGrowing || Key.all.allSatisfy { before.news[$0] == 0 || after.isFound($0) }
    }
    Always("no state is stored twice") { s in
      Table.all.allSatisfy { t in Key.all.allSatisfy { key in s.entries(t, key) <= 1 } }
    }
    Always("what was inserted is found") { s in
      s.isGrowing || Key.all.allSatisfy { key in s.news[key] == 0 || s.isFound(key) }
    }
    Always("nobody is told of a state that is not there") { s in
      s.isGrowing
        || s.probes.allSatisfy { probe in
          guard probe.answer == .present, let key = probe.key else { return true }
          return s.isFound(key)
        }
    }
    /// This makes counts exact.
    Always("a stored state was new to exactly one worker") { s in
      s.isGrowing || Key.all.allSatisfy { key in s.news[key] == s.entries(s.current, key) }
    }
    Sometimes("all states are stored") { s in Key.all.allSatisfy { key in s.news[key] > 0 } }
    Sometimes("the table has grown") { s in !s.isGrowing && s.tables[s.current].count > firstSlots }
    Sometimes("a search goes past the last slot") { s in
      s.probes.contains { probe in
        guard usesTable(probe.site), let key = probe.key else { return false }
        return probe.slot.index < s.home(key, probe.table).index
      }
    }
    Sometimes("an exchange is about to be lost") { s in
      s.probes.contains { $0.site == .exchange && s.tables[$0.table].entries[$0.slot] != .empty }
    }
  }

  /// All is done.
  func mayStop(_ s: State) -> Bool {
    s.nextBlock == blocks && !s.isGrowing && s.probes.allSatisfy { $0.site == .resting && !$0.wantsRoom }
  }

  static var models: Models {
    Model("compact", StateStore<2, 4, 9>(blocks: 5))
    Model("full", StateStore<2, 4, 9>(storage: .full))
    Model("compact, three workers", StateStore<3, 3, 9>())
    Model("full, three workers", StateStore<3, 3, 9>(storage: .full, blocks: 3))

    Model("a store instead of an exchange", StateStore<2, 4, 9>(firstSlots: 4, exchanges: false))
      .expects(.violates("what was inserted is found"))
    Model("a store of the same state", StateStore<2, 1, 9>(firstSlots: 4, exchanges: false))
      .expects(.violates("a stored state was new to exactly one worker"))
    Model("no second look", StateStore<2, 4, 9>(firstSlots: 4, looksAgain: false))
      .expects(.violates("no state is stored twice"))
    Model("nothing but hashes compared", StateStore<2, 4, 9>(storage: .full, firstSlots: 4, comparesStates: false))
      .expects(.violates("nobody is told of a state that is not there"))
    Model("entry before state", StateStore<2, 4, 9>(storage: .full, firstSlots: 4, writesFirst: false))
      .expects(.violates("whoever sees an entry sees the whole state"))
    Model("uncounted claims", StateStore<2, 4, 9>(countsClaims: false))
      .expects(.violates("the table is never filled beyond its threshold"))
    Model("growth without rest", StateStore<2, 4, 9>(waitsForRest: false))
      .expects(.violates("no worker touches a table that is released"))
    Model("full, growth without rest", StateStore<2, 4, 9>(storage: .full, waitsForRest: false))
      .expects(.violates("no worker touches a table that is released"))
    Model("moved by a store", StateStore<2, 4, 9>(firstSlots: 3, movesByExchange: false))
      .expects(.violates("growth loses nothing"))
    Model("old probe", StateStore<2, 4, 9>(renewsProbes: false))
      .expects(.violates("no worker touches a table that is released"))
  }
}
