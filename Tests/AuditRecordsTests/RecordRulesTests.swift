import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditRecords

/// What may be a record, for every store alike.
@Suite struct RecordRulesTests {
    private func fault(_ attributes: String) -> String? {
        RecordRules.faults(of: TestRecord.make("a", at: "2024-02-29T12:00:00Z", attributes: attributes)).first
    }

    private static func nested(_ depth: Int) -> String {
        "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    }

    @Test(arguments: [
        ("{\"a\":\"\\ud800\"}", "half of a surrogate pair"), ("{\"a\":[{\"b\":\"x\\udfffy\"}]}", "half"),
        ("{\"\\ud800\":1}", "half"), ("{\"a\":{\"b\":1,\"b\":2}}", "stands twice"),
        ("{\"a\":[{\"b\":1,\"\\u0062\":2}]}", "stands twice"), ("{\"a\":1,\"a\":1}", "stands twice"),
        ("{\"\":1}", "empty"), ("{\"a\":[{\"\":1}]}", "empty"),
        ("{\"n\":123456789012345678901234567890123456789}", "39 significant digits"),
        ("{\"n\":[1E126]}", "magnitudes"), ("{\"n\":{\"m\":-1e-131}}", "magnitudes"),
        ("{\"n\":1E400}", "magnitudes"),
        (nested(33), "deeper than 32"), ("{\"PK\":1}", "PK"), ("{\"\\u0053K\":1}", "SK"), ("[]", "expected"),
        ("{\"a\":1} x", "goes on"),
    ])
    func `what some store would not keep is refused before any`(_ attributes: String, _ part: String) {
        #expect(
            fault(attributes)?.contains(part) == true, "\(fault(attributes) ?? "nothing") for \(attributes)")
    }

    @Test(arguments: [
        "{}", "{\"a\":{\"PK\":1},\"b\":{\"a\":1}}",
        "{\"n\":99999999999999999999999999999999999999E88,\"z\":0E999}",
        "{\"n\":1e-130,\"m\":0.00000000000000000000000000000000000001}", nested(32),
        "{\"a\":\"\\ud83d\\ude00\\u0000\"}",
        "{\"e\\u0301\":1,\"é\":2}", "{\"a\":{\"b\":1},\"c\":{\"b\":1}}",
    ])
    func `what every store keeps is taken`(_ attributes: String) {
        #expect(fault(attributes) == nil)
    }

    @Test func `ids are bounded as the table's keys are`() {
        func fault(_ count: Int, at time: String) -> String? {
            RecordRules.faults(
                of: TestRecord.make(Identifier(String(repeating: "x", count: count)), at: time)
            ).first
        }
        #expect(fault(999, at: "2024-02-29T12:00:00.123Z") == nil)
        #expect(fault(1000, at: "2024-02-29T12:00:00.123Z")?.contains("at most 999") == true)
        #expect(fault(993, at: "2024-02-29T12:00:00.123456Z") == nil)
        #expect(fault(994, at: "2024-02-29T12:00:00.123456Z")?.contains("at most 993") == true)
        for id in ["", "a\u{7}", String(repeating: "x", count: 1025)] {
            let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", system: "s", user: Identifier(id))
            #expect(RecordRules.faults(of: record).first?.hasPrefix("userId ") == true)
        }
    }
}
