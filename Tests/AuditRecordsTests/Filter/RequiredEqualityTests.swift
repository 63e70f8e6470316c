import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// What an index may be asked of a filter, and what it has of a record: together they may bring too much, and never too little.
@Suite struct RequiredEqualityTests {
    @Test(arguments: [
        (#"a eq "x""#, [#"a "x""#]), (#"a eq "x" and b.c eq 1.0"#, [#"a "x""#, "b.c 1"]),
        (#"(a eq "x" and (b eq true and c eq null))"#, [#"a "x""#, "b true", "c null"]),
        (#"a eq "x" and (b eq 1 or c eq 2) and not (d eq 3) and e ne 4 and f gt 5"#, [#"a "x""#]),
        (#"a[b eq "x" and (c eq 1 or d eq 2)]"#, [#"a.b "x""#]),
        (#"a[userId eq "x"]"#, [#"a.userId "x""#]),
        (#"userId eq "x" and a.userId eq "y""#, [#"a.userId "y""#]),
        (#"timestamp eq "2024-01-01T00:00:00Z" and userId[a eq 1]"#, []), (#"a eq "x" or b eq "x""#, []),
        (#"a co "x" and a pr"#, []), (#"a eq """#, [#"a """#]),
    ])
    func `what joins equalities by and requires each, and nothing else does`(
        _ filter: String, _ expected: [String]
    ) throws {
        let found = try RecordFilter(Array(filter.utf8)).requiredEqualities.map { equality in
            let value = String(decoding: equality.value.bytes, as: UTF8.self)
            return "\(equality.path) \(equality.value.isString ? "\"\(value)\"" : value)"
        }
        #expect(found == expected)
    }

    @Test func `a value that is too long for an index is not sought there`() throws {
        for (count, isIndexed) in [(256, true), (257, false)] {
            let text = String(repeating: "x", count: count)
            let filter = try RecordFilter(Array("a eq \"\(text)\"".utf8))
            #expect(filter.requiredEqualities.isEmpty == !isIndexed)
            let values = IndexedPaths([try AttributePath("a")]).values(of: Array("{\"a\":\"\(text)\"}".utf8))
            #expect(values?.count == (isIndexed ? 1 : 0))
        }
    }

    @Test func `whatever a filter lets through has all that it requires`() {
        forAll(cases: 1500) { random in
            var source = RandomFilters(random: random.fork())
            let filters = try (0..<8).map { _ in
                let parts = (0..<source.random.number(in: 1...3)).map { _ in source.filter(4) }
                return try RecordFilter(Array(source.text(parts.count > 1 ? .all(parts) : parts[0]).utf8))
            }
            let asked = filters.flatMap(\.requiredEqualities)
            let paths = Array(Set(asked.map(\.path)))
            let indexed = IndexedPaths(paths)
            for _ in 0..<6 {
                let (record, _) = source.record()
                guard let values = indexed.values(of: record.attributes) else { continue }
                let found = Set(values.map { RequiredEquality(path: paths[$0.path], value: $0.value) })
                for filter in filters where try filter.matches(record, attributes: record.attributes) {
                    try require(
                        found.isSuperset(of: filter.requiredEqualities),
                        "\(filter) of \(String(decoding: record.attributes, as: UTF8.self)): \(found)")
                }
                // An equality by itself is just what the index says.
                for equality in asked.prefix(10) {
                    let condition = FilterCondition.value(equality.path, .equal(try operand(equality.value)))
                    let holds = try FilterProgram(condition).matches(record, attributes: record.attributes)
                    try require(found.contains(equality) == holds, "\(equality)")
                }
            }
        }
    }

    private func operand(_ value: IndexedValue) throws -> FilterOperand {
        if value.isString { return .string(value.bytes) }
        switch String(decoding: value.bytes, as: UTF8.self) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default: return .number(try #require(ExactNumber(value.bytes[...])))
        }
    }

    @Test func `a record with too many values, or that cannot be read, may have any`() throws {
        let paths = IndexedPaths([try AttributePath("a"), try AttributePath("b.c")])
        func values(_ attributes: String) -> [String]? {
            paths.values(of: Array(attributes.utf8))?.map {
                "\($0.path) \(String(decoding: $0.value.bytes, as: UTF8.self))"
            }
        }
        let most = Array(repeating: "1", count: IndexedPaths.maximumValueCount).joined(separator: ",")
        #expect(values("{\"a\":[\(most)],\"b\":{}}")?.count == 1000)
        #expect(values("{\"a\":[\(most)],\"b\":{\"c\":1}}") == nil)
        #expect(values("{\"a\":tru}") == nil)
        #expect(values("[]") == nil)
        // As a filter sees what an earlier version has stored.
        #expect(
            values(#"{"a":["\ud800",[1.50e1,"\u00e9"]],"b":[{"c":null},{"c":{"c":2}}],"c":3}"#)
                == ["0 \u{FFFD}", "0 15", "0 é", "1 null"])
        #expect(values(#"{"b":1,"x":{"a":2}}"#) == [])
    }
}
