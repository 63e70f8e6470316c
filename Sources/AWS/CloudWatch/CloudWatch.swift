internal import FoundationEssentials
internal import Gzip
internal import HTTPClient

/// CloudWatch, which is given metrics.
package final class CloudWatch: Sendable {
    /// The most data in one request.
    package static let maximumDatumCount = 1000
    /// The most bytes of data in one request, before compression: 1 MB less what stands around them.
    package static let maximumByteCount = 999_000

    private static let operation = "PutMetricData"

    private let service: ServiceClient

    /// CloudWatch, asked through a client of the service `monitoring` in one region.
    package init(_ service: ServiceClient) {
        self.service = service
    }

    /// Sends data, within both limits, in one request
    /// (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html). Retries end with the
    /// deadline. A request whose answer is lost may have been taken, and counts twice when it is sent again.
    ///
    /// - Throws: ``AWSError``; of the kind `invalid` when a datum is refused, and with it all of them.
    package func put(
        _ data: [EncodedMetricDatum], namespace: String, deadline: ContinuousClock.Instant
    ) throws(AWSError) {
        let body = try compressed(try body(data, namespace))
        _ = try service.perform(
            ServiceRequest(
                operation: Self.operation,
                headers: [
                    "Content-Type": "application/x-amz-json-1.0", "Content-Encoding": "gzip",
                    "X-Amz-Target": "GraniteServiceVersion20100801.\(Self.operation)",
                ], body: body, hasOutput: false), deadline: deadline)
    }

    private func body(_ data: [EncodedMetricDatum], _ namespace: String) throws(AWSError) -> [UInt8] {
        guard let name = try? JSONEncoder().encode(namespace) else {
            throw AWSError(
                .local, "the namespace cannot be written as JSON", operation: Self.operation)
        }
        var body = Array("{\"Namespace\":".utf8) + name + Array(",\"MetricData\":[".utf8)
        for (index, datum) in data.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += datum.json
        }
        return body + Array("]}".utf8)
    }

    private func compressed(_ body: [UInt8]) throws(AWSError) -> [UInt8] {
        do throws(GzipError) {
            return try Gzip.compress(body)
        } catch {
            throw AWSError(.local, error.reason, operation: Self.operation)
        }
    }
}
