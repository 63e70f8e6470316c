import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// `audit-query table conform`: what it finds of a server that does as DynamoDB does, and of one that does not.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct ConformTests {
    private func words(_ url: String, _ more: [String] = []) -> [String] {
        [
            "env", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", Place.program, "table",
            "conform",
            "--endpoint", url,
        ] + more
    }

    /// A server between, which leaves out where a page's next one begins; it forgets a table that was deleted.
    private static let liar = #"""
        import http.server, json, sys, urllib.request
        class Liar(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *words): pass
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")}
                try:
                    answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1], body, headers))
                except urllib.error.HTTPError as error:
                    answer = error
                content = answer.read()
                if self.headers["X-Amz-Target"].endswith(".Query"):
                    page = json.loads(content)
                    page.pop("LastEvaluatedKey", None)
                    page.pop("ConsumedCapacity", None)
                    content = json.dumps(page).encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """#

    /// The tables that a server has.
    private func tables(_ place: Workplace, _ url: String) throws -> String {
        let script = """
            import json, sys, urllib.request
            headers = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0",
                       "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/dynamodb/aws4_request"}
            print(urllib.request.urlopen(urllib.request.Request(sys.argv[1], b"{}", headers)).read().decode())
            """
        return try place.run(["python3", "-c", script, url]).output
    }

    /// What DynamoDB would refuse, and conform asks on purpose.
    private static let refused: Set = ["PutItem", "BatchWriteItem", "Query"]

    /// Runs a body with a server of its own, and expects that nothing else than that was refused, as DynamoDB would.
    private func withMoto(_ body: (String) throws -> Void) throws {
        let refusals = Mutex<Set<String>>([])
        let moto = try MotoServer { refusal in
            let operation = refusal.split(separator: ":").first.map(String.init) ?? ""
            refusals.withLock { _ = $0.insert(operation) }
        }
        try body(moto.url)
        let operations = refusals.withLock { $0 }
        #expect(operations.isSubset(of: Self.refused))
    }

    @Test func `of moto nothing is wrong, and the table is gone`() throws {
        try withMoto { url in
            try withWorkplace(["store.kind": "sqlite"]) { place in
                let outcome = try place.run(words(url, ["--json"]), within: .seconds(400))
                #expect(outcome.status == 0, "\(outcome)")
                let found = try JSONValue(Data(outcome.output.utf8))["findings"].elements
                #expect(found.count == 18)
                let tolerable = found.filter { $0["verdict"].string == "tolerable" }.map {
                    $0["subject"].string
                }
                #expect(tolerable == ["signatures"], "\(outcome)")
                let left = try tables(place, url)
                #expect(left.contains("TableNames") && !left.contains("audit-query-conform"), "\(left)")
            }
        }
    }

    @Test func `a server that loses pages is found out, and one without capacity and checksums is not wrong`()
        throws
    {
        try withMoto { url in
            try withWorkplace(["store.kind": "sqlite"]) { place in
                let server = try place.start(["python3", "-c", Self.liar, url], log: "liar")
                defer { server.destroy() }
                try eventually("it listens") { place.folder.text("liar.out").contains("\n") }
                let port = place.folder.text("liar.out").split(separator: "\n")[0]
                let outcome = try place.run(words("http://127.0.0.1:\(port)"), within: .seconds(400))
                #expect(outcome.status == 1, "\(outcome)")
                for subject in [
                    "indexes with equal sort keys", "pages of 1 MB", "pages that a filter empties",
                ] {
                    #expect(
                        outcome.lines.contains { $0.hasPrefix("wrong") && $0.contains("\(subject):") },
                        "\(outcome)")
                }
                for subject in ["capacity", "checksums"] {
                    #expect(outcome.lines.contains { $0.hasPrefix("tolerable  \(subject):") }, "\(outcome)")
                }
                let left1 = try tables(place, url)
                #expect(!left1.contains("audit-query-conform"))
            }
        }
    }

    @Test func `stopped, it deletes its table; where nobody answers it says so`() throws {
        try withMoto { url in
            try withWorkplace(["store.kind": "sqlite"]) { place in
                let process = try place.start(words(url), log: "stopped")
                try eventually("it has made the table") {
                    place.folder.text("stopped.out").contains("layout")
                }
                process.signal(SIGTERM)
                #expect(try process.wait(within: .seconds(60)) == 130)
                #expect(place.folder.text("stopped.err").contains("is deleted"))
                let left2 = try tables(place, url)
                #expect(!left2.contains("audit-query-conform"))
                let nobody = try place.run(words("http://127.0.0.1:1"))
                #expect(nobody.status == 69 && !nobody.error.contains("could not be deleted"), "\(nobody)")
                let wrong = try place.run(words("nonsense"))
                #expect(wrong.status == 64 && wrong.error.contains("--endpoint must be"), "\(wrong)")
                let lost = try place.run(["sh", "-c", "exec \"$@\" >/dev/full", "sh"] + words(url))
                #expect(lost.status == 74, "\(lost)")
                let left3 = try tables(place, url)
                #expect(!left3.contains("audit-query-conform"))
            }
        }
    }
}
