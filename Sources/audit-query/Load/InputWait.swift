/// When what has come is to be stored, though more will come: as of standard input that stays open.
struct InputWait {
    /// So much time may pass, in milliseconds.
    private static let interval = 300

    private let isReadable: ((Int32) -> Bool)?
    private var stored = ContinuousClock.now

    /// For an input that says whether something can be read within so many milliseconds; nil where nobody waits.
    init(_ isReadable: ((Int32) -> Bool)?) {
        self.isReadable = isReadable
    }

    /// Waits for more until it is time to store, and says whether it is.
    mutating func isDue() -> Bool {
        guard let isReadable else { return false }
        let passed = Int(stored.duration(to: .now) / .milliseconds(1))
        guard passed >= Self.interval || !isReadable(Int32(Self.interval - passed)) else { return false }
        stored = .now
        return true
    }
}
