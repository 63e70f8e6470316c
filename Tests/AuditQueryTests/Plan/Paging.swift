@testable import AuditQuery
import TestSupport

/// Reads all pages of a question, each with the cursor of the one before, and checks each page by itself.
struct Paging {
    let store: any RecordStore
    let seal: CursorSeal
    let scope: SystemScope
    /// A budget of each page, and the clock that its reader looks at.
    var budget: () -> (budget: Budget, now: @Sendable () -> ContinuousClock.Instant) = {
        (.ample, { .now })
    }
    /// What bounds each page's bytes.
    var memory = AnswerMemory.unshared

    /// All records; `between` happens between two pages.
    func records(of query: RecordQuery, between: () throws -> Void = {}) throws -> [AuditRecord] {
        let policy = Policy(scope: scope).fingerprint
        var records: [AuditRecord] = []
        var next = query
        // Of a page that ended for its bytes.
        var cutBytes: Int?
        for _ in 0..<10_000 {
            let (budget, now) = budget()
            let page = try PageReader(store: store, memory: memory, now: now).page(
                of: next, scope: scope, budget: budget)
            try check(page, of: query)
            if let bytes = cutBytes, let first = page.records.first {
                try require(
                    bytes + first.byteCount > memory.limits.answer, "a page of \(bytes) bytes had room")
            }
            cutBytes = page.stop == .size ? page.records.byteCount : nil
            records += page.records
            guard let resume = page.resume else { return records }
            try require(
                next.after.map { query.order.areInOrder($0, resume) } ?? true,
                "the page after \(next.after as Any) ends at \(resume), which is no step further")
            next = query
            next.after = resume
            let cursor = try seal.seal(next, policy: policy)
            guard let opened = seal.open(cursor) else {
                throw Falsified(description: "\(resume) does not open")
            }
            try require(opened.query == next, "\(next) came back from its cursor as \(opened.query)")
            try require(opened.policy == policy, "the policy came back changed")
            next = opened.query
            try between()
        }
        throw Falsified(description: "no end after 10,000 pages")
    }

    private func check(_ page: RecordPage, of query: RecordQuery) throws(Falsified) {
        try require(
            page.records.count <= query.limit, "\(page.records.count) records on a page of \(query.limit)")
        try require(
            (page.resume == nil) == (page.stop == .end), "\(page.stop) with resume \(page.resume as Any)")
        try require(
            page.records.count <= 1 || page.records.byteCount <= memory.limits.answer,
            "\(page.records.byteCount) bytes on a page of \(memory.limits.answer)")
        try require(page.stop != .size || !page.records.isEmpty, "a page of no record ended for its size")
        if page.stop == .limit {
            try require(
                page.records.count == query.limit, "\(page.records.count) of \(query.limit) is no full page")
        }
    }
}

extension Budget {
    /// More than any test takes.
    static var ample: Budget { Budget(soft: .now + .seconds(600), deadline: .now + .seconds(600)) }
    /// Used up for the page, with time left for the request.
    static var spent: Budget { Budget(soft: .now - .seconds(1), deadline: .now + .seconds(600)) }
    /// Past its deadline.
    static var past: Budget { Budget(soft: .now - .seconds(2), deadline: .now - .seconds(1)) }
}

/// Says where two lists of records part.
func requireEqual(_ got: [AuditRecord], _ expected: [AuditRecord], _ query: RecordQuery) throws(Falsified) {
    guard got != expected else { return }
    let index = zip(got, expected).prefix { $0 == $1 }.count
    let gotKey = index < got.count ? "\(got[index].key)" : "the end"
    let expectedKey = index < expected.count ? "\(expected[index].key)" : "the end"
    throw Falsified(
        description: """
            \(got.count) records instead of \(expected.count) for \(query)
            at \(index): \(gotKey)
            instead of \(expectedKey)
            """)
}
