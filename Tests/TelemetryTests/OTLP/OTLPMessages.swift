import Foundation
import TestSupport

/// Requests of OpenTelemetry's protocol as the official definitions read them.
struct OTLPMessage: Decodable {
    struct Attribute: Decodable {
        struct Value: Decodable {
            let stringValue, intValue: String?
            let doubleValue: Double?
            let boolValue: Bool?
        }
        let key: String
        let value: Value
    }
    struct Resource: Decodable { let attributes: [Attribute] }
    struct Scope: Decodable { let name: String }
    struct Span: Decodable {
        struct Status: Decodable { let code, message: String? }
        struct Event: Decodable {
            let name: String
            let attributes: [Attribute]
        }
        let traceId, spanId, name, kind, startTimeUnixNano, endTimeUnixNano: String
        let parentSpanId: String?
        let attributes: [Attribute]?
        let events: [Event]?
        let status: Status?
    }
    struct Metric: Decodable {
        struct Point: Decodable {
            let attributes: [Attribute]?
            let startTimeUnixNano, timeUnixNano: String
            let asInt: String?
            let asDouble, sum: Double?
            let count: String?
            let bucketCounts: [String]?
            let explicitBounds: [Double]?
        }
        struct Points: Decodable {
            let dataPoints: [Point]
            let aggregationTemporality: String?
            let isMonotonic: Bool?
        }
        let name, unit: String
        let description: String?
        let sum, gauge, histogram: Points?
    }
    struct ScopeSpans: Decodable {
        let scope: Scope
        let spans: [Span]
    }
    struct ScopeMetrics: Decodable {
        let scope: Scope
        let metrics: [Metric]
    }
    struct ResourceSpans: Decodable {
        let resource: Resource
        let scopeSpans: [ScopeSpans]
    }
    struct ResourceMetrics: Decodable {
        let resource: Resource
        let scopeMetrics: [ScopeMetrics]
    }

    let resourceSpans: [ResourceSpans]?
    let resourceMetrics: [ResourceMetrics]?

    var spans: [Span] { (resourceSpans ?? []).flatMap { $0.scopeSpans.flatMap(\.spans) } }
    var metrics: [Metric] { (resourceMetrics ?? []).flatMap { $0.scopeMetrics.flatMap(\.metrics) } }
    var resource: [String: String] {
        let attributes =
            resourceSpans?.first?.resource.attributes ?? resourceMetrics?.first?.resource.attributes
        return (attributes ?? []).texts
    }

    /// Reads bodies, each of which must be a request.
    static func read(_ bodies: [[UInt8]]) throws -> [OTLPMessage] {
        try JSONDecoder().decode(
            [OTLPMessage].self, from: Data(OpenTelemetryChecker.read(bodies).utf8))
    }
}

extension [OTLPMessage.Attribute] {
    /// Values by name, as texts.
    var texts: [String: String] {
        Dictionary(
            uniqueKeysWithValues: map { attribute in
                let value = attribute.value
                let text =
                    value.stringValue ?? value.intValue ?? value.doubleValue.map { "\($0)" }
                    ?? value.boolValue.map { "\($0)" }
                return (attribute.key, text ?? "")
            })
    }
}
