package import AuditRecords
package import AuditStores
package import TestSupport

/// A question for a later page of a scope, as it comes back from a client.
package typealias Returned = (_ query: RecordQuery, _ scope: SystemScope) throws -> RecordQuery

/// Reads all pages of a question, each with the cursor of the one before, and checks each page by itself.
package struct Paging {
    package let store: any RecordStore
    package let scope: SystemScope
    /// What becomes of the question after a page, on its way to a client and back: the same question.
    package let returned: Returned
    /// A budget of each page, and the clock that its reader looks at.
    package var budget: () -> (budget: Budget, now: @Sendable () -> ContinuousClock.Instant) = {
        (.ample, { .now })
    }
    /// Which attributes the asking key may see: all of them.
    package var isVisible: @Sendable (AttributePath) -> Bool = { _ in true }
    /// What of a record's attributes filters are held against; nil for all.
    package var sight: Sight?
    /// What bounds each page's bytes.
    package var memory = AnswerMemory.unshared

    /// Pages of a store, for a key that may see a scope.
    package init(
        store: any RecordStore, scope: SystemScope, returned: @escaping Returned = { query, _ in query }
    ) {
        self.store = store
        self.scope = scope
        self.returned = returned
    }

    /// All records; `between` happens between two pages.
    package func records(of query: RecordQuery, between: () throws -> Void = {}) throws -> [AuditRecord] {
        var records: [AuditRecord] = []
        var next = query
        // Of a page that ended for its bytes.
        var cutBytes: Int?
        for _ in 0..<10_000 {
            let (budget, now) = budget()
            let reader = PageReader(
                store: store, memory: memory, sight: sight, isVisible: isVisible, now: now)
            let page = try reader.page(of: next, scope: scope, budget: budget)
            try check(page, of: query)
            // With a filter or a search, the record that had no room may be one that does not pass.
            if query.condition == nil, let bytes = cutBytes, let first = page.records.first {
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
            let opened = try returned(next, scope)
            try require(opened == next, "\(next) came back as \(opened)")
            next = opened
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
    package static var ample: Budget { Budget(soft: .now + .seconds(600), deadline: .now + .seconds(600)) }
    /// Used up for the page, with time left for the request.
    package static var spent: Budget { Budget(soft: .now - .seconds(1), deadline: .now + .seconds(600)) }
    /// Past its deadline.
    package static var past: Budget { Budget(soft: .now - .seconds(2), deadline: .now - .seconds(1)) }
}

/// Says where two lists of records part.
package func requireEqual(_ got: [AuditRecord], _ expected: [AuditRecord], _ query: RecordQuery)
    throws(Falsified)
{
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
