internal import Foundation
internal import Glibc
internal import HTTPClient

/// AWS's services as moto acts them, over HTTP on this machine: a process that ends with the test program. What is
/// asked of its DynamoDB goes through the rules of the real one.
package final class MotoServer: Sendable {
    /// Where every service of it is asked.
    package var url: String { proxy.url }
    private let proxy: CheckingProxy
    private let process: ChildProcess
    private let guardian: Guardian

    /// Whether it can be started: `scripts/test` installs it.
    package static var isInstalled: Bool { Place.path(of: "moto_server") != nil }

    /// The one that tests share which need no server of their own. Each has its own table names.
    package static func shared() throws -> MotoServer { try sharedServer.get() }
    private static let sharedServer = Result { try MotoServer() }

    /// Starts one, and returns when it answers. With `requestsBeforeAuthorization`, as many requests are
    /// answered before signatures and policies count; without it none are checked. A request that DynamoDB would
    /// refuse fails the test run, unless the test says what is done with it.
    package init(
        requestsBeforeAuthorization count: Int? = nil,
        onRefusal: @escaping @Sendable (String) -> Void = CheckingProxy.failing
    ) throws {
        var template = Array("/tmp/audit-query-moto-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no temporary folder: errno \(errno)") }
        let folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        guardian = try Guardian(folder: folder)
        var environment = [
            "PATH": Place.searchPath, "LANG": "C.UTF-8", "HOME": folder, "PYTHONDONTWRITEBYTECODE": "1",
        ]
        environment["INITIAL_NO_AUTH_ACTION_COUNT"] = count.map { "\($0)" }
        // It takes a port itself, and says which: one that was found free may be another's when it comes to bind it.
        let server = try ChildProcess(
            ["python3", "\(Place.package)/Tests/aws/moto_cloudwatch.py", "-H", "127.0.0.1", "-p", "0"],
            environment: environment,
            streams: .init(outputPath: "\(folder)/log", errorPath: "\(folder)/log"), guardian: guardian)
        process = server
        let port = try eventually("moto_server's port") {
            guard server.status == nil else { throw Failure("moto_server ended") }
            return Self.port(in: "\(folder)/log")
        }
        proxy = try CheckingProxy(to: port, onRefusal: onRefusal)
        let http = HTTPClient()
        try eventually("an answer of moto_server at \(url)") {
            guard server.status == nil else { throw Failure("moto_server ended") }
            let request = HTTPRequest(url: "\(url)/moto-api/data.json", deadline: .now + .seconds(10))
            return try http.perform(request).status == 200
        }
    }

    /// Where it says that it listens; nil while it has not.
    private static func port(in log: String) -> Int? {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.firstMatch(of: /Running on http:\/\/127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }
    }

    /// Ends it at once: as a region ends that is lost.
    package func kill() {
        process.destroy()
        proxy.stop()
    }

    deinit {
        kill()
        guardian.dismiss()
    }
}
