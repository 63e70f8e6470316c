// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
@testable import QueryService
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// Questions that name neither a system nor a user nor a resource.
@Suite struct AllSystemsTests {
    private static let day = "startDate=2024-01-31&endDate=2024-01-31"
    private static let records = ["billing", "crm", "payroll"].flatMap { system in
        ["a", "b"].map {
            TestRecord.make(
                Identifier("\(system)-\($0)"), at: "2024-01-31T1\($0 == "a" ? 1 : 2):00:00Z",
                system: Identifier(system))
        }
    }

    @Test func `the records of all systems come in one order, over all pages`() throws {
        let client = try TestService(ScriptedStore(Self.records)).admin
        var response = client.records("\(Self.day)&order=asc&limit=4")
        #expect(response.auditIds == ["billing-a", "crm-a", "payroll-a", "billing-b"])
        response = client.records("cursor=\(try #require(response.nextCursor))")
        #expect(response.auditIds == ["crm-b", "payroll-b"])
        #expect(response.nextCursor == nil)
    }

    @Test func `a key sees those of its systems, and is told which they are`() throws {
        let test = try TestService(ScriptedStore(Self.records))
        let client = try test.client(systems: ["b*", "payroll"])
        let response = client.records("\(Self.day)&order=asc")
        #expect(response.auditIds == ["billing-a", "payroll-a", "billing-b", "payroll-b"])
        #expect(response.text.contains(##""scope":{"systems":["payroll","b*"]}"##))
    }

    @Test func `a store that cannot tell its systems is asked for one, also by a cursor of one that can`()
        throws
    {
        let knowing = try TestService(ScriptedStore(Self.records))
        let cursor = try #require(knowing.admin.records("\(Self.day)&limit=1").nextCursor)
        let other = try TestService(ScriptedStore(Self.records, knowsSystems: false))
        for query in ["", Self.day, "limit=5", "cursor=\(cursor)"] {
            let response = other.admin.records(query)
            #expect(response.isProblem(400, "invalid-parameters"), "\(query)")
            #expect(response.faultyParameters == ["systemId"], "\(query)")
        }
        #expect(other.admin.records("systemId=crm&\(Self.day)").status == 200)
    }
}
