import TestSupport
import HTTPClient
import Testing

extension ContractTests {
    /// The access log: who asked what, and nothing secret.
    @Suite struct AccessLogTests {
        let live: LiveInstallation
        let client: Client

        init() throws {
            live = try LiveInstallation.shared
            client = live.client()
        }

        @Test func `a line names key, request, worker, cache and status`() throws {
            let answer = try client.records(["userId": "alice", "limit": "17"])
            let line = try live.nginx.logged(requestID: answer.requestID)
            let keys = try live.place.command("keys", "list", "--json").output
            let id = try #require(line["keyId"].string)
            #expect(id.hasPrefix("key_") && keys.contains("\"\(id)\""))
            #expect(line["method"].string == "GET" && line["path"].string == "/v1/records")
            #expect(line["status"].int == 200 && line["client"].string == "127.0.0.1")
            #expect(line["worker"].string?.hasSuffix(".sock") == true)
            #expect(line["cacheStatus"].string == "audit-query; fwd=miss; stored")
        }

        @Test func `every line is JSON, and none has a key, a query or a cursor`() throws {
            let page = try Page(client.records(["userId": "al ice+1&x=y", "limit": "2"]))
            let cursor = try #require(page.nextCursor)
            let rude = "\"quote\" and \\ and ünïcode"
            var ids = [try client.records(["cursor": cursor]).requestID]
            ids.append(try client.get("/v1/records/%22%0a%5c?userId=secret-user").requestID)
            ids.append(
                try client.get("/nowhere?X-Api-Key=\(client.key ?? "")", headers: ["User-Agent": rude])
                    .requestID)
            ids.append(try client.send("POST", "/v1/records/query?key=\(client.key ?? "")").requestID)
            ids.append(
                try live.client(.secret("guessed-key")).get("/v1/records?userId=secret-user").requestID)
            for id in ids {
                let line = try live.nginx.logged(requestID: id)
                #expect(line["path"].string?.contains("?") == false)
            }
            let text = live.place.folder.text("nginx/access.log")
            for secret in [cursor, client.key ?? "-", "guessed-key", "secret-user", "userId=", "cursor="] {
                #expect(!text.contains(secret), "\(secret.prefix(20)) is in the access log")
            }
            _ = try live.nginx.accessLog()
        }

        @Test func `a key never reaches a worker's log`() {
            for worker in live.workers {
                #expect(!worker.log.contains("aq_"))
            }
        }
    }
}
