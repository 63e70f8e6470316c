import Foundation
import Synchronization
import Telemetry
import TestSupport
import Testing
import Tracing

/// A tracer and what it has sent.
final class SentTraces: Sendable {
    private let sent = Mutex<[[UInt8]]>([])

    /// Datagrams in their order.
    var datagrams: [[UInt8]] { sent.withLock { $0 } }

    func tracer(rate: Double = 1, reservoir: Int = 0, name: String = "audit-query") -> RequestTracer {
        RequestTracer(
            service: name, version: "1.2.3", environment: "dev",
            sampler: TraceSampler(rate: rate, reservoir: reservoir),
            xray: { [self] document in sent.withLock { $0.append(document) } })
    }

    func documents() throws -> [SegmentDocument] { try datagrams.map(SegmentDocument.init(datagram:)) }

    func only(sourceLocation: SourceLocation = #_sourceLocation) throws -> SegmentDocument {
        let documents = try documents()
        try #require(documents.count == 1, sourceLocation: sourceLocation)
        return documents[0]
    }
}

/// A document as a test reads it.
struct SegmentDocument: Decodable {
    struct HTTP: Decodable {
        struct Request: Decodable {
            let method, url, client_ip, user_agent: String?
        }
        struct Response: Decodable {
            let status, content_length: Int?
        }
        let request: Request?
        let response: Response?
    }
    struct AWS: Decodable {
        let operation, table_name, region, request_id: String?
        let retries: Int?
    }
    struct Cause: Decodable {
        struct Exception: Decodable {
            let id, message, type: String
            let remote: Bool
        }
        let exceptions: [Exception]
    }
    struct Service: Decodable { let version: String }
    enum Annotation: Decodable, Equatable {
        case text(String), number(Double), flag(Bool)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    let name, id: String
    let trace_id, parent_id, type, namespace: String?
    let start_time: Double
    let end_time: Double?
    let in_progress, error, throttle, fault: Bool?
    let http: HTTP?
    let aws: AWS?
    let cause: Cause?
    let service: Service?
    let annotations: [String: Annotation]?
    let metadata: [String: [String: Int]]?
    let subsegments: [SegmentDocument]?

    init(datagram: [UInt8]) throws {
        let lines = datagram.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 2, lines[0].elementsEqual(#"{"format":"json","version":1}"#.utf8) else {
            throw Failure("no header of X-Ray's: \(String(decoding: datagram.prefix(100), as: UTF8.self))")
        }
        self = try JSONDecoder().decode(SegmentDocument.self, from: Data(lines[1]))
    }

    /// It and all below it.
    var all: [SegmentDocument] { [self] + (subsegments ?? []).flatMap(\.all) }
}
