internal import JSONBytes

/// Makes responses of answers and problems.
enum Responder {
    static func response(
        to request: Request, _ found: FoundAnswer, keyID: String, now: ContinuousClock.Instant
    ) -> Response {
        let answer = found.answer
        let isUnchanged = request.isUnchanged(answer.entityTag)
        let sendsBody = !isUnchanged && request.method != "HEAD"
        // What is not the bytes that the tag stands for has it as a weak one (RFC 9110 section 8.8.1).
        let isUnpacked =
            answer.isToBePacked
            || answer.isPacked && !request.takesGzip && (answer.plain != nil || !sendsBody)
        var headers = HeaderBlock()
        headers.append("Content-Type", answer.lines?.contentType ?? AnswerForm.json.contentType)
        headers.append("ETag") { bytes in
            if isUnpacked { bytes.append(ascii: "W/") }
            bytes.append(contentsOf: answer.entityTag.utf8)
        }
        headers.append("Age", answer.age(at: now))
        headers.append("Cache-Control") { bytes in
            guard !answer.isPassing else { return bytes.append(ascii: "no-store") }
            bytes.append(ascii: "private, max-age=")
            bytes.append(decimal: max(0, Int(answer.lifetime.components.seconds)))
        }
        headers.append("Cache-Status", found.appendStatus)
        headers.append("Vary", "X-Api-Key, Authorization, Accept, Accept-Encoding")
        headers.append("Server-Timing", found.timing.append)
        headers.append("X-Audit-Key-Id", keyID)
        if let lines = answer.lines { for header in lines.headers { headers.append(header) } }
        if isUnchanged { return Response(status: 304, headers: headers, body: []) }
        let byteCount = isUnpacked ? answer.unpackedByteCount : nil
        headers.append("Content-Length", byteCount ?? answer.body.count)
        if answer.isPacked, !isUnpacked { headers.append("Content-Encoding", "gzip") }
        guard sendsBody else { return Response(status: 200, headers: headers, body: []) }
        guard isUnpacked, let plain = answer.plain else {
            return Response(status: 200, headers: headers, body: answer.body, reservation: answer.reservation)
        }
        return Response(status: 200, headers: headers, body: plain, reservation: found.plainReservation)
    }

    static func response(to request: Request, _ problem: Problem, keyID: String? = nil) -> Response {
        let body = problem.body(instance: request.id)
        var headers = HeaderBlock()
        headers.append("Content-Type", "application/problem+json")
        headers.append("Cache-Control", "no-store")
        headers.append("Content-Length", body.count)
        for header in problem.headers { headers.append(header) }
        if let keyID { headers.append("X-Audit-Key-Id", keyID) }
        return Response(status: problem.status, headers: headers, body: request.method == "HEAD" ? [] : body)
    }

    /// An answer that needs no key and no cache: health checks and the description of the interface. `member` is the body
    /// in gzip, where it is there in it.
    static func response(
        to request: Request, open body: [UInt8], member: [UInt8]? = nil, cacheControl: String
    ) -> Response {
        let packed = request.takesGzip ? member : nil
        let sent = packed ?? body
        var headers = HeaderBlock()
        headers.append("Content-Type", "application/json")
        headers.append("Cache-Control", cacheControl)
        headers.append("Vary", "Accept-Encoding")
        headers.append("Content-Length", sent.count)
        if packed != nil { headers.append("Content-Encoding", "gzip") }
        return Response(status: 200, headers: headers, body: request.method == "HEAD" ? [] : sent)
    }
}
