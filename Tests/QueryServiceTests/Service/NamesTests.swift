@testable import QueryService
import Foundation
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// The names that there are.
@Suite struct NamesTests {
    private static let records = [
        ("billing", "alice"), ("crm", "al \"x\""), ("crm", "bob"), ("payroll", "alina"),
    ].map {
        TestRecord.make(
            $0.1 == "bob" ? "b" : "a", at: "2024-02-29T12:00:00Z", system: Identifier($0.0),
            user: Identifier($0.1),
            resource: "r/1")
    }

    private func names(_ client: Client, _ query: String) -> Response {
        client.send("GET", "/v1/names", query: query)
    }

    @Test func `names of records that the key may see are listed in the order of their bytes`() throws {
        let service = try TestService(NaiveStore(Self.records))
        #expect(
            names(service.admin, "kind=user").text
                == "{\"names\":[\"al \\\"x\\\"\",\"alice\",\"alina\",\"bob\"],\"hasMore\":false}\n")
        #expect(
            names(service.admin, "kind=user&prefix=al&limit=2").text
                == "{\"names\":[\"al \\\"x\\\"\",\"alice\"],\"hasMore\":true}\n")
        #expect(names(service.admin, "kind=resource").text == "{\"names\":[\"r/1\"],\"hasMore\":false}\n")
        let limited = try service.client(systems: ["crm", "pay*"])
        #expect(names(limited, "kind=system").text == "{\"names\":[\"crm\",\"payroll\"],\"hasMore\":false}\n")
        #expect(names(limited, "kind=user&prefix=ali").text == "{\"names\":[\"alina\"],\"hasMore\":false}\n")
        #expect(names(limited, "kind=user&prefix=zz").text == "{\"names\":[],\"hasMore\":false}\n")
    }

    @Test func `an answer is cached for whoever may see the same, and has a tag`() throws {
        let service = try TestService(NaiveStore(Self.records))
        let first = names(service.admin, "kind=user&limit=3")
        #expect(first.header("Cache-Status") == "audit-query; fwd=miss; stored")
        #expect(names(service.admin, "limit=3&kind=user").header("Cache-Status")?.contains("hit") == true)
        for other in ["kind=user&limit=4", "kind=user&prefix=a&limit=3", "kind=resource&limit=3"] {
            #expect(names(service.admin, other).header("Cache-Status")?.contains("fwd=miss") == true)
        }
        let limited = try service.client(systems: ["crm"])
        #expect(names(limited, "kind=user&limit=3").header("Cache-Status")?.contains("fwd=miss") == true)
        let again = service.admin.send("HEAD", "/v1/names", query: "kind=user&limit=3") {
            $0.ifNoneMatch = first.header("ETag")
        }
        #expect(again.status == 304)
    }

    @Test(arguments: [
        ("", ["kind"]), ("kind=", ["kind"]), ("kind=action", ["kind"]), ("kind=user&prefix=", ["prefix"]),
        ("kind=user&limit=1001&userId=u", ["userId", "limit"]), ("kind=user&kind=user", ["kind"]),
        ("prefix=%00&limit=0", ["kind", "prefix", "limit"]),
    ])
    func `every wrong parameter is named`(_ query: String, _ faulty: [String]) throws {
        let response = names(try TestService(NaiveStore()).admin, query)
        #expect(response.isProblem(400, "invalid-parameters"))
        #expect(response.faultyParameters == faulty, "\(response.text)")
    }

    @Test func `a store without an index of names is 404 with the reason, and no failure of it`() throws {
        let service = try TestService(ScriptedStore(Self.records))
        let response = names(service.admin, "kind=user")
        #expect(response.isProblem(404, "no-index"))
        #expect(response.text.contains("no index of the names of users"))
        #expect(service.service.storeHealth.isAnswering)
    }

    @Test func `only GET and HEAD are answered, and only with a key`() throws {
        let service = try TestService(NaiveStore(Self.records))
        #expect(service.admin.send("POST", "/v1/names", body: "{}").isProblem(405))
        #expect(service.admin.send("GET", "/v1/names", query: "kind=user") { $0.apiKey = nil }.isProblem(401))
    }
}
