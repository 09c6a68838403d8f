import DistCheckMessages

/// What `--lossy` asks for: `bits=24`, `bitstate`, `bitstate=256M`.
struct LossyOption {
  let kind: Request.Lossy

  /// nil when it is none of these. K, M and G are powers of 1,024.
  init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts[0], parts.count > 1 ? parts[1] : nil) {
    case ("bitstate", nil): kind = .bitstate(bytes: nil)
    case ("bits", let value?):
      guard let bits = Int(value), (8...32).contains(bits) else { return nil }
      kind = .hashCompaction(bits: bits)
    case ("bitstate", let value?):
      let shift = value.last.flatMap { ["K": 10, "M": 20, "G": 30][$0] }
      guard let number = Int(shift == nil ? value : value.dropLast()), 1...((1 << 42) >> (shift ?? 0)) ~= number else {
        return nil
      }
      kind = .bitstate(bytes: number << (shift ?? 0))
    default: return nil
    }
  }
}
