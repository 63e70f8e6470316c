// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import Testing
@testable import StoreConformance

/// Content type, accept and the size of bodies.
@Suite struct ContentTests {
    private let client = try! TestService(ScriptedStore()).admin

    @Test(arguments: [
        nil, "", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1",
        "application/jsonx", "text/json", "application/json, text/plain", "application/problem+json",
    ])
    func `a body of another type is 415`(_ type: String?) {
        for path in ["/v1/records/query", "/v1/records/batch", "/api/query"] {
            let response = client.send("POST", path, body: "{") { $0.contentType = type }
            #expect(response.isProblem(415, "unsupported-media-type"))
        }
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json;charset=utf-8",
        "application/json; charset=\"UTF-8\"",
        "application/json; profile=x",
    ])
    func `JSON in UTF-8 is taken, however its type is spelt`(_ type: String) {
        #expect(client.post("{\"userId\":\"u\"}") { $0.contentType = type }.status == 200)
    }

    @Test(arguments: [
        "text/html", "application/xml", "application/json;q=0", "*/*;q=0", "application/json;q=0, */*",
        "application/*;q=0.0, */*;q=1", "application/problem+json",
    ])
    func `a client that takes no JSON gets 406`(_ accept: String) {
        #expect(client.records("userId=u") { $0.accept = accept }.isProblem(406, "not-acceptable"))
        #expect(client.records("") { $0.accept = accept }.status == 406)
    }

    @Test(arguments: [
        nil, "", " ", "*/*", "application/*", "application/json", "text/html, application/json;q=0.1",
        "text/html, */*;q=0.1",
        "APPLICATION/JSON", "application/json;q=1, */*;q=0", "text/html;q=1,application/json ; q=0.5",
    ])
    func `a client that takes JSON among others gets it`(_ accept: String?) {
        #expect(client.records("userId=u") { $0.accept = accept }.status == 200)
    }

    @Test func `a body that is too large is 413, one that is cut 400`() {
        for path in ["/v1/records/query", "/v1/records/batch"] {
            #expect(client.send("POST", path, body: "{}") { $0.body = .failure(.tooLarge) }.isProblem(413))
            #expect(client.send("POST", path, body: "{}") { $0.body = .failure(.incomplete) }.isProblem(400))
        }
    }

    @Test func `checks come in one order: type, accept, size, parameters`() {
        let response = client.post("{") {
            $0.contentType = nil
            $0.accept = "text/html"
            $0.body = .failure(.tooLarge)
        }
        #expect(response.status == 415)
        #expect(
            client.post("{") {
                $0.accept = "text/html"
                $0.body = .failure(.tooLarge)
            }.status == 406)
        #expect(client.post("{") { $0.body = .failure(.tooLarge) }.status == 413)
        #expect(client.post("{").status == 400)
    }

    @Test(arguments: ["gzip", "GZIP", "identity, gzip", "gzip, identity", "br", "x", "deflate,"])
    func `a body in a coding is 415, with the only one that is taken`(_ coding: String) {
        for path in ["/v1/records/query", "/v1/records/batch"] {
            let response = client.send("POST", path, body: "{}") { $0.contentEncoding = coding }
            #expect(response.isProblem(415, "unsupported-media-type"))
            #expect(response.header("Accept-Encoding") == "identity" && response.header("Accept") == nil)
        }
    }

    @Test(arguments: [nil, "", "identity", " Identity ", "identity, identity"])
    func `a body as it is is taken`(_ coding: String?) {
        #expect(client.post("{\"userId\":\"u\"}") { $0.contentEncoding = coding }.status == 200)
    }

    @Test func `a body of another type is told which one is taken`() {
        let response = client.post("{}") { $0.contentType = "text/plain" }
        #expect(response.header("Accept") == "application/json" && response.header("Accept-Encoding") == nil)
    }

    @Test func `a header that may stand once and came twice is 400 and named, whoever asks`() {
        for names in [["X-Api-Key"], ["Authorization"], ["Content-Type"], ["X-Api-Key", "Content-Type"]] {
            let response = client.records("userId=u") { $0.repeatedHeaders = names }
            #expect(response.isProblem(400, "invalid-parameters"))
            #expect(response.faultyParameters == names)
            let stranger = client.records("userId=u") {
                $0.repeatedHeaders = names
                $0.apiKey = "nobody's"
            }
            #expect(stranger.status == 400)
        }
    }
}
