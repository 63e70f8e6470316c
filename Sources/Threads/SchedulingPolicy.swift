internal import Foundation
internal import Glibc

/// How the kernel gives threads a processor (sched(7)). Each has a policy of its own, which a new one has from who starts it.
enum SchedulingPolicy: Int32 {
    /// As its niceness says (SCHED_OTHER).
    case usual = 0
    /// When nobody else wants one, or nearly (SCHED_IDLE): whoever is usual takes it at once.
    case idle = 5

    /// The calling thread's; nil where it is another one.
    static var current: SchedulingPolicy? { SchedulingPolicy(rawValue: sched_getscheduler(0)) }

    /// Gives the calling thread a policy, and says whether it has it now. From idle to usual takes CAP_SYS_NICE, or a limit that allows its
    /// niceness (RLIMIT_NICE, getrlimit(2)).
    @discardableResult
    static func set(_ policy: SchedulingPolicy) -> Bool {
        var parameters = sched_param(sched_priority: 0)
        return sched_setscheduler(0, policy.rawValue, &parameters) == 0
    }

    /// Whether a usual thread may be idle for a while: tried on one that ends then. False where that takes more than a second: it cannot be
    /// started, or others have all processors.
    static func comesBack() -> Bool {
        let answer = Latch<Bool>()
        let thread = Thread { answer.set(current == .usual && set(.idle) && set(.usual)) }
        thread.name = "policy"
        thread.start()
        return answer.wait(within: .seconds(1)) ?? false
    }
}
