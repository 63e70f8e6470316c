import Foundation
import Glibc

/// Ctrl-C and SIGTERM during a long command: says something and ends the program with 130. A batch that is being
/// written then is written again by whoever goes on with the load, which changes nothing.
enum Interruption {
    /// To be called before any other thread exists. A command that ends when it is asked to gives what asks it: then the first
    /// signal does that, and the second one ends it at once.
    static func watch(_ stop: StopRequest? = nil, _ message: @escaping @Sendable () -> Void) {
        onSignal { count in
            guard let stop else {
                message()
                return false
            }
            stop.make()
            return count == 1
        }
    }

    /// Runs a body with each signal, of which it is told the number, and ends the program where that says so.
    private static func onSignal(_ goesOn: @escaping @Sendable (Int) -> Bool) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let awaited = signals
        Thread.detachNewThread {
            var signals = awaited
            var received: Int32 = 0
            var count = 0
            repeat {
                sigwait(&signals, &received)
                count += 1
            } while goesOn(count)
            _exit(ExitStatus.interrupted.rawValue)
        }
    }
}
