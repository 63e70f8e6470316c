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
        /// How many there are, served and waiting ones too.
        var open = 0
        /// How many threads wait for their turn to look out.
        var free = 0
        /// Requests that wait for a thread, the first to come first, and what they take of memory. There are none while a thread is free.
        var delayed: [DelayedRequest] = []
        var delayedBytes = 0
        /// When those that bring no request are given up; nil before the order to stop.
        var end: ContinuousClock.Instant?
    }
}
