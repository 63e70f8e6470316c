import Threads
import AWS
import Dispatch
import Logging
import Synchronization

/// Reads parameters again and again, on a thread of its own: what Parameter Store takes for an answer holds up
/// nobody.
final class ParameterRefresh: Sendable {
    /// A parameter and what to do with a new value.
    struct Watched: Sendable {
        let name: String
        var version: Int
        /// Takes a new value; what it throws leaves the old one in force.
        let take: @Sendable ([UInt8]) throws -> Void
    }

    private let watched: Mutex<[Watched]>
    private let store: ParameterStore
    private let log: Logger
    private let isWanted = DispatchSemaphore(value: 0)

    init(_ watched: [Watched], in store: ParameterStore, every interval: Duration, log: Logger) {
        self.watched = Mutex(watched)
        self.store = store
        self.log = log
        // Not all workers at the same moment.
        startTicking("parameters", isWanted: isWanted, every: { interval * Double.random(in: 0.8...1) }) {
            [weak self] in self?.refresh()
        }
    }

    /// Has all of them read now, without waiting for it.
    func refreshSoon() { isWanted.signal() }

    private func refresh() {
        watched.withLock { watched in
            for index in watched.indices { refresh(&watched[index]) }
        }
    }

    private func refresh(_ watched: inout Watched) {
        do {
            let parameter = try store.parameter(watched.name, deadline: .now + .seconds(10))
            guard parameter.version != watched.version else { return }
            // A value that cannot be used is reported once, not at every look.
            watched.version = parameter.version
            try watched.take(parameter.value)
            log.info("parameter read", metadata: ["NAME": "\(watched.name)", "PARAMETER": "\(parameter)"])
        } catch {
            log.error(
                "parameter not read: the old value stays",
                metadata: ["NAME": "\(watched.name)", "ERROR": "\(error)"])
        }
    }
}
