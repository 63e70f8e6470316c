import Foundation
import Glibc

/// Ctrl-C and SIGTERM during a long command: says something and ends the program with 130. A batch that is being
/// written then is written again by whoever goes on with the load, which changes nothing.
enum Interruption {
    /// To be called before any other thread exists.
    static func watch(_ message: @escaping @Sendable () -> Void) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let awaited = signals
        Thread.detachNewThread {
            var signals = awaited
            var received: Int32 = 0
            sigwait(&signals, &received)
            message()
            _exit(ExitStatus.interrupted.rawValue)
        }
    }
}
