import TestSupport
import Testing

/// Many who ask the same, and a store that hangs.
@Suite(.live, .logsOnFailure)
struct CrowdTests {
    @Test func `a thousand equal misses at once over four workers are one read of the store`() throws {
        // nginx lets 1024 connections of one address in. A worker has 384 threads: the rest wait for one. The
        // read takes long enough for a slow machine to start many of them, all of which may wait for it.
        try HeldStore.installation(
            workers: 4, overrides: ["worker.store-limit": "384"], delay: .seconds(2)
        ) { live, store in
            let answers = try Volley.fire(1000, at: live) { _, client in
                try client.records([
                    "systemId": "billing", "startDate": "2024-01-01", "endDate": "2024-01-01",
                ])
            }
            #expect(store.reads == 1)
            #expect(answers.map(\.status) == Array(repeating: 200, count: 1000))
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(Set(answers.map { $0["ETag"] }).count == 1)
            let tally = Dictionary(grouping: answers) { answer in
                answer["Cache-Status"]?.contains("; hit; ") == true ? "hit" : answer["Cache-Status"] ?? ""
            }.mapValues(\.count)
            #expect(tally["audit-query; fwd=miss; stored"] == 1)
            #expect(tally["audit-query; fwd=miss; collapsed", default: 0] > 100)
            #expect(tally.count <= 3)
        }
    }

    @Test func `while the store hangs, a crowd of equal misses leaves threads for hits and health`() throws {
        try HeldStore.installation(
            workers: 1, adminKeys: 2,
            overrides: ["worker.store-limit": "4", "worker.deadline-seconds": "12"]
        ) { live, store in
            let client = live.client()
            #expect(try client.records(["userId": "hot"]).status == 200)
            // All of it takes place within the seconds that the client of the store tries for: connections are made before.
            let clients = try Volley.connected(450, to: live, .secret(live.adminKeys[1]))
            store.hold(true)
            let crowd = Threads.start(450) { try clients[$0].records(["userId": "cold"]) }
            // The reader and three who wait: the others, more than there are threads, are refused within a second.
            try eventually("the crowd is refused") { crowd.finished.count == 446 }
            for number in 0..<20 {
                let hit = try client.records(["userId": "hot"])
                #expect(hit.status == 200 && hit["Cache-Status"]?.contains("; hit; ") == true)
                #expect(try client.get("/healthz").status == 200)
                let miss = try client.records(["userId": "cold-\(number)"])
                try miss.expectProblem(503, "store-unavailable")
                #expect(miss["Retry-After"] == "1")
            }
            #expect(crowd.finished.count == 446, "the store still hangs")
            #expect(store.reads == 2, "of the crowd's one question, and of the one before")
            store.hold(false)
            let answers = try crowd.wait()
            #expect(answers.count { $0.status == 200 } == 4)
            for answer in answers where answer.status != 200 {
                try answer.expectProblem(503, "store-unavailable")
            }
            #expect(try client.records(["userId": "cold-1"]).status == 200)
        }
    }

    @Test func `with the store hung, misses beyond its limit are refused at once, and hits go on`() throws {
        try HeldStore.installation(workers: 1, overrides: ["worker.store-limit": "4"]) { live, store in
            let client = live.client()
            #expect(try client.records(["userId": "hot"]).status == 200)
            store.hold(true)
            let hung = Threads.start(4) { number in
                try live.client().records(["userId": "hung-\(number)"])
            }
            try eventually("four reads hang") { store.reads == 5 }
            for number in 0..<50 {
                let miss = try client.records(["userId": "miss-\(number)"])
                try miss.expectProblem(503, "store-unavailable")
                #expect(miss["Retry-After"] == "1")
                #expect(try client.records(["userId": "hot"])["Cache-Status"]?.contains("; hit; ") == true)
                #expect(try client.get("/healthz").status == 200)
            }
            #expect(hung.finished.isEmpty, "all that while the store hung")
            #expect(store.reads == 5)
            store.hold(false)
            #expect(try hung.wait().map(\.status) == [200, 200, 200, 200])
        }
    }
}
