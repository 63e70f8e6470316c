/// Makes responses of answers and problems.
enum Responder {
    static func response(
        to request: Request, _ found: FoundAnswer, keyID: String, now: ContinuousClock.Instant
    ) -> Response {
        let answer = found.answer
        let isUnchanged = request.isUnchanged(answer.entityTag)
        let sendsBody = !isUnchanged && request.method != "HEAD"
        // What is not the bytes that the tag stands for has it as a weak one (RFC 9110 section 8.8.1).
        let isUnpacked = answer.isPacked && !request.takesGzip && (answer.plain != nil || !sendsBody)
        var headers = [
            Header("Content-Type", answer.lines?.contentType ?? AnswerForm.json.contentType),
            Header("ETag", isUnpacked ? "W/" + answer.entityTag : answer.entityTag),
            Header("Age", String(answer.age(at: now))),
            Header(
                "Cache-Control",
                answer.isPassing ? "no-store" : "private, max-age=\(answer.lifetime.components.seconds)"),
            Header("Cache-Status", found.status.header),
            Header("Vary", "X-Api-Key, Authorization, Accept, Accept-Encoding"),
            Header("Server-Timing", found.timing.header),
            Header("X-Audit-Key-Id", keyID),
        ]
        if let lines = answer.lines { headers += lines.headers }
        if isUnchanged { return Response(status: 304, headers: headers, body: []) }
        let byteCount = isUnpacked ? answer.unpackedByteCount : nil
        headers.append(Header("Content-Length", String(byteCount ?? answer.body.count)))
        if answer.isPacked, !isUnpacked { headers.append(Header("Content-Encoding", "gzip")) }
        guard sendsBody else { return Response(status: 200, headers: headers, body: []) }
        guard isUnpacked, let plain = answer.plain else {
            return Response(status: 200, headers: headers, body: answer.body, reservation: answer.reservation)
        }
        return Response(status: 200, headers: headers, body: plain, reservation: found.plainReservation)
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

    /// An answer that needs no key and no cache: health checks and the description of the interface. `member` is the body
    /// in gzip, where it is there in it.
    static func response(
        to request: Request, open body: [UInt8], member: [UInt8]? = nil, cacheControl: String
    ) -> Response {
        let packed = request.takesGzip ? member : nil
        let sent = packed ?? body
        var headers = [
            Header("Content-Type", "application/json"), Header("Cache-Control", cacheControl),
            Header("Vary", "Accept-Encoding"), Header("Content-Length", String(sent.count)),
        ]
        if packed != nil { headers.append(Header("Content-Encoding", "gzip")) }
        return Response(status: 200, headers: headers, body: request.method == "HEAD" ? [] : sent)
    }
}
