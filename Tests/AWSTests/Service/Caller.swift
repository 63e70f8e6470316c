import AWS
import Foundation
import HTTPClient
import Logging
import Synchronization
import TestSupport
import Testing
import Tracing

/// A client whose waits, chance and clocks are the test's.
struct Caller: Sendable {
    static let date = Date(timeIntervalSince1970: 1_800_000_000)  // 2027-01-15T08:00:00Z
    static let keys = Credentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "the-secret-key", sessionToken: "THE/SESSION+TOKEN==")
    static let query = ServiceRequest.json(target: "DynamoDB_20120810", "Query", body: Array("{}".utf8))
    /// What DynamoDB's four attempts wait between them after transient failures, where each share is a half.
    static let transientWaits: [Duration] = [.seconds(0.0125), .seconds(0.025), .seconds(0.05)]

    let http = HTTPClient()
    let time = PassingTime()
    let client: ServiceClient

    /// Every attempt may take `attempt`; every random share is `share`.
    init(
        _ services: [FaultyService], credentials: CredentialSource? = CredentialSource(Caller.keys),
        attempt: Duration = .seconds(20), share: Double = 0.5,
        wall: @escaping @Sendable () -> Date = { Caller.date }, tracer: any Tracer = NoOpTracer()
    ) {
        self.init(
            endpoints: services.map(\.endpoint), credentials: credentials, attempt: attempt, share: share,
            wall: wall, tracer: tracer)
    }

    init(
        endpoints: [Endpoint], credentials: CredentialSource? = CredentialSource(Caller.keys),
        attempt: Duration = .seconds(20), share: Double = 0.5,
        wall: @escaping @Sendable () -> Date = { Caller.date }, tracer: any Tracer = NoOpTracer(),
        service: String = "dynamodb"
    ) {
        let time = time
        client = ServiceClient(
            service: service, endpoints: endpoints, credentials: credentials, http: http,
            timing: ServiceTiming(
                attempt: attempt, wall: wall, steady: { time.now }, wait: { time.wait($0) },
                share: { share }),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, tracer: tracer)
    }

    func call(_ request: ServiceRequest = query, within patience: Duration = .seconds(60)) -> CallEnd {
        do throws(AWSError) {
            return .answer(try client.perform(request, deadline: .now + patience))
        } catch {
            return .error(error)
        }
    }
}

/// How a call ended.
enum CallEnd: Sendable {
    case answer(ServiceAnswer)
    case error(AWSError)

    var kind: AWSError.Kind? { error?.kind }
    var error: AWSError? { if case .error(let error) = self { error } else { nil } }
    var body: [UInt8]? { if case .answer(let answer) = self { answer.body } else { nil } }
    var region: String? { if case .answer(let answer) = self { answer.region } else { nil } }
    var attempts: Int {
        switch self {
        case .answer(let answer): answer.attempts
        case .error(let error): error.attempts
        }
    }
}

/// Time that passes when a test says so. Waits are recorded and pass no time.
final class PassingTime: Sendable {
    private let start = ContinuousClock.now
    private let state = Mutex<(passed: Duration, waits: [Duration])>((.zero, []))

    var now: ContinuousClock.Instant { start + state.withLock { $0.passed } }
    var waits: [Duration] { state.withLock { $0.waits } }

    func pass(_ duration: Duration) { state.withLock { $0.passed += duration } }
    func wait(_ duration: Duration) { state.withLock { $0.waits.append(duration) } }
}

/// Runs a body with a client of services, one a region. Afterwards each connection that is open must belong to
/// a handle that waits for the next call.
func withServices(
    _ services: [FaultyService], attempt: Duration = .seconds(20), share: Double = 0.5,
    credentials: CredentialSource? = CredentialSource(Caller.keys),
    wall: @escaping @Sendable () -> Date = { Caller.date }, tracer: any Tracer = NoOpTracer(),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (Caller) throws -> Void
) throws {
    defer { for service in services { service.stop() } }
    let caller = Caller(
        services, credentials: credentials, attempt: attempt, share: share, wall: wall, tracer: tracer)
    try body(caller)
    let isClean = eventually { services.map(\.openConnections).reduce(0, +) == caller.http.idleHandles }
    #expect(isClean, "a connection is left open", sourceLocation: sourceLocation)
}
