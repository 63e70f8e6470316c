import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite struct HTTPConcurrencyTests {
    @Test func `32 threads share a client`() throws {
        let threads = 32
        let rounds = 50
        try withServer { connection in
            while let request = connection.readRequest() {
                // The answer is the request's own body: no answer may go to another thread.
                connection.answer(body: request.body)
            }
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maximumIdleHandles = 16
            let client = HTTPClient(configuration)
            let faults = Faults()
            let done = DispatchGroup()
            for thread in 0..<threads {
                done.enter()
                Thread.detachNewThread {
                    defer { done.leave() }
                    for round in 0..<rounds {
                        let body =
                            Array("\(thread).\(round) ".utf8)
                            + [UInt8](repeating: UInt8(thread), count: round * 99)
                        let request = HTTPRequest(
                            method: "POST", url: server.url(), body: body, deadline: .soon)
                        do throws(HTTPClientError) {
                            let response = try client.perform(request)
                            guard response.body != body else { continue }
                            faults.add("thread \(thread) got another's answer")
                        } catch {
                            faults.add("\(error)")
                        }
                    }
                }
            }
            done.wait()
            #expect(faults.all == [])
            #expect(server.requests.count == threads * rounds)
            #expect(client.idleHandles <= 16)
            #expect(server.connections < threads * rounds / 2)
        }
    }
}
