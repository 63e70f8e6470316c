internal import Glibc
internal import Threads

/// How a thread that does what takes longer lets the one go first that looks out: that answers all hits, and would have the part of one
/// among many. A thread's own niceness does it (sched(7)).
struct Niceness: Sendable {
    /// What a thread has that looks out.
    private let usual: Int32
    private let raised: Int32
    /// Whether a thread may come back: with a limit that allows it (RLIMIT_NICE, getrlimit(2)), as the unit has, or CAP_SYS_NICE.
    /// Until it is tried nobody knows, and nobody waits for that.
    private let comesBack = Latch<Bool>()

    /// A ninth of the weight that the others have, where those are not nice themselves.
    private static let step: Int32 = 10

    /// What this process may do: that is tried on a thread that ends then.
    init() throws(FastCGIError) {
        let (usual, answer) = (Self.current, comesBack)
        let raised = min(19, usual + Self.step)
        (self.usual, self.raised) = (usual, raised)
        try startThread { answer.set(Self.set(raised) && Self.set(usual)) }
    }

    /// The calling thread lets others go first.
    func raise() { if comesBack.value == true { Self.set(raised) } }

    /// The calling thread is as others again.
    func lower() { if comesBack.value == true { Self.set(usual) } }

    /// The calling thread lets others go first for some work.
    func whileRaised(_ work: () -> Void) {
        raise()
        work()
        lower()
    }

    private static var current: Int32 { getpriority(.init(PRIO_PROCESS.rawValue), 0) }

    @discardableResult private static func set(_ niceness: Int32) -> Bool {
        setpriority(.init(PRIO_PROCESS.rawValue), 0, niceness) == 0
    }
}
