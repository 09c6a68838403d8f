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
