// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AuditRecords
import SQLiteRecords
import TestSupport
import Testing

@testable import audit_query

/// What a shell is offered where an attribute's name may stand.
@Suite struct PathCompletionTests {
    private let folder = try! TemporaryFolder()

    private func offered(
        _ place: PathCompletion.Place, _ typed: String, _ words: [String] = []
    ) -> [String] {
        PathCompletion.completions(
            place, typed: typed, words: words + ["--config", folder.file("audit-query.yaml"), typed],
            environment: [:])
    }

    private func fill() throws {
        try folder.write(
            "store: { sqlite: { path: \(folder.file("audit.db")) } }", to: "audit-query.yaml")
        let attributes = #"{"actor":"x","details":{"requestId":"1","re quest":2},"userId":"other"}"#
        try SQLiteStore(writing: folder.file("audit.db")).put([
            AuditRecord(
                key: RecordKey(
                    systemId: Identifier("s"), instant: Timestamp(seconds: 0), auditId: Identifier("id")),
                userId: Identifier("u"), resourceId: Identifier("r"), attributes: Array(attributes.utf8))
        ])
    }

    @Test func `the names of the store's records, and those of the fields, that begin as typed`() throws {
        try fill()
        #expect(offered(.columns, "a") == ["auditId", "attributes", "actor"])
        #expect(offered(.columns, "actor,det") == ["actor,details.requestId"])
        #expect(
            offered(.filter, "") == [
                "auditId", "timestamp", "systemId", "userId", "resourceId", "actor", "details.requestId",
            ])
        #expect(offered(.filter, "'actor eq 1 and not (de") == ["actor eq 1 and not (details.requestId"])
        #expect(offered(.groups, "day,d") == ["day,day", "day,details.requestId"])
        #expect(offered(.groups, "zz").isEmpty)
    }

    @Test func `what can tell no names is said nothing of, and the usual ones are offered`() throws {
        #expect(offered(.groups, "o") == ["outcome"], "there is no configuration")
        try fill()
        #expect(offered(.groups, "o", ["--url", "https://localhost"]) == ["outcome"])
        try folder.write("store: [", to: "audit-query.yaml")
        #expect(offered(.columns, "act") == ["action"])
        try folder.write(
            "store: { sqlite: { path: \(folder.file("none.db")) } }", to: "audit-query.yaml")
        #expect(offered(.filter, "source") == ["sourceIp"])
    }
}
