internal import Foundation
internal import Glibc

/// How the kernel gives threads a processor (sched(7)). Each has a policy of its own, which a new one has from who starts it.
enum SchedulingPolicy: Int32 {
    /// As its niceness says (SCHED_OTHER).
    case usual = 0
    /// When nobody else wants one, or nearly (SCHED_IDLE): whoever is usual takes it at once.
    case idle = 5

    /// The calling thread's; nil where it is another one.
    static var current: SchedulingPolicy? { of(0) }

    /// That of a thread of this process, 0 being the calling one; nil where it is another one, or the thread has ended.
    static func of(_ thread: pid_t) -> SchedulingPolicy? {
        SchedulingPolicy(rawValue: sched_getscheduler(thread))
    }

    /// Gives a thread of this process a policy, and says whether it has it now; without one named, the calling thread. From idle to usual
    /// takes CAP_SYS_NICE, or a limit that allows its niceness (RLIMIT_NICE, getrlimit(2)).
    @discardableResult
    static func set(_ policy: SchedulingPolicy, of thread: pid_t = 0) -> Bool {
        var parameters = sched_param(sched_priority: 0)
        return sched_setscheduler(thread, policy.rawValue, &parameters) == 0
    }

    /// Whether a usual thread may be idle for a while. It is tried once, on a thread that ends then, from when this is looked at; until it
    /// has had a processor nobody knows.
    static let comesBack: Latch<Bool> = {
        let answer = Latch<Bool>()
        let thread = Thread { answer.set(current == .usual && set(.idle) && set(.usual)) }
        thread.name = "policy"
        thread.start()
        return answer
    }()
}
