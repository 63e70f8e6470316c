@testable import QueryService
import Foundation
import Testing
@testable import StoreConformance

@Suite struct OpenAPITests {
    private let document: [String: Any]

    init() throws {
        let client = try TestService(ScriptedStore()).admin
        document = client.send("GET", "/openapi.json").json
    }

    /// What stands at a place of the document, references on the way followed.
    private func value(_ path: String...) -> Any? {
        path.reduce(document as Any?) { resolved($0)?[$1] }.flatMap { resolved($0) ?? $0 }
    }

    private func resolved(_ node: Any?) -> [String: Any]? {
        guard let object = node as? [String: Any] else { return nil }
        guard let reference = object["$ref"] as? String else { return object }
        return resolved(
            reference.dropFirst(2).split(separator: "/").reduce(document as Any?) {
                ($0 as? [String: Any])?[String($1)]
            })
    }

    /// The names of an operation's parameters, those that are kept elsewhere included.
    private func parameters(_ path: String, _ method: String) -> [String] {
        let list = (value("paths", path, method) as? [String: Any])?["parameters"] as? [[String: Any]] ?? []
        return list.compactMap { resolved($0)?["name"] as? String }
    }

    @Test func `the description is OpenAPI 3.1 in JSON`() {
        #expect((value("openapi") as? String)?.hasPrefix("3.1.") == true)
        #expect(value("info", "title") as? String == "audit-query")
    }

    @Test func `it names every route with the methods that it answers`() throws {
        let paths = try #require(value("paths") as? [String: [String: Any]])
        let expected = [
            "/v1/records", "/v1/records/query", "/api/query", "/v1/records/batch", "/v1/records/{id}",
            "/v1/records/count", "/v1/names", "/v1/changes", "/v1/seals", "/v1/records/{id}/proof",
            "/v1/policy", "/healthz",
            "/readyz", "/openapi.json",
        ]
        #expect(Set(paths.keys) == Set(expected))
        for (path, operations) in paths {
            let methods = try Route(path: path.replacing("{id}", with: "x")).methods.map { $0.lowercased() }
            for method in ["get", "post", "put", "delete", "patch"] where operations[method] != nil {
                #expect(methods.contains(method), "\(method) \(path)")
            }
            #expect(methods.contains { operations[$0] != nil }, "\(path)")
        }
    }

    @Test func `it names every query parameter that the validation knows, and no other`() {
        let names = parameters("/v1/records", "get")
        #expect(Set(QueryValidation.names).isSubset(of: names))
        let headers: Set = ["Cache-Control", "If-None-Match", "Accept", "X-Api-Key", "Authorization"]
        #expect(Set(names).subtracting(QueryValidation.names).isSubset(of: headers))
    }

    @Test func `the body of a query has every parameter as a member, and no other`() throws {
        let schema = value(
            "paths", "/v1/records/query", "post", "requestBody", "content", "application/json", "schema",
            "properties")
        let properties = try #require(schema as? [String: Any])
        #expect(Set(properties.keys) == Set(QueryValidation.names))
    }

    @Test func `who follows has those that are checked for him, and no other`() {
        #expect(Set(pathParameters("/v1/changes")) == Set(ChangesValidation.names))
        let waits = value("components", "schemas", "Wait") as? [String: Any]
        #expect(waits?["maximum"] as? Int == ChangesQuery.waits.upperBound)
    }

    private func pathParameters(_ path: String) -> [String] {
        let list = (value("paths", path) as? [String: Any])?["parameters"] as? [[String: Any]] ?? []
        return list.compactMap { resolved($0)?["name"] as? String }
    }

    @Test func `the same holds for counts`() throws {
        let names = Set(QueryValidation.countNames)
        #expect(
            Set(parameters("/v1/records/count", "get")).subtracting(["Cache-Control", "If-None-Match"])
                == names)
        let schema = value(
            "paths", "/v1/records/count", "post", "requestBody", "content", "application/json", "schema",
            "properties")
        #expect(Set(try #require(schema as? [String: Any]).keys) == names)
    }

    @Test func `every reference in it leads somewhere`() {
        func check(_ node: Any) {
            if let list = node as? [Any] { list.forEach(check) }
            guard let object = node as? [String: Any] else { return }
            if let reference = object["$ref"] as? String {
                let target = reference.dropFirst(2).split(separator: "/").reduce(document as Any?) {
                    ($0 as? [String: Any])?[String($1)]
                }
                #expect(target != nil, "\(reference)")
            }
            object.values.forEach(check)
        }
        check(document)
    }
}
