import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// What clients send for filters, changed at random. scripts/fuzz does the same for longer.
@Suite struct FilterFuzzTests {
    @Test func `whatever is sent for a filter is read or refused with a place in it`() throws {
        let seeds = [
            "outcome eq \"failure\" and (sourceIp cidr \"10.0.0.0/8\" or not (a.\"b.c\"[d gt -1.5e+3 or e pr]))",
            "timestamp ge \"2024-01-31T10:00:00.5+02:00\" and userId ne null",
            "a co \"\\ud83d\\ude00\\n\" or b eq true",
        ]
        let tokens = [
            " and ", " or ", "not (", "(", ")", "[", "]", " eq ", " pr", "cidr ", "\"", "\\", "\\u00", ".",
            "1e9", "-", "null", "timestamp ",
            "\u{0}", "é", "😀", "\"::/0\"", "999999999999", "0", "a",
        ]
        fuzz(Mutator(seeds.map { Array($0.utf8) }, tokens: tokens), cases: 5000) { input in
            let filter: RecordFilter
            do throws(FilterError) {
                filter = try RecordFilter(input)
            } catch {
                let isPlace = (1...input.count + 1).contains(error.position)
                return try require(isPlace && !error.detail.isEmpty, "\(error)")
            }
            try require(
                RecordFilter(filter.text) == filter && filter.text.count <= input.count + 2048, "\(filter)")
            let record = TestRecord.make(
                "id", at: "2024-02-29T12:00:00Z", attributes: "{\"a\":[1,{\"b\":\"x\"}]}")
            _ = try filter.matches(record, attributes: record.attributes)
        }
    }

    @Test func `addresses are what the C library takes for some`() throws {
        let seeds = [
            "10.0.0.1", "255.255.255.255", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4", "1::8",
            "2001:db8::a:b", "1:2:3::4:5:6", "0.0.0.0", "fe80::1",
        ]
        let mutator = Mutator(
            seeds.map { Array($0.utf8) },
            tokens: [":", "::", ".", "0", "1", "f", "00", "256", "g", "/", " ", "ffff"])
        fuzz(mutator, cases: 20_000) { input in
            // The C library's text ends at a zero.
            let text = String(validating: input, as: UTF8.self)
            let bits = text.flatMap { ReferenceFilter.bits($0) }
            let address = NetworkAddress(asWritten: input.span)
            try require((bits == nil) == (address == nil), "\(bits as Any) and \(address as Any)")
            guard let address, let bits else { return }
            try require(address.width == bits.count, "\(address.text) has \(bits.count) bits")
            try require(ReferenceFilter.bits(address.text) == bits, "is written as \(address.text)")
        }
    }
}
