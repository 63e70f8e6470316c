@testable import Cryptography
@testable import QueryService
import Foundation
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DemoData
@testable import JSONBytes
@testable import StoreConformance

/// Pages in NDJSON and CSV.
@Suite struct LinesTests {
    private static let ndjson = "application/x-ndjson"
    private static let csv = "text/csv"

    private func records(_ count: Int, attributes: (Int) -> String = { "{\"n\":\($0),\"s\":\"a,\($0)\"}" })
        -> [AuditRecord]
    {
        (0..<count).map { number in
            TestRecord.make(
                Identifier("id-\(number)"),
                at: TestRecord.instant("2024-02-29T12:00:00Z").advanced(bySeconds: Int64(number / 3)),
                user: "u", attributes: attributes(number))
        }
    }

    /// All pages from one query on, each asked for by the link of the one before, in forms that `form` gives.
    private func pages(
        _ client: Client, _ query: String, _ form: (Int) -> String
    ) -> [Response] {
        var pages: [Response] = []
        var next: String? = query
        while let query = next, pages.count < 1000 {
            let page = client.records(query) { $0.accept = form(pages.count) }
            pages.append(page)
            next = (page.linkedCursor ?? page.nextCursor).map { "cursor=\($0)" }
        }
        return pages
    }

    @Test func `all pages one behind the other are every record once, in order, whatever their sizes`() throws
    {
        let records = records(50)
        let test = try TestService(ScriptedStore(records))
        let all = pages(test.admin, "userId=u&order=asc") { _ in Self.ndjson }
        #expect(all.count == 1)
        for limit in [1, 2, 3, 7, 49, 50, 51, 10_000] {
            let pages = pages(test.admin, "userId=u&order=asc&limit=\(limit)") { _ in Self.ndjson }
            #expect(pages.flatMap(\.body) == all[0].body)
            #expect(pages.allSatisfy { $0.header("Content-Type") == Self.ndjson })
            let stops = pages.map { $0.header("X-Stop-Reason") }
            #expect(stops == Array(repeating: "limit", count: pages.count - 1) + ["end"])
            #expect(pages.map { $0.header("Link") != nil } == stops.map { $0 == "limit" })
        }
        let json = test.admin.records("userId=u&order=asc&limit=1000")
        let joined = "[" + all[0].text.split(separator: "\n").joined(separator: ",") + "]"
        #expect(json.text.contains("\"records\":\(joined),"))
    }

    @Test func `a row has the columns that are asked for, and their names stand on the first page only`()
        throws
    {
        let test = try TestService(ScriptedStore(records(5)))
        for limit in [1, 2, 5] {
            let pages = pages(test.admin, "userId=u&order=asc&limit=\(limit)&columns=auditId,s,gone") { _ in
                Self.csv
            }
            let text = pages.map(\.text).joined()
            let rows = (0..<5).map { "id-\($0),\"a,\($0)\",\r\n" }.joined()
            #expect(text == "auditId,s,gone\r\n" + rows)
            #expect(pages.allSatisfy { $0.header("Content-Type") == "text/csv; charset=utf-8" })
        }
        let usual = test.admin.records("userId=u&limit=1") { $0.accept = Self.csv }.text
        #expect(
            usual.hasPrefix(
                "timestamp,userId,action,resourceId,outcome,sourceIp,systemId,auditId,attributes\r\n"))
        let posted = test.admin.post("{\"userId\":\"u\",\"limit\":1,\"columns\":\"n\"}") {
            $0.accept = Self.csv
        }
        #expect(posted.text == "n\r\n4\r\n")
        #expect(posted.header("Link")?.hasPrefix("</v1/records?cursor=") == true)
    }

    @Test func `the form may change from page to page, and columns go with the cursor`() throws {
        let test = try TestService(ScriptedStore(records(40)))
        let forms = [Self.ndjson, "application/json", Self.csv]
        let expected = test.admin.records("userId=u&order=asc&limit=1000").auditIds
        #expect(expected.count == 40)
        forAll(cases: 20) { random in
            var random = random
            let chosen = (0..<50).map { _ in random.pick(forms) }
            var found: [String] = []
            for page in pages(
                test.admin, "userId=u&order=asc&limit=\(random.number(in: 1...9))&columns=auditId",
                { chosen[$0] })
            {
                switch page.header("Content-Type") {
                case "application/json": found += page.auditIds
                case Self.ndjson:
                    found += page.text.split(separator: "\n").compactMap {
                        (try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["auditId"]
                            as? String
                    }
                default:
                    found += page.text.split(separator: "\r\n").map(String.init).filter { $0 != "auditId" }
                }
            }
            try require(found == expected, "\(found)")
        }
    }

    @Test func `the same parameters beside the cursor are taken in another form, without a limit`() throws {
        let test = try TestService(ScriptedStore(records(2500)))
        let first = test.admin.records("userId=u") { $0.accept = Self.ndjson }
        let cursor = try #require(first.linkedCursor)
        #expect(first.header("X-Stop-Reason") == "limit")
        let second = test.admin.records("userId=u&cursor=\(cursor)")
        #expect(second.records.count == 1000)
        #expect(test.admin.records("userId=u&limit=7&cursor=\(cursor)").faultyParameters == ["cursor"])
        #expect(test.admin.records("userId=u&columns=n&cursor=\(cursor)").faultyParameters == ["cursor"])
        let large = test.admin.records("userId=u&limit=2000") { $0.accept = Self.ndjson }
        let third = test.admin.records("cursor=\(try #require(large.linkedCursor))")
        #expect(third.records.count == 500)
        #expect(test.admin.records("userId=u&limit=1001").faultyParameters == ["limit"])
        #expect(
            test.admin.records("userId=u&limit=10001") { $0.accept = Self.csv }.faultyParameters == ["limit"])
    }

    @Test func `the digest is that of the page, and the tag tells pages apart that only their links do`()
        throws
    {
        let store = ScriptedStore(records(3))
        let test = try TestService(store)
        let first = test.admin.records("userId=u&order=asc&limit=3") { $0.accept = Self.ndjson }
        let digest = Data(Digest(of: first.body).bytes).base64EncodedString()
        #expect(first.header("Unencoded-Digest") == "sha-256=:\(digest):")
        #expect(first.header("Link") == nil)
        try store.put(Array(records(4).suffix(1)))
        let fresh = test.admin.records("userId=u&order=asc&limit=3") {
            $0.accept = Self.ndjson
            $0.cacheControl = "no-cache"
            $0.ifNoneMatch = first.header("ETag")
        }
        #expect(fresh.status == 200 && fresh.body == first.body && fresh.header("Link") != nil)
        let head = test.admin.send("HEAD", "/v1/records", query: "userId=u&order=asc&limit=3") {
            $0.accept = Self.ndjson
        }
        #expect(head.body.isEmpty && head.header("Link") == fresh.header("Link"))
        #expect(head.header("Content-Length") == String(fresh.body.count))
        let same = test.admin.records("userId=u&order=asc&limit=3") {
            $0.accept = Self.ndjson
            $0.ifNoneMatch = fresh.header("ETag")
        }
        #expect(same.status == 304 && same.header("Link") == fresh.header("Link"))
    }

    @Test func `forms are cached apart, and each is a hit the second time`() throws {
        let store = ScriptedStore(records(3))
        let test = try TestService(store)
        let asked = ["application/json", Self.ndjson, Self.csv]
        let first = asked.map { accept in test.admin.records("userId=u") { $0.accept = accept } }
        #expect(store.readCount == 3)
        let second = asked.map { accept in test.admin.records("userId=u") { $0.accept = accept } }
        #expect(store.readCount == 3)
        for (one, two) in zip(first, second) {
            #expect(one.body == two.body && two.header("Cache-Status") == "audit-query; hit; ttl=300")
            #expect(one.header("X-Stop-Reason") == two.header("X-Stop-Reason"))
        }
        #expect(Set(first.map { $0.header("ETag") }).count == 3)
    }

    @Test(arguments: [
        (nil, "application/json"), ("", "application/json"), ("*/*", "application/json"),
        ("text/csv", "text/csv"), ("TEXT/CSV;charset=utf-8", "text/csv"),
        ("application/x-ndjson", "application/x-ndjson"), ("text/csv, */*", "text/csv"),
        ("application/*", "application/json"),
        ("text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("text/csv, application/json;q=0.9", "text/csv"), ("text/csv, application/json", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
        ("text/*, application/json;q=0.1", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("application/json, text/plain, */*", "application/json"), (" ,text/csv ; q=1", "text/csv"),
    ])
    func `Accept chooses`(_ accept: String?, _ type: String) throws {
        let test = try TestService(ScriptedStore(records(1)))
        let answer = test.admin.records("userId=u") { $0.accept = accept }
        #expect(answer.header("Content-Type")?.hasPrefix(type) == true, "\(accept ?? "")")
    }

    @Test func `what nothing fits is 406, and only queries have other forms`() throws {
        let test = try TestService(ScriptedStore(records(1)))
        for accept in [
            "text/html", "text/csv;q=0", "application/xml", "image/*", "*/*;q=0", "text/*",
            "application/json;q=0, */*",
        ] {
            let answer = test.admin.records("userId=u") { $0.accept = accept }
            #expect(answer.isProblem(406))
            #expect(answer.text.contains("application/json or application/x-ndjson or text/csv"))
        }
        for path in ["/v1/records/count", "/v1/names", "/v1/records/AQ"] {
            #expect(test.admin.send("GET", path, query: "kind=user") { $0.accept = Self.csv }.isProblem(406))
        }
    }

    @Test func `wrong columns are named in every form`() throws {
        let test = try TestService(ScriptedStore(records(1)))
        for columns in ["", "a..b", "a,a", "a,,b", "%22"] {
            for accept in [Self.csv, Self.ndjson, "application/json"] {
                let answer = test.admin.records("userId=u&columns=\(columns)") { $0.accept = accept }
                #expect(answer.isProblem(400) && answer.faultyParameters == ["columns"], "\(columns)")
            }
        }
        #expect(test.admin.send("GET", "/v1/records/count", query: "userId=u&columns=a").isProblem(400))
    }

    @Test func `what a key may not see is in no cell`() throws {
        let test = try TestService(
            ScriptedStore(records(1) { _ in #"{"ip":"SECRET","d":{"ip":"SECRET","ok":1}}"# }))
        let client = try test.client(hidden: ["ip"])
        let row = client.records("userId=u&columns=ip,d.ip,d.ok,d,attributes") { $0.accept = Self.csv }
        #expect(
            row.text
                == "ip,d.ip,d.ok,d,attributes\r\n,,1,\"{\"\"ok\"\":1}\",\"{\"\"d\"\":{\"\"ok\"\":1}}\"\r\n")
        let line = client.records("userId=u") { $0.accept = Self.ndjson }
        #expect(!line.text.contains("SECRET") && line.text.hasSuffix("\"attributes\":{\"d\":{\"ok\":1}}}\n"))
    }
}
