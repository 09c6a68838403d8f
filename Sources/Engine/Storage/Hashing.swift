/// Multiplies to 128 bits and folds: two to three cycles a word, and every input bit reaches every output bit.
/// (The mixing step of wyhash, Wang Yi 2019.)
@inline(__always)
func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let product = (hash ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
  return product.high ^ product.low
}

@inline(__always)
func hash(_ words: UnsafePointer<UInt64>, width: Int) -> UInt64 {
  var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
  var k = 0
  repeat {
    hash = mix(hash, words[k])
    k &+= 1
  } while k < width
  return mix(hash, 0xA076_1D64_78BD_642F)
}

/// Whether states are the same.
@inline(__always)
func equal(_ left: UnsafePointer<UInt64>, _ right: UnsafePointer<UInt64>, width: Int) -> Bool {
  var k = 0
  repeat {
    if left[k] != right[k] { return false }
    k &+= 1
  } while k < width
  return true
}

@inline(__always)
func hash(_ word: UInt64) -> UInt64 { mix(mix(0x9E37_79B9_7F4A_7C15, word), 0xA076_1D64_78BD_642F) }

/// The first slot to look at, from the upper bits of a hash (Lemire 2019: a multiplication instead of a remainder, so a
/// table of any size will do). It grows with the hash, so a table lies in the order of its hashes but for collisions.
@inline(__always)
func slot(hash: UInt64, of count: Int) -> Int {
  Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
}
