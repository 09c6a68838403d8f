import DistCheck

/// A key-value store with snapshot isolation: a transaction works on a copy of the store, made when it is opened. When it
/// is closed, what it has written is merged into the store. If another transaction has meanwhile committed a write to one
/// of the keys that it has written, it can only be rolled back.
///
/// Berenson, Bernstein, Gray, Melton, O'Neil and O'Neil, "A Critique of ANSI SQL Isolation Levels", 1995; actions and names
/// as in the module `KeyValueStore` by Helwer.
///
/// Assumed: every action is atomic, the merge included. Transactions have no program: each writes what it likes, and is
/// closed or rolled back at any time. After that its identity can be used again. Nothing has to be bounded.
///
/// Snapshot isolation loses no update, but it permits *write skew*: two transactions see the same store, write different
/// keys, and both commit. Together they can break a rule that each of them obeys; `keepsAKey` is such a rule.
///
/// Nothing is claimed of liveness: a transaction may stay open for ever.
struct KeyValueStore<let transactions: Int, let keys: Int, let values: Int>: Specification {
  enum Transaction {}
  typealias TxId = ID<Transaction, transactions>
  enum Name {}
  typealias Key = ID<Name, keys>
  enum Content {}
  typealias Val = ID<Content, values>
  /// The value of each key; nil where there is none.
  typealias Store = Key.Map<Val?>

  /// Whether a transaction cannot commit when it has written a key that it has missed.
  var detectsConflicts = true
  /// Whether a commit is noted as missed by all who are open.
  var notesMissed = true
  /// Whether a snapshot stays as it is when others commit.
  var keepsSnapshots = true
  /// Whether only what was written is merged into the store, and not the whole snapshot.
  var mergesOnlyWritten = true
  /// Whether transactions obey a rule of their application: none removes the last key that it sees.
  var keepsAKey = false

  struct State: BitwiseCopyable {
    var store = Store(nil)
    /// The transactions that are open.
    var tx = TxId.Set()
    /// For each of them, the store as it was when it was opened, with its own writes.
    var snapshotStore = TxId.Map<Store>(Store(nil))
    /// The keys that it has added, updated or removed.
    var written = TxId.Map<Key.Set>([])
    /// The keys that others have committed since it was opened.
    var missed = TxId.Map<Key.Set>([])

    /// Whether a transaction has written a key that another has committed since it was opened.
    func hasConflict(_ t: TxId) -> Bool { !missed[t].isDisjoint(with: written[t]) }

    mutating func write(_ t: TxId, _ k: Key, _ v: Val?) {
      snapshotStore[t][k] = v
      written[t].insert(k)
    }

    mutating func dispose(_ t: TxId) {
      tx.remove(t)
      snapshotStore[t] = Store(nil)
      written[t] = []
      missed[t] = []
    }
  }

  var initial: Initial<State> { State() }

  var interchangeable: Interchangeable {
    TxId.self
    Key.self
    Val.self
  }

  var actions: Actions<State> {
    Action("OpenTx", for: TxId.self) { s, t in
      !s.tx.contains(t)
    } then: { s, t in
      s.tx.insert(t)
      s.snapshotStore[t] = s.store
    }
    Action("Add", for: TxId.self, Key.self, Val.self) { s, t, k, _ in
      s.tx.contains(t) && s.snapshotStore[t][k] == nil
    } then: { s, t, k, v in
      s.write(t, k, v)
    }
    Action("Update", for: TxId.self, Key.self, Val.self) { s, t, k, v in
      s.tx.contains(t) && s.snapshotStore[t][k] != nil && s.snapshotStore[t][k] != v
    } then: { s, t, k, v in
      s.write(t, k, v)
    }
    Action("Remove", for: TxId.self, Key.self) { s, t, k in
      s.tx.contains(t) && s.snapshotStore[t][k] != nil && !(keepsAKey && s.snapshotStore[t].count { $0 != nil } == 1)
    } then: { s, t, k in
      s.write(t, k, nil)
    }
    Action("RollbackTx", for: TxId.self) { s, t in
      s.tx.contains(t)
    } then: { s, t in
      s.dispose(t)
    }
    Action("CloseTx", for: TxId.self) { s, t in
      s.tx.contains(t) && !(detectsConflicts && s.hasConflict(t))
    } then: { s, t in
      let written = s.written[t]
      for k in Key.all where written.contains(k) || !mergesOnlyWritten { s.store[k] = s.snapshotStore[t][k] }
      s.dispose(t)
      for other in s.tx {
        if notesMissed { s.missed[other].formUnion(written) }
        if !keepsSnapshots {
          for k in written.subtracting(s.written[other]) { s.snapshotStore[other][k] = s.store[k] }
        }
      }
    }
  }

  var properties: Properties<State> {
    // The module's TxLifecycle, in two. Its TypeInvariant is what the types of the state say.
    Always("a snapshot is the store, but for what was written or missed") { s in
      s.tx.allSatisfy { t in
        Key.all.allSatisfy { k in
          s.snapshotStore[t][k] == s.store[k] || s.written[t].contains(k) || s.missed[t].contains(k)
        }
      }
    }
    Always("a transaction that is over leaves nothing behind") { s in
      s.tx.complement.allSatisfy { t in
        s.snapshotStore[t] == Store(nil) && s.written[t].isEmpty && s.missed[t].isEmpty
      }
    }

    // A transaction reads what it has written itself, and otherwise the store as it was when it was opened.
    Step("a transaction begins with the store as it is") { before, after in
      after.tx.subtracting(before.tx).allSatisfy { t in after.snapshotStore[t] == before.store }
    }
    Step("a snapshot changes only where its transaction writes") { before, after in
      after.tx.intersection(before.tx).allSatisfy { t in
        Key.all.allSatisfy { k in
          after.snapshotStore[t][k] == before.snapshotStore[t][k] || after.written[t].contains(k)
        }
      }
    }

    // The store changes only by a commit.
    Step("a transaction commits all of its writes, or none") { before, after in
      after.store == before.store
        || before.tx.subtracting(after.tx).contains { t in
          Key.all.allSatisfy { k in
            after.store[k] == (before.written[t].contains(k) ? before.snapshotStore[t][k] : before.store[k])
          }
        }
    }

    // No update is lost: who is open misses whatever changes, and who commits changes nothing that it has missed.
    Step("what changes is missed by all who are open") { before, after in
      after.tx.intersection(before.tx).allSatisfy { t in
        Key.all.allSatisfy { k in
          after.missed[t].contains(k) || !before.missed[t].contains(k) && after.store[k] == before.store[k]
        }
      }
    }
    Step("the first to commit wins") { before, after in
      before.tx.subtracting(after.tx).allSatisfy { t in
        before.missed[t].allSatisfy { k in after.store[k] == before.store[k] }
      }
    }

    if keepsAKey {
      Step("the store does not lose its last key") { before, after in
        before.store == Store(nil) || after.store != Store(nil)
      }
    }

    Sometimes("the store is full") { s in s.store.allSatisfy { $0 != nil } }
    if transactions > 1 {
      Sometimes("a conflict is in the way of a commit") { s in s.tx.contains { t in s.hasConflict(t) } }
      Sometimes("a transaction that has missed a write can commit one") { s in
        s.tx.contains { t in !s.missed[t].isEmpty && !s.written[t].isEmpty && !s.hasConflict(t) }
      }
    }
  }

  static var models: Models {
    Model("two keys", KeyValueStore<2, 2, 2>())
      .expects(.holds, distinctStates: 28_305, generatedStates: 314_965, depth: 17)
    Model("blind to conflicts", KeyValueStore<2, 2, 2>(detectsConflicts: false))
      .expects(.violates("the first to commit wins"))
    Model("a silent commit", KeyValueStore<2, 2, 2>(notesMissed: false))
      .expects(.violates("what changes is missed by all who are open"))
    Model("snapshots that follow the store", KeyValueStore<2, 2, 2>(keepsSnapshots: false))
      .expects(.violates("a snapshot changes only where its transaction writes"))
    Model("all of the snapshot is merged", KeyValueStore<2, 2, 2>(mergesOnlyWritten: false))
      .expects(.violates("the first to commit wins"))

    // Two transactions see the same two keys, and each removes one of them. One at a time they would keep to the rule.
    Model("write skew", KeyValueStore<2, 2, 2>(keepsAKey: true))
      .expects(.violates("the store does not lose its last key"))
    Model("one at a time", KeyValueStore<1, 2, 2>(keepsAKey: true))
      .expects(.holds, distinctStates: 138, generatedStates: 720, depth: 10)

    Model("three transactions", KeyValueStore<3, 2, 1>())
      .expects(.holds, distinctStates: 209_440, generatedStates: 2_209_009, depth: 24)

    // One state of each orbit; numbers of orbits by brute force.
    Model("two keys alike", KeyValueStore<2, 2, 2>()).symmetric().expects(.holds, distinctStates: 3_654)
    Model("three transactions alike", KeyValueStore<3, 2, 1>()).symmetric().expects(.holds, distinctStates: 18_508)
  }
}
