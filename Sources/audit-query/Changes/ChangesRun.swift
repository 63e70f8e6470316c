import AuditStores
import Synchronization
import Threads

/// Shows what comes, until it is stopped.
struct ChangesRun {
    /// Behind what was shown last: kept where a signal finds it. What is shown just then comes once more to who goes on from here.
    final class Place: Sendable {
        private let token = Mutex<String?>(nil)

        func set(_ token: String) { self.token.withLock { $0 = token } }

        /// Tells how to go on, if anything was read.
        func tell() {
            guard let token = token.withLock({ $0 }) else { return }
            Console.error("audit-query: to go on from here: --after \(token)")
        }
    }

    /// The longest pause before somebody is asked again who did not answer.
    private static let longestPause = Duration.seconds(30)

    let place: Place
    let show: (ChangePage) throws -> Void

    /// Reads and shows. Who does not answer any more is asked again and again; who never did is an error.
    func run(_ source: some ChangeSource, untilNow: Bool) throws {
        var source = source
        var hasAnswered = false
        var pause = Duration.seconds(1)
        while true {
            let page: ChangePage
            do {
                page = try source.next()
            } catch {
                guard hasAnswered, let wait = Self.pause(after: error) else { throw error }
                pause = min(max(pause, wait), Self.longestPause)
                Console.error(
                    "audit-query: \(error); asking again in \(counted(Int(pause / .seconds(1)), "second"))")
                blockThread(for: pause)
                pause = min(pause * 2, Self.longestPause)
                continue
            }
            (hasAnswered, pause) = (true, .seconds(1))
            if !page.records.isEmpty { try show(page) }
            place.set(page.token)
            if untilNow, !page.hasMore { return place.tell() }
        }
    }

    /// How long to wait before asking again; nil where that is of no use.
    private static func pause(after error: any Error) -> Duration? {
        switch error {
        case let error as ServerError: error.pause
        case let error as StoreError: error.code == .unreadable ? nil : .seconds(1)
        default: nil
        }
    }
}
