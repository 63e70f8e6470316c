import Foundation
import Glibc
import TestSupport
import Testing

/// SIGTERM: what is in flight is finished, what is new goes elsewhere.
@Suite(.live, .logsOnFailure)
struct DrainTests {
    private let lines = Array(GeneratedRecords.lines.prefix(300))

    @Test(arguments: [SIGTERM, SIGINT])
    func `a slow request in flight gets its full reply, and the worker ends with 0`(_ signal: Int32) throws {
        try LiveInstallation.with(.init(lines: lines)) { live in
            let worker = live.workers[0]
            let connection = try FastCGIConnection(path: worker.socketPath)
            // An answer on the connection shows that a thread of the worker has it.
            #expect(try connection.get("/healthz", keepsConnection: true).hasPrefix("Status: 200"))
            let body = Array(#"{"userId":"alice","limit":3}"#.utf8)
            try connection.begin([
                "REQUEST_METHOD": "POST", "REQUEST_URI": "/v1/records/query", "REQUEST_ID": "slow",
                "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "\(body.count)",
                "HTTP_X_API_KEY": live.adminKeys[0],
            ])
            try connection.sendBody(body.prefix(10))
            worker.signal(signal)
            try eventually("the worker takes its socket away") { access(worker.socketPath, F_OK) != 0 }
            let client = live.client()
            for number in 0..<30 {
                #expect(
                    try client.records(["userId": "al-\(number)"]).status == 200, "the other worker answers")
            }
            try connection.sendBody(body.dropFirst(10))
            try connection.sendBody([])
            let reply = try connection.reply()
            #expect(reply.hasPrefix("Status: 200"))
            let json = try #require(reply.components(separatedBy: "\r\n\r\n").last)
            #expect(try JSONValue(Data(json.utf8))["count"].int == 3)
            let start = ContinuousClock.now
            #expect(try worker.wait() == 0)
            #expect(ContinuousClock.now - start < .seconds(15), "long before the 30 s that it may take")
            #expect(worker.log.contains("stopped"))
            #expect(!worker.log.contains("in flight"))
            try worker.start()
            try worker.waitUntilReady()
        }
    }

    @Test func `idle kept connections do not hold the end up`() throws {
        try LiveInstallation.with(.init(lines: lines)) { live in
            let client = live.client()
            for number in 0..<20 { #expect(try client.records(["userId": "\(number)"]).status == 200) }
            let start = ContinuousClock.now
            for worker in live.workers { #expect(try worker.stop() == 0) }
            #expect(ContinuousClock.now - start < .seconds(15), "long before the 30 s that each may take")
            try client.records(["userId": "alice"]).expectProblem(502, "bad-gateway")
        }
    }

    /// Each end of a worker empties its cache, so each of the questions is read once more at most by each of the
    /// workers: the rest are hits.
    @Test func `workers replaced one by one under load lose no request, and few hits`() throws {
        let questions = 20
        let replaced = 4
        try LiveInstallation.with(.init(lines: lines, adminKeys: 3)) { live in
            let clients = live.adminKeys.map { live.client(.secret($0)) }
            let requests = Background(threads: 3) { thread, turn in
                try clients[thread].patiently {
                    try clients[thread].records(["userId": "u-\((turn * 3 + thread) % questions)"])
                }
            }
            for worker in (live.workers + live.workers).prefix(replaced) {
                let before = requests.count
                try eventually("requests run") { requests.count > before + 200 }
                #expect(try worker.stop() == 0)
                try worker.start()
                try worker.waitUntilReady()
            }
            let answers = try requests.stop()
            let failed = answers.filter { $0.status != 200 }
            #expect(failed.isEmpty, "\(failed.first.map(String.init(describing:)) ?? "")")
            let misses = answers.count { $0["Cache-Status"]?.contains("fwd=") == true }
            // A question goes over to the other worker and back, and three clients may miss it at one time.
            #expect(misses <= questions * (1 + 2 * replaced) * 3)
            print("figure: \(replaced) workers replaced: \(answers.count) requests, \(misses) misses")
        }
    }
}
