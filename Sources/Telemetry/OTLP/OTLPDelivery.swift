internal import Logging
internal import Synchronization
internal import Threads

/// Sends bodies to one target, again where that may help and not before it is time, and tells the log what changes.
final class OTLPDelivery: Sendable {
    private struct State {
        var isFailing = false
        var backoff = Backoff()
        /// Nothing is sent before.
        var notBefore = ContinuousClock.now
    }

    private let kind: String
    private let target: OTLPTarget
    private let log: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - kind: what the log calls what is sent.
    ///   - target: where it goes.
    ///   - log: what is told.
    init(_ kind: String, _ target: OTLPTarget, _ log: Logger) {
        (self.kind, self.target, self.log) = (kind, target, log)
    }

    /// Whether something may be sent now.
    var isReady: Bool { state.withLock { $0.notBefore <= .now } }

    /// Sends a body once.
    ///
    /// - Returns: whether it is done with, taken or refused for good; else it is to be sent again.
    func deliver(_ body: [UInt8], until deadline: ContinuousClock.Instant) -> Bool {
        switch target.send(body, deadline: deadline) {
        case .taken:
            noteSuccess()
        case .takenInPart(let reason):
            noteFailure("some \(kind) are refused", reason)
        case .refused(let reason):
            noteFailure("\(kind) are refused, and lost", reason)
        case .later(let pause, let reason):
            noteFailure("\(kind) are not taken, and wait", reason)
            state.withLock { state in
                state.notBefore = .now + state.backoff.fail(wanting: pause, random: .random(in: 0..<1))
            }
            return false
        }
        state.withLock { $0.backoff.succeed() }
        return true
    }

    /// Spans had no room to wait in.
    func noteLoss(of count: Int) {
        log.warning(
            "\(kind) were lost while nobody took them",
            metadata: ["COUNT": "\(count)", "ADDRESS": "\(target.url)"])
    }

    private func noteFailure(_ what: String, _ reason: String) {
        guard
            !state.withLock({ state in
                defer { state.isFailing = true }; return state.isFailing
            })
        else { return }
        log.warning("\(what)", metadata: ["ADDRESS": "\(target.url)", "ERROR": "\(reason)"])
    }

    private func noteSuccess() {
        guard
            state.withLock({ state in
                defer { state.isFailing = false }; return state.isFailing
            })
        else { return }
        log.notice("\(kind) are taken again", metadata: ["ADDRESS": "\(target.url)"])
    }
}
