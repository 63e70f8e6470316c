internal import AuditRecords
internal import AuditStores
import Testing

extension StoreConformance {
    package func fetches() throws {
        let records = ["a", "a#", "é", "e\u{301}"].map {
            TestRecord.make(
                Identifier($0), at: "2024-02-29T12:00:00.123456789Z", system: "fetch", attributes: "{\"n\":1}"
            )
        }
        try store.put(records)
        let missing = TestRecord.make("b", at: "2024-02-29T12:00:00.123456789Z", system: "fetch").key
        let elsewhere = TestRecord.make("a", at: "2024-02-29T12:00:00.123456789Z", system: "fetch#").key
        let (first, last) = (records[0], records[3])
        let found = try store.fetch(
            [last.key, missing, first.key, last.key, elsewhere, missing, records[1].key, records[2].key],
            budget: .ample
        ).records
        #expect(found == [last, nil, first, last, nil, nil, records[1], records[2]])
        #expect(try store.fetch([missing], budget: .ample).records == [nil])
        #expect(try store.fetch([], budget: .ample).records == [])
        #expect(try store.fetch(Array(repeating: first.key, count: 100), budget: .ample).records.count == 100)
    }

    package func keepsToBytes() throws {
        let records = (0..<6).map { index in
            TestRecord.make(
                Identifier("b\(index)"), at: "2024-02-29T12:00:0\(index / 2).5Z", system: "bytes",
                user: "bytes",
                attributes: "{\"a\":\"\(String(repeating: "x", count: 100 * index))\"}")
        }
        try store.put(records)
        let sizes = records.map(\.byteCount)
        let all = sizes.reduce(0, +)
        for bytes in [0, 1, sizes[0], sizes[5], sizes[4] + sizes[5], all - 1, all] {
            var budget = Budget.ample
            budget.bytes = bytes
            var (place, rest) = (RecordKey?.none, records[...])
            while true {
                let page = try store.read(read(.user("bytes"), .ascending, after: place, budget: budget))
                #expect(page.records.byteCount <= bytes)
                #expect(page.records == Array(rest.prefix(page.records.count)))
                rest = rest.dropFirst(page.records.count)
                guard let withheld = page.withheld else { break }
                #expect(withheld == rest.first.map(WithheldRecord.init))
                #expect(page.records.byteCount + withheld.byteCount > bytes)
                guard page.resume != place else { break }
                place = page.resume
            }
            // Whatever is not read is larger than all that was allowed.
            #expect(rest.isEmpty || rest.first.map { $0.byteCount > bytes } == true)
        }
        let keys = records.map(\.key)
        var budget = Budget.ample
        budget.bytes = all
        #expect(try store.fetch(keys + keys, budget: budget).records == records + records)
        budget.bytes = all - 1
        let error = #expect(throws: StoreError.self) { try store.fetch(keys, budget: budget) }
        #expect(error?.code == .tooLarge)
    }

    package func replaces() throws {
        let time = "2024-02-29T12:00:00Z"
        let old = TestRecord.make("a", at: time, system: "put", user: "put-old", resource: "put-old")
        let new = TestRecord.make(
            "a", at: time, system: "put", user: "put-new", resource: "put-new", attributes: "{\"n\":1.5}")
        try store.put([old])
        try store.put([old, new])
        try store.put([new])
        #expect(try store.fetch([new.key], budget: .ample).records == [new])
        #expect(try store.read(read(.user("put-old"), .ascending)).records.isEmpty)
        #expect(try store.read(read(.resource("put-old"), .ascending)).records.isEmpty)
        #expect(try store.read(read(.user("put-new"), .ascending)).records == [new])
        #expect(try store.read(read(.resource("put-new"), .descending)).records == [new])
        try store.put([])
    }

    /// More records than a store may read past its budget, none of which matches.
    private func crowd(_ owner: Identifier) throws -> [AuditRecord] {
        let noon = TestRecord.instant("2024-02-29T12:00:00Z")
        let records = (0..<recordsBeforeBudgetStop * 4).map { index in
            TestRecord.make(
                Identifier("id-\(1000 + index)"), at: noon.advanced(bySeconds: Int64(index / 8)),
                system: "crowd", user: owner, resource: owner)
        }
        // Somebody whom a store knows, so that it has to look for him among these.
        let bystander = TestRecord.make(
            "bystander", at: noon, system: "crowd", user: "nobody", resource: "elsewhere")
        try store.put(records + [bystander])
        return records
    }

    package func stopsAtTheBudget() throws {
        let records = try crowd("budget")
        // A store may not even look at systems that a filter leaves out.
        let nothing = Restriction(userId: "nobody", systemId: nil, resourceId: nil, scope: .all)
        for order in SortOrder.allCases {
            var place: RecordKey?
            var pages = 0
            repeat {
                let page = try store.read(
                    read(
                        .resource("budget"), order, after: place, restriction: nothing, limit: 10,
                        budget: .spent)
                )
                if let resume = page.resume {
                    #expect(place.map { order.areInOrder($0, resume) } ?? true)
                }
                place = page.resume
                pages += 1
            } while place != nil && pages < 1000
            #expect(place == nil)
            #expect(pages > 2, "a store that reads \(records.count) records past its budget knows none")
        }
    }

    package func givesUpAtTheDeadline() throws {
        _ = try crowd("deadline")
        let error = #expect(throws: StoreError.self) {
            try store.read(read(.user("deadline"), .ascending, budget: .past))
        }
        #expect(error?.code == .deadline)
    }
}
