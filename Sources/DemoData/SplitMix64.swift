/// A small generator whose sequence is fixed for ever (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", 2014). For data and tests, not for secrets.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator whose sequence depends on the seed alone.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 to just under 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number from 0 to `limit` - 1.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// A number from 0 to `limit` - 1, small ones more often.
    mutating func skewed(below limit: Int) -> Int {
        let fraction = fraction()
        return min(limit - 1, Int(fraction * fraction * Double(limit)))
    }
}
