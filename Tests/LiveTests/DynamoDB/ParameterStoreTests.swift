import Foundation
import TestSupport
import Testing

/// Keys and the cursor secret in Parameter Store.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct ParameterStoreTests {
    private static let put = """
        import boto3, sys
        boto3.client("ssm", endpoint_url=sys.argv[1], region_name="eu-west-1", aws_access_key_id="a",
            aws_secret_access_key="b").put_parameter(Name=sys.argv[2], Value=open(sys.argv[3]).read(),
            Type="SecureString", Overwrite=True)
        """

    private func put(_ file: String, as name: String, _ url: String, _ place: Workplace) throws {
        let outcome = try place.run(["python3", "-c", Self.put, url, name, place.folder.file(file)])
        guard outcome.status == 0 else { throw Failure("put_parameter: \(outcome)") }
    }

    @Test func `keys and secret come from parameters, new ones are taken, broken ones are not`() throws {
        let url = try MotoServer.shared().url
        let name = "/test-\(UInt64.random(in: .min ... .max))"
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines.prefix(50))
            let first = try place.key("first")
            try put("keys.json", as: "\(name)/keys", url, place)
            try put("cursor.secret", as: "\(name)/cursor", url, place)
            let worker = Worker(number: 1, place: place)
            defer { worker.destroy() }
            try worker.start(
                environment: Region.variables.merging([
                    "AWS_ENDPOINT_URL_SSM": url, "AUDIT_QUERY_AWS_REGION": "eu-west-1",
                    "AUDIT_QUERY_KEYS_PARAMETER": "\(name)/keys",
                    "AUDIT_QUERY_CURSOR_SECRET_PARAMETER": "\(name)/cursor",
                    "AUDIT_QUERY_AWS_PARAMETER_REFRESH_SECONDS": "1",
                ]) { $1 })
            try worker.waitUntilReady()
            func ask(_ key: String, _ query: String = "userId=alice&limit=1") throws -> String {
                try FastCGIConnection(path: worker.socketPath).get("/v1/records?\(query)", key: key)
            }
            let page = try ask(first)
            #expect(page.contains("Status: 200"), "\(page)")
            let cursor = try #require(page.firstMatch(of: /"nextCursor":"([^"]+)"/)?.1)

            let second = try place.key("second")
            #expect(try ask(second).contains("Status: 401"))
            try put("keys.json", as: "\(name)/keys", url, place)
            try eventually("the second key is known") { try ask(second).contains("Status: 200") }

            try place.folder.write(String(repeating: "fedcba9876543210", count: 4), to: "new.secret")
            try put("new.secret", as: "\(name)/cursor", url, place)
            try eventually("another secret seals") {
                try ask(first, "userId=alice&limit=2").firstMatch(of: /"nextCursor":"([^"]+)"/) != nil
                    && worker.log.contains("NAME=\(name)/cursor")
            }
            #expect(try ask(first, "cursor=\(cursor)").contains("Status: 200"))

            try place.folder.write("{", to: "broken.json")
            try put("broken.json", as: "\(name)/keys", url, place)
            try eventually("the fault is logged") { worker.log.contains("the old value stays") }
            #expect(try ask(second).contains("Status: 200"))
            #expect(!worker.log.contains(first) && !worker.log.contains("0123456789abcdef"))
        }
    }
}
