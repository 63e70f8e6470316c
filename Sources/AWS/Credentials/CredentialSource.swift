internal import struct FoundationEssentials.Date
package import Logging
internal import Synchronization

/// The credentials of a process, kept fresh: renewed in the background 15 minutes before they end, in the
/// foreground from 10 minutes before on, one renewal at a time. When a renewal fails, what there is serves
/// until it ends, and the next one comes after a pause of a second to a minute. Those of an instance's role
/// serve past their end, as long as AWS takes them (docs.aws.amazon.com/sdkref, "static stability").
package final class CredentialSource: Sendable {
    /// How long one renewal may take.
    static let renewalLimit = Duration.seconds(60)

    private let load: @Sendable (ContinuousClock.Instant) throws(CredentialError) -> Credentials
    private let fixed: Credentials?
    private let timing: CredentialTiming
    private let log: Logger?
    private let state = Mutex(CredentialState())

    /// A source of what `load` brings by the deadline that it is given. It runs on a thread of its own.
    package init(
        timing: CredentialTiming = CredentialTiming(), log: Logger? = nil,
        load: @escaping @Sendable (ContinuousClock.Instant) throws(CredentialError) -> Credentials
    ) {
        self.load = load
        fixed = nil
        self.timing = timing
        self.log = log
    }

    /// Credentials that never change.
    package init(_ credentials: Credentials) {
        load = { (_: ContinuousClock.Instant) throws(CredentialError) in credentials }
        fixed = credentials
        timing = CredentialTiming()
        log = nil
    }

    /// Credentials that are valid now. Blocks while there are none, at most until `deadline`; for a renewal
    /// that is due only a moment, as long as the old ones are valid.
    package func current(deadline: ContinuousClock.Instant) throws(CredentialError) -> Credentials {
        if let fixed { return fixed }
        while true {
            let (step, started) = state.withLock { $0.next(timing.wall(), timing.steady()) }
            if let started { timing.start { [self] in run(started) } }
            switch step {
            case .use(let credentials): return credentials
            case .fail(let error): throw error
            case .wait(let renewal, let usable):
                if renewal.wait(patience(renewal, usable != nil, deadline)) { continue }
                if let usable { return usable }
                throw CredentialError("AWS credentials are being looked for, and were not found in time")
            }
        }
    }

    /// Gives up credentials that a service refused as expired, so that the next call brings others. Does
    /// nothing when they were renewed only seconds ago: a service that refuses all of them must not make each
    /// request renew them.
    package func discard(_ refused: Credentials) {
        state.withLock { $0.discard(refused, timing.steady()) }
    }

    private func patience(
        _ renewal: CredentialRenewal, _ hasUsable: Bool, _ deadline: ContinuousClock.Instant
    ) -> Duration {
        let left = deadline - .now
        return hasUsable ? min(left, renewal.start + timing.patience - timing.steady()) : left
    }

    private func run(_ renewal: CredentialRenewal) {
        let result = loaded()
        let (isBack, expiration) = state.withLock { state in
            let isBack = state.ended(
                renewal, result, timing.wall(), timing.steady(), share: timing.service.share())
            return (isBack, state.expiration)
        }
        renewal.end()
        tell(result, isBack: isBack, expiration)
    }

    private func tell(
        _ result: Result<Credentials, CredentialError>, isBack: Bool, _ expiration: Date?
    ) {
        let until: Logger.Metadata = ["CREDENTIALS_UNTIL": "\(expiration.map { "\($0)" } ?? "none")"]
        switch result {
        case .failure(let error):
            log?.warning(
                "AWS credentials could not be renewed",
                metadata: until.merging(["ERROR": "\(error)"]) { $1 })
        case .success(let credentials) where credentials.secondsLeft(at: timing.wall()) <= 0:
            log?.warning(
                """
                AWS credentials of this instance have ended and go on being used, as the metadata service has \
                no others; is this machine's clock right?
                """, metadata: until)
        case .success where isBack: log?.notice("AWS credentials are renewed again")
        case .success: break
        }
    }

    private func loaded() -> Result<Credentials, CredentialError> {
        do throws(CredentialError) {
            let credentials = try load(.now + Self.renewalLimit)
            guard credentials.outlivesExpiration || credentials.secondsLeft(at: timing.wall()) > 0 else {
                throw CredentialError(
                    """
                    the credentials \(credentials) that were found have ended already: renew them where \
                    they come from, or set this machine's clock
                    """)
            }
            return .success(credentials)
        } catch {
            return .failure(error)
        }
    }
}
