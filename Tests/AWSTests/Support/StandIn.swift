import HTTPClient
import TestSupport

/// What a service's stand-in answers.
struct StandInAnswer: Sendable {
    var status = 200
    var body = ""
    /// Says nothing until the client gives up.
    var hangs = false

    static func ok(_ body: String) -> StandInAnswer { StandInAnswer(body: body) }
    static func status(_ status: Int, _ body: String = "") -> StandInAnswer {
        StandInAnswer(status: status, body: body)
    }
    static let hang = StandInAnswer(hangs: true)
}

/// Runs a test's body beside a service that answers each request as told.
func withStandIn<Value>(
    _ answer: @escaping @Sendable (RecordedRequest) -> StandInAnswer,
    _ body: (ScriptedServer) throws -> Value
) throws -> Value {
    try withServer(
        script: { connection in
            while let request = connection.readRequest() {
                let answer = answer(request)
                if answer.hangs { connection.waitForClose() }
                guard connection.answer("\(answer.status) Said", body: Array(answer.body.utf8)) else {
                    return
                }
            }
        }, body)
}

extension RecordedRequest {
    /// Such as `GET /path`.
    var target: String { line.split(separator: " ").prefix(2).joined(separator: " ") }

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension ScriptedServer {
    /// The URL without a path.
    var base: String { url("") }
}
