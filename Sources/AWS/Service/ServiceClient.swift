internal import FoundationEssentials
internal import Glibc
public import HTTPClient
public import Logging

/// Calls one AWS service in one or more regions, the first of which is asked while it works.
///
/// Synchronous: a call keeps its thread through every retry and region, until its deadline at most.
public final class ServiceClient: Sendable {
    private let endpoints: [ServiceEndpoint]
    private let credentials: CredentialSource?
    private let timing: ServiceTiming
    private let log: Logger

    /// A client of a service, by its signing name, such as `dynamodb`, and of the endpoints where it is
    /// asked, the preferred region first. Without credentials, calls are not signed.
    public init(
        service: String, endpoints: [Endpoint], credentials: CredentialSource?, http: HTTPClient,
        timing: ServiceTiming = ServiceTiming(), log: Logger
    ) {
        self.endpoints = endpoints.map {
            ServiceEndpoint($0, service: service, http: http, wall: timing.wall)
        }
        self.credentials = credentials
        self.timing = timing
        self.log = log
    }

    /// Asks the first region that works. Another one is asked when a region fails, not when it throttles or
    /// refuses.
    public func perform(
        _ request: ServiceRequest, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> ServiceAnswer {
        var call = Call(request: request, deadline: deadline)
        var failure: AWSError?
        for (index, endpoint) in endpoints.enumerated() {
            let admission = endpoint.admit()
            guard admission != .open else { continue }
            do throws(AWSError) {
                let isLast = index == endpoints.count - 1
                let body = try ask(endpoint, &call, isProbe: admission == .probe, isLast: isLast)
                return ServiceAnswer(body: body, region: endpoint.region, attempts: call.attempts)
            } catch {
                failure = error
                guard error.isRegional, ContinuousClock.now < deadline else { break }
            }
        }
        var error =
            failure
            ?? AWSError(
                .connection, "no region has answered lately, and none is asked until a short pause ends")
        error.operation = request.operation
        error.attempts = call.attempts
        throw error
    }

    /// What belongs to one call, in all regions.
    private struct Call {
        let request: ServiceRequest
        let deadline: ContinuousClock.Instant
        /// The same for every attempt, so that AWS can tell retries.
        let id = UUID().uuidString.lowercased()
        var attempts = 0
    }

    private func ask(
        _ endpoint: ServiceEndpoint, _ call: inout Call, isProbe: Bool, isLast: Bool
    ) throws(AWSError) -> [UInt8] {
        var plan = RetryPlan(limit: isProbe ? 1 : RetryPlan.maximumAttempts)
        while true {
            do throws(AWSError) {
                let body = try attempt(endpoint, &call, plan.attempts + 1)
                endpoint.quota.give(back: plan.lastCost)
                if endpoint.noteSuccess() {
                    log.notice("a region answers again", metadata: ["REGION": "\(endpoint.region)"])
                }
                return body
            } catch {
                note(error, at: endpoint)
                let isGivenUp = !isLast && error.isRegional && !endpoint.isClosed
                let step =
                    isGivenUp
                    ? .giveUp
                    : plan.next(
                        after: error, share: timing.share(), timeLeft: call.deadline - .now,
                        take: endpoint.quota.take)
                switch step {
                case .wait(let pause): timing.wait(pause)
                case .correctClock(let offset): endpoint.correctClock(by: offset)
                case .renewCredentials: break
                case .giveUp: throw error
                }
            }
        }
    }

    private func attempt(
        _ endpoint: ServiceEndpoint, _ call: inout Call, _ number: Int
    ) throws(AWSError) -> [UInt8] {
        let credentials = try currentCredentials(call.deadline)
        let limit = ContinuousClock.now + timing.attempt
        let headers: HTTPHeaders = [
            "amz-sdk-invocation-id": call.id,
            "amz-sdk-request": "attempt=\(number); max=\(RetryPlan.maximumAttempts)",
        ]
        call.attempts += 1
        do throws(AWSError) {
            return try endpoint.send(
                call.request, headers: headers, credentials: credentials, deadline: min(limit, call.deadline))
        } catch {
            var error = error
            if error.kind == .timeout, call.deadline <= .now {
                error = AWSError(.deadline, error.message)
            }
            if error.kind == .expiredCredentials, let credentials { self.credentials?.discard(credentials) }
            error.region = endpoint.region
            throw error
        }
    }

    private func currentCredentials(_ deadline: ContinuousClock.Instant) throws(AWSError) -> Credentials? {
        do throws(CredentialError) {
            return try credentials?.current(deadline: deadline)
        } catch {
            throw AWSError(.noCredentials, error.description)
        }
    }

    /// An answer of any kind but a failure of the service shows that the region is there.
    private func note(_ error: AWSError, at endpoint: ServiceEndpoint) {
        guard error.isRegional else { return }
        if endpoint.noteFailure() {
            log.warning(
                "a region does not answer: the next one is asked for now",
                metadata: ["REGION": "\(endpoint.region)", "ERROR": "\(error)"])
        }
    }
}
