extension Connections {
    /// What is known of them, behind one lock.
    struct State {
        /// The turn of the thread that looks out; nil while it waits.
        var current: Turn?
        /// How many turns there have been.
        var turns: UInt64 = 0
        /// The turn that was current when it was asked last who is late.
        var seen: UInt64?
        /// Connections that nobody serves but who looks out, and those of them that have brought no request yet.
        var watched: Set<Int32> = []
        var new: Set<Int32> = []
        /// Those on which something has come, the next one last.
        var ready: [Int32] = []
        var isListening = true
        /// When those that bring no request are given up; nil before the order to stop.
        var end: ContinuousClock.Instant?
    }
}
