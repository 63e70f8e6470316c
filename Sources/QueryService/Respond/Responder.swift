/// Makes responses of answers and problems.
enum Responder {
    static func response(
        to request: Request, _ found: FoundAnswer, keyID: String, now: ContinuousClock.Instant
    ) -> Response {
        let answer = found.answer
        let isHead = request.method == "HEAD"
        let isUnchanged =
            (isHead || request.method == "GET")
            && request.ifNoneMatch.map { matches($0, answer.entityTag) } ?? false
        // nginx makes a tag weak where it compresses, and does not know that it would have here.
        let isWeak = isUnchanged && request.compressedFrom.map { answer.body.count >= $0 } ?? false
        var headers = [
            Header("Content-Type", answer.lines?.contentType ?? AnswerForm.json.contentType),
            Header("ETag", isWeak ? "W/" + answer.entityTag : answer.entityTag),
            Header("Age", String(answer.age(at: now))),
            Header("Cache-Control", "private, max-age=\(answer.lifetime.components.seconds)"),
            Header("Cache-Status", found.status.header),
            Header("Vary", "X-Api-Key, Authorization, Accept, Accept-Encoding"),
            Header("Server-Timing", found.timing.header),
            Header("X-Audit-Key-Id", keyID),
        ]
        if let lines = answer.lines { headers += lines.headers }
        if isUnchanged { return Response(status: 304, headers: headers, body: []) }
        headers.append(Header("Content-Length", String(answer.body.count)))
        guard !isHead else { return Response(status: 200, headers: headers, body: []) }
        return Response(status: 200, headers: headers, body: answer.body, reservation: answer.reservation)
    }

    static func response(to request: Request, _ problem: Problem, keyID: String? = nil) -> Response {
        let body = problem.body(instance: request.id)
        var headers = [
            Header("Content-Type", "application/problem+json"), Header("Cache-Control", "no-store"),
            Header("Content-Length", String(body.count)),
        ]
        headers += problem.headers
        if let keyID { headers.append(Header("X-Audit-Key-Id", keyID)) }
        return Response(status: problem.status, headers: headers, body: request.method == "HEAD" ? [] : body)
    }

    /// An answer that needs no key and no cache: health checks and the description of the interface.
    static func response(to request: Request, open body: [UInt8], cacheControl: String) -> Response {
        Response(
            status: 200,
            headers: [
                Header("Content-Type", "application/json"), Header("Cache-Control", cacheControl),
                Header("Vary", "Accept-Encoding"), Header("Content-Length", String(body.count)),
            ], body: request.method == "HEAD" ? [] : body)
    }

    /// Weak comparison with a list of entity tags (RFC 9110 section 13.1.2): nginx's gzip makes a tag weak.
    static func matches(_ candidates: String, _ entityTag: String) -> Bool {
        candidates.split(separator: ",").contains { candidate in
            var candidate = candidate.drop { $0 == " " || $0 == "\t" }
            while candidate.last == " " || candidate.last == "\t" { candidate.removeLast() }
            if candidate.hasPrefix("W/") { candidate = candidate.dropFirst(2) }
            return candidate == "*" || candidate == entityTag
        }
    }
}
