internal import Glibc
package import HTTPClient
package import Logging
package import Tracing

/// Calls one AWS service in one or more regions, the first of which is asked while it works.
///
/// Synchronous: a call keeps its thread through every retry and region, until its deadline at most.
package final class ServiceClient: Sendable {
    private let service: String
    private let policy: RetryPolicy
    private let endpoints: [ServiceEndpoint]
    private let credentials: CredentialSource?
    private let timing: ServiceTiming
    private let log: Logger
    private let tracer: any Tracer
    private let counters: CallCounters?

    /// A client of a service, by its signing name, such as `dynamodb`, and of the endpoints where it is
    /// asked, the preferred region first. Without credentials, calls are not signed. Each attempt within a
    /// recorded span is a span, named for the service.
    package init(
        service: String, endpoints: [Endpoint], credentials: CredentialSource?, http: HTTPClient,
        timing: ServiceTiming = ServiceTiming(), log: Logger, tracer: any Tracer = NoOpTracer(),
        counters: CallCounters? = nil
    ) {
        self.service = service
        policy = .of(service)
        self.tracer = tracer
        self.counters = counters
        self.endpoints = endpoints.map {
            ServiceEndpoint($0, service: service, http: http, timing: timing)
        }
        self.credentials = credentials
        self.timing = timing
        self.log = log
    }

    /// Asks the first region that works. Another one is asked when a region fails, not when it throttles or
    /// refuses, and has its share of the time left.
    package func perform(
        _ request: ServiceRequest, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> ServiceAnswer {
        var call = ServiceCall(request: request, deadline: deadline)
        do throws(AWSError) {
            call.credentials = try currentCredentials(deadline)
            return try askRegions(&call)
        } catch {
            var error = error
            error.operation = request.operation
            error.attempts = call.attempts
            throw error
        }
    }

    /// The regions, in the order in which they are asked.
    package var regions: [RegionState] { endpoints.map(\.state) }

    private func askRegions(_ call: inout ServiceCall) throws(AWSError) -> ServiceAnswer {
        var failure: AWSError?
        for (index, endpoint) in endpoints.enumerated() {
            let left = call.deadline - .now
            guard left > .zero else { break }
            let admission = endpoint.admit()
            guard admission != .open else { continue }
            let others = endpoints[(index + 1)...].count { $0.isAskable }
            var visit = RegionVisit(
                endpoint: endpoint, end: .now + left / (others + 1), isProbe: admission == .probe,
                hasOthers: others > 0, plan: RetryPlan(policy))
            do throws(AWSError) {
                let body = try ask(&visit, &call)
                return ServiceAnswer(
                    body: body, region: endpoint.region, attempts: call.attempts,
                    hasChecksum: call.hasChecksum)
            } catch {
                guard error.isRegional else { throw error }
                failure = error
            }
        }
        if let failure { throw failure }
        guard call.deadline > .now else {
            throw AWSError(.deadline, "the deadline had passed before a request was sent")
        }
        throw AWSError(
            .connection, "no region has answered lately, and none is asked until a short pause ends")
    }

    private func ask(_ visit: inout RegionVisit, _ call: inout ServiceCall) throws(AWSError) -> [UInt8] {
        let endpoint = visit.endpoint
        while true {
            do throws(AWSError) {
                let body = try attempt(visit, &call)
                endpoint.quota.give(back: visit.plan.lastCost)
                note(.answered, of: visit)
                return body
            } catch {
                note(error.sign, of: visit, error)
                guard !isGivenUp(after: error, visit) else { throw error }
                visit.isProbe = false
                let step = visit.plan.next(
                    after: error, share: timing.share(), timeLeft: visit.end - .now,
                    take: endpoint.quota.take)
                switch step {
                case .wait(let pause): timing.wait(pause)
                case .correctClock(let offset): endpoint.correctClock(to: offset)
                case .renewCredentials: call.credentials = try currentCredentials(call.deadline)
                case .giveUp: throw error
                }
                guard visit.end > .now else { throw error }
            }
        }
    }

    private func attempt(_ visit: RegionVisit, _ call: inout ServiceCall) throws(AWSError) -> [UInt8] {
        let headers: HTTPHeaders = [
            "amz-sdk-invocation-id": call.id,
            "amz-sdk-request": "attempt=\(visit.plan.attempts + 1); max=\(policy.maximumAttempts)",
        ]
        let start = ContinuousClock.now
        let end = min(start + timing.attempt, visit.end)
        let span = AttemptSpan(
            tracer, service: service, call.request, region: visit.endpoint.region, retries: call.attempts)
        call.attempts += 1
        do throws(AWSError) {
            let answer = try visit.endpoint.send(
                call.request, headers: headers, unsigned: span?.headers ?? [:], credentials: call.credentials,
                deadline: end)
            span?.end(requestID: answer.requestID)
            counters?.count(attempt: call.attempts, nil)
            call.hasChecksum = answer.hasChecksum
            return answer.body
        } catch {
            var error = error
            if error.kind == .timeout, call.deadline <= .now {
                error = AWSError(.deadline, error.message)
            }
            error.wasPatient = end - start >= timing.attempt / 3
            if error.kind == .expiredCredentials, let refused = call.credentials {
                credentials?.discard(refused)
            }
            error.operation = call.request.operation
            error.region = visit.endpoint.region
            span?.end(error)
            counters?.count(attempt: call.attempts, error)
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

    /// A region whose circuit is open is not asked again while another one may do better, or when it was
    /// asked only to find out whether it is back.
    private func isGivenUp(after error: AWSError, _ visit: RegionVisit) -> Bool {
        error.isRegional && (visit.hasOthers || visit.isProbe) && !visit.endpoint.isClosed
    }

    private func note(_ sign: RegionSign, of visit: RegionVisit, _ error: AWSError? = nil) {
        guard visit.endpoint.note(sign, isProbe: visit.isProbe, error) else { return }
        let region: Logger.Metadata = ["REGION": "\(visit.endpoint.region)"]
        if let error, sign == .failed {
            log.warning(
                "a region does not answer: the next one is asked for now",
                metadata: region.merging(["ERROR": "\(error)"]) { $1 })
        } else {
            log.notice("a region answers again", metadata: region)
        }
    }
}
