internal import AuditStores
internal import JSONBytes

/// An answer that says why there is none: application/problem+json (RFC 9457).
package struct Problem: Error, Hashable, Sendable {
    /// The HTTP status.
    package let status: Int
    /// The last part of the `type` URN, stable for programs.
    package let type: String
    /// The kind in words, the same for every problem of the type.
    package let title: String
    /// This case in words: what to do about it.
    package let detail: String
    /// What is wrong with which parameter, for 400 and 403.
    package let errors: [ParameterError]
    /// Headers that belong to the problem.
    package let headers: [Header]

    init(
        _ status: Int, _ type: String, _ title: String, _ detail: String, errors: [ParameterError] = [],
        headers: [Header] = []
    ) {
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    static func badParameters(_ errors: [ParameterError]) -> Problem {
        Problem(
            400, "invalid-parameters", "Invalid parameters",
            "The request is wrong in the places listed in errors.",
            errors: errors)
    }

    /// The records of a batch's ids are too much for one answer.
    static func tooLarge(limit: Int) -> Problem {
        badParameters([
            ParameterError(
                "ids",
                "the records of these ids have more than \(limit >> 20) MiB together: ask for fewer at once")
        ])
    }

    /// A row of CSV is too much for a page.
    static func rowTooLarge(limit: Int) -> Problem {
        badParameters([
            ParameterError(
                "columns",
                "make a row of more than \(limit >> 20) MiB of the next record: ask for fewer, or for application/x-ndjson"
            )
        ])
    }

    /// More seals than one answer has.
    static func tooManySeals(limit: Int) -> Problem {
        badParameters([
            ParameterError("startDate", "and endDate leave more than \(limit) seals: ask for less time")
        ])
    }

    /// Records that were to be counted are in too many groups.
    static func tooManyGroups(limit: Int) -> Problem {
        badParameters([
            ParameterError(
                "by",
                "makes more than \(limit) groups: ask for less time or for fewer records, or by what has fewer values"
            )
        ])
    }

    static let incompleteBody = Problem(
        400, "incomplete-body", "Incomplete body",
        "The body ended before its announced length. Send it again.")

    static let unauthorized = Problem(
        401, "unauthorized", "Unauthorized",
        "Send a valid API key in X-Api-Key, or in Authorization as a Bearer token.",
        headers: [Header("WWW-Authenticate", "Bearer realm=\"audit-query\", ApiKey realm=\"audit-query\"")])

    static func forbidden(_ errors: [ParameterError]) -> Problem {
        Problem(
            403, "forbidden", "Forbidden", "This key may not ask for that: see errors.", errors: errors)
    }

    static let noSuchRecord = Problem(
        404, "not-found", "Not found", "There is no record with this id that this key may see.")

    static let noSuchRoute = Problem(
        404, "not-found", "Not found", "There is nothing at this path. GET /openapi.json lists what there is."
    )

    /// Hashes of what a key may not see would tell it.
    static let provesHidden = Problem(
        403, "forbidden", "Forbidden",
        "A proof is made of hashes of whole records, and this key may not see all of them: ask with a key that hides nothing."
    )

    /// Why nothing proves a record.
    static func noSeal(_ detail: String) -> Problem { Problem(404, "no-seal", "No seal", detail) }

    static func noNames(_ kind: NameKind) -> Problem {
        Problem(
            404, "no-index", "No index",
            "This store has no index of the names of \(kind.rawValue)s, so none can be listed: ask for records with a whole name."
        )
    }

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(
            405, "method-not-allowed", "Method not allowed", "This path answers \(list).",
            headers: [Header("Allow", list)])
    }

    static func notAcceptable(_ forms: [AnswerForm]) -> Problem {
        let types = forms.map { $0.contentType.prefix { $0 != ";" } }.joined(separator: " or ")
        return Problem(
            406, "not-acceptable", "Not acceptable", "Answers are \(types): allow that in Accept.")
    }

    static let bodyTooLarge = Problem(
        413, "content-too-large", "Content too large", "A body may have at most 16 KiB.")

    static let unsupportedMediaType = Problem(
        415, "unsupported-media-type", "Unsupported media type",
        "Send the body as application/json in UTF-8.",
        headers: [Header("Accept", "application/json")])

    /// With the header that tells it from a wrong media type (RFC 9110 section 15.5.16).
    static let unsupportedContentCoding = Problem(
        415, "unsupported-media-type", "Unsupported media type",
        "Send the body without a Content-Encoding: it is not decoded.",
        headers: [Header("Accept-Encoding", "identity")])

    static let internalError = Problem(
        500, "internal-error", "Internal error",
        "The service failed in a way that it should not. Tell its operators the instance of this problem.")

    static func unavailable(retryAfterSeconds: Int, _ detail: String) -> Problem {
        Problem(
            503, "store-unavailable", "Store unavailable", detail,
            headers: [Header("Retry-After", String(retryAfterSeconds))])
    }

    static func notReady(_ reason: String) -> Problem {
        Problem(503, "not-ready", "Not ready", reason, headers: [Header("Retry-After", "5")])
    }

    static let deadlinePassed = Problem(
        504, "deadline-exceeded", "Deadline exceeded",
        "The store did not answer in time. Ask for less at once, such as a shorter range, or try again.")

    /// The body. `instance` is the request's id.
    func body(instance: String) -> [UInt8] {
        var body: [UInt8] = []
        body.append(json: "{\"type\":")
        body.append(jsonString: "urn:audit-query:problem:\(type)".utf8)
        body.append(json: ",\"title\":")
        body.append(jsonString: title.utf8)
        body.append(json: ",\"status\":")
        body.append(contentsOf: String(status).utf8)
        body.append(json: ",\"detail\":")
        body.append(jsonString: detail.utf8)
        body.append(json: ",\"instance\":")
        body.append(jsonString: instance.utf8)
        if !errors.isEmpty {
            body.append(json: ",\"errors\":[")
            for (index, error) in errors.enumerated() {
                body.append(json: index == 0 ? "{\"parameter\":" : ",{\"parameter\":")
                body.append(jsonString: error.parameter.utf8)
                body.append(json: ",\"detail\":")
                body.append(jsonString: error.detail.utf8)
                body.append(json: "}")
            }
            body.append(json: "]")
        }
        body.append(json: "}\n")
        return body
    }
}

/// What is wrong with one parameter.
package struct ParameterError: Error, Hashable, Sendable {
    /// The parameter's name as the client wrote it, or a place such as `ids[3]`.
    package let parameter: String
    /// What is wrong with it and what to write instead.
    package let detail: String

    /// An error of its two parts.
    package init(_ parameter: String, _ detail: String) {
        self.parameter = parameter
        self.detail = detail
    }
}
