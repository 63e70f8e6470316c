import TestSupport
import FastCGI
import HTTPClient
import Testing

/// Whose headers of a trace nginx hands to workers: a responder of the test's says what came.
@Suite(.live, .logsOnFailure)
struct TraceHeaderTests {
    private static let headers: HTTPHeaders = [
        "X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
        "traceparent": "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
    ]

    @Test(arguments: [("", false), ("127.0.0.0/8 1;\n", true), ("10.0.0.0/8 1;\n", false)])
    func `X-Amzn-Trace-Id comes from trusted addresses only, traceparent from all`(
        sources: String, isTrusted: Bool
    ) throws {
        try withWorkplace { place in
            let listener = try FastCGI.ListeningSocket(path: place.folder.file("1.sock"))
            let server = try Server(listener: listener, threads: 2, bodyLimit: 0) { request in
                let names: [StaticString] = ["HTTP_X_AMZN_TRACE_ID", "HTTP_TRACEPARENT"]
                let said = names.map { request.parameter($0) ?? "none" }.joined(separator: "\n")
                return .reply(
                    Reply(head: Array("Status: 200 OK\r\n\r\n".utf8), body: Array(said.utf8)))
            }
            try server.start()
            defer { _ = server.stop(within: .seconds(5)) }
            let nginx = try Nginx(place: place, sockets: [place.folder.file("1.sock")])
            if !sources.isEmpty {
                _ = try place.run(["mkdir", place.folder.file("nginx")])
                try place.folder.write(sources, to: "nginx/trace-sources.geo")
            }
            try nginx.start()
            defer { nginx.destroy() }
            let client = Client(port: nginx.port, caFile: nginx.authorityPath, key: nil)
            let lines = String(decoding: try client.get("/echo", headers: Self.headers).body, as: UTF8.self)
                .split(separator: "\n").map(String.init)
            #expect(lines == [isTrusted ? Self.headers[0].value : "none", Self.headers[1].value])
            #expect(try client.get("/echo").body.elementsEqual("none\nnone".utf8))
        }
    }
}
