@testable import AWS
import Foundation
import TestSupport
import Synchronization
import Testing

/// Brings credentials as a test says, and counts how often, and how many times at once, it was asked.
final class ScriptedLoader: Sendable {
    private struct State {
        var count = 0
        var running = 0
        var mostAtOnce = 0
        var lifetime = 3600.0
        var failure: String?
        var repeats = false
        var outlives = false
    }

    private let time: ManualTime
    private let state = Mutex(State())

    init(_ time: ManualTime) {
        self.time = time
    }

    /// How often it was asked.
    var count: Int { state.withLock { $0.count } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    /// Makes it fail from now on, or succeed again.
    func fail(_ reason: String?) { state.withLock { $0.failure = reason } }

    /// How many seconds the credentials live.
    func live(_ seconds: Double) { state.withLock { $0.lifetime = seconds } }

    /// Makes it bring the same ones again and again.
    func repeatItself() { state.withLock { $0.repeats = true } }

    /// Makes what it brings last past its end, as that of an instance does.
    func outlive() { state.withLock { $0.outlives = true } }

    /// The nth credentials, `KEY1` being the first.
    func load(whileRunning: () -> Void = {}) throws(CredentialError) -> Credentials {
        let (number, lifetime, failure) = state.withLock { state in
            state.count += 1
            state.running += 1
            state.mostAtOnce = max(state.mostAtOnce, state.running)
            return (state.repeats ? 1 : state.count, state.lifetime, state.failure)
        }
        defer { state.withLock { $0.running -= 1 } }
        whileRunning()
        if let failure { throw CredentialError(failure) }
        var credentials = Credentials(
            accessKeyID: "KEY\(number)", secretAccessKey: Secret.key, sessionToken: Secret.token,
            expiration: time.now + lifetime)
        credentials.outlivesExpiration = state.withLock { $0.outlives }
        return credentials
    }

    /// A source of what this brings.
    func source(_ timing: CredentialTiming, log: RecordingLog = RecordingLog()) -> CredentialSource {
        CredentialSource(timing: timing, log: log.logger) {
            [self] (_: ContinuousClock.Instant) throws(CredentialError) in try load()
        }
    }
}

extension CredentialSource {
    /// The id of the current credentials.
    func id() throws(CredentialError) -> String { try current(deadline: .soon).accessKeyID }

    /// Why there are none; a failure of the test when there are.
    var fault: String {
        error { () throws(CredentialError) in try id() }
    }
}
