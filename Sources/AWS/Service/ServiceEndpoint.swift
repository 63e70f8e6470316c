internal import Cryptography
internal import FoundationEssentials
internal import Deflate
internal import Gzip
internal import HTTPClient
internal import Synchronization

/// One service in one region: sends one signed request, and knows how the region does.
final class ServiceEndpoint: Sendable {
    let region: String
    let quota = RetryQuota()
    private let url: String
    private let host: String
    private let signer: RequestSigner
    private let http: HTTPClient
    private let timing: ServiceTiming
    /// Seconds that the service's clock is ahead of this machine's, once it has complained.
    private let clockOffset = Mutex(0.0)
    private let breaker = Mutex(CircuitBreaker())
    private let failure = Mutex<RegionState.Failure?>(nil)

    /// The most bytes of an answer after decompression. A page of 1 MB can be several times that as JSON.
    private static let maximumBodyByteCount = 16 << 20

    init(_ endpoint: Endpoint, service: String, http: HTTPClient, timing: ServiceTiming) {
        region = endpoint.region
        url = endpoint.url
        host = endpoint.host
        signer = RequestSigner(region: endpoint.region, service: service)
        self.http = http
        self.timing = timing
    }

    /// Sends a request once, with these headers beside its own, and gives what is answered with 200. Without
    /// credentials it is not signed, as few calls are; the unsigned headers never are.
    func send(
        _ request: ServiceRequest, headers: HTTPHeaders, unsigned: HTTPHeaders = [:],
        credentials: Credentials?, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> (body: [UInt8], requestID: String, hasChecksum: Bool) {
        let offset = clockOffset.withLock { $0 }
        let time = timing.wall().addingTimeInterval(offset)
        var all = HTTPHeaders(Array(request.headers) + Array(headers))
        if let credentials { all = try signed(all, request.body, credentials, time) }
        for field in unsigned { all.append(name: field.name, value: field.value) }
        var attempt = HTTPRequest(
            method: "POST", url: url, headers: all, body: request.body, deadline: deadline)
        attempt.admitBody = request.admitBody
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try http.perform(attempt)
        } catch {
            throw AWSError(error)
        }
        let body = try content(of: response)
        guard response.status == 200 else {
            var error = ErrorAnswer(
                response: response, body: body, signedAt: time, credentials: credentials
            ).error
            error.clockOffset? += offset
            throw error
        }
        guard !request.isJSON || isObject(body) || (!request.hasOutput && body.isEmpty) else {
            let type = response.headers["Content-Type"].map { " but \($0.prefix(100))" } ?? ""
            throw AWSError(.server, "the answer is not the JSON object that it must be\(type)")
        }
        return (body, response.requestID, response.headers["x-amz-crc32"] != nil)
    }

    /// From now on requests are signed with the time of a clock so many seconds ahead of this machine's.
    /// Absolute, since several requests may find the same error at once.
    func correctClock(to offset: Double) {
        clockOffset.withLock { $0 = offset }
    }

    /// Whether the circuit would let a request through.
    var isAskable: Bool { breaker.withLock { $0.admits(timing.steady()) } }

    func admit() -> CircuitBreaker.Admission { breaker.withLock { $0.admit(timing.steady()) } }

    var isClosed: Bool { breaker.withLock { $0.isClosed } }

    /// How the region does.
    var state: RegionState {
        RegionState(name: region, isAsked: isClosed, lastFailure: failure.withLock { $0 })
    }

    /// Notes what a request's end tells of the region, and the error if it failed.
    ///
    /// - Returns: whether the region is given up, or back, with this.
    func note(_ sign: RegionSign, isProbe: Bool, _ error: AWSError?) -> Bool {
        if sign == .failed, let error {
            failure.withLock {
                $0 = RegionState.Failure(time: timing.wall(), description: error.description)
            }
        }
        return breaker.withLock { breaker in
            switch sign {
            case .answered: return breaker.answered()
            case .failed: return breaker.failed(timing.steady(), isProbe: isProbe)
            case .none:
                if isProbe { breaker.withdrawProbe(timing.steady()) }
                return false
            }
        }
    }

    private func signed(
        _ headers: HTTPHeaders, _ body: [UInt8], _ credentials: Credentials, _ time: Date
    ) throws(AWSError) -> HTTPHeaders {
        do throws(CryptographyError) {
            return try signer.signed(headers, body: body, host: host, credentials: credentials, at: time)
        } catch {
            throw AWSError(.local, error.description)
        }
    }

    private func isObject(_ body: [UInt8]) -> Bool {
        body.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    }

    /// The body, after its checksum (x-amz-crc32: of the bytes as sent) and its compression.
    private func content(of response: HTTPResponse) throws(AWSError) -> [UInt8] {
        if let stated = response.headers["x-amz-crc32"], UInt32(stated) != Deflate.checksum(response.body) {
            throw AWSError(
                .server, "the answer's bytes do not have the checksum \(stated.prefix(20)) that it states")
        }
        guard response.headers["Content-Encoding"]?.lowercased() == "gzip" else { return response.body }
        do throws(GzipError) {
            return try Gzip.decompress(response.body, limit: Self.maximumBodyByteCount)
        } catch {
            guard error.code != .tooLarge else {
                throw AWSError(.tooLarge, "the answer is gzip: \(error.reason)")
            }
            throw AWSError(.server, "the answer is not the gzip that it says: \(error.reason)")
        }
    }
}

extension HTTPResponse {
    /// AWS's id of the request; empty when it gave none.
    var requestID: String { String((headers["x-amzn-RequestId"] ?? "").prefix(100)) }

    /// Seconds after which the service asks to be asked again. It says milliseconds; what is no number of them
    /// counts as nothing said.
    var retryAfter: Double? { headers["x-amz-retry-after"].flatMap(UInt32.init).map { Double($0) / 1000 } }
}

extension AWSError {
    /// A request that got no answer.
    fileprivate init(_ error: HTTPClientError) {
        let kind: Kind =
            switch error.code {
            case .timeout: .timeout
            case .couldNotResolve, .couldNotConnect, .tls, .truncated, .closed, .reset: .connection
            case .malformed: .server
            case .tooLarge: .tooLarge
            case .invalidRequest, .internal: .local
            }
        self.init(kind, error.description)
    }
}
