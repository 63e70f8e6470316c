internal import AuditRecords

/// The first stage: who asks?
struct Authenticate: Sendable {
    let ring: KeyRing

    /// The key of a request.
    ///
    /// - Throws: 400 for two different keys, 401 without a hint which of missing, unknown, expired or revoked it is.
    func key(of request: Request, now: Timestamp) throws(Problem) -> APIKey {
        guard let secret = try presentedSecret(request), let key = ring.key(forSecret: secret, now: now)
        else {
            throw .unauthorized
        }
        return key
    }

    private func presentedSecret(_ request: Request) throws(Problem) -> String? {
        let bearer = request.authorization.flatMap(Self.bearerToken)
        guard let header = request.apiKey, !header.isEmpty else { return bearer }
        guard let bearer, Array(bearer.utf8) != Array(header.utf8) else { return header }
        throw .badParameters([
            ParameterError("X-Api-Key", "differs from the key in Authorization: send one of them")
        ])
    }

    /// The token of `Bearer <token>` (RFC 6750 section 2.1); the scheme's case does not matter.
    private static func bearerToken(_ authorization: String) -> String? {
        // Bytes, because a space and a mark that combines with it are one Character, and no space.
        let space = UInt8(ascii: " ")
        let credentials = authorization.utf8.drop { $0 == space }
        let scheme = credentials.prefix { $0 != space }
        let token = credentials[scheme.endIndex...].drop { $0 == space }
        guard String(decoding: scheme, as: UTF8.self).lowercased() == "bearer", !token.isEmpty else {
            return nil
        }
        return String(decoding: token, as: UTF8.self)
    }
}
