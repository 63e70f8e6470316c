import Foundation
import TestSupport

/// A page of an answer, without its records' attributes.
struct Page: Decodable, Sendable {
    struct Record: Decodable, Hashable, Sendable {
        let id, auditId, timestamp, systemId, userId, resourceId: String
    }

    struct Range: Decodable, Equatable {
        let start, end: String?
    }

    struct Scope: Decodable {
        let systems: [String]
    }

    let records: [Record]
    let count: Int
    let hasMore: Bool
    let nextCursor: String?
    let stopReason: String
    let range: Range
    let scope: Scope

    init(_ answer: Answer) throws {
        guard answer.status == 200 else { throw Failure("no page: \(answer)") }
        do {
            self = try JSONDecoder().decode(Page.self, from: Data(answer.body))
        } catch {
            throw Failure("no page: \(error): \(answer)")
        }
    }
}
