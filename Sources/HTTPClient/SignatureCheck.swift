/// What libcurl would sign otherwise than AWS does, so that a clear error takes the place of AWS's 403.
/// Found by comparing libcurl 7.88.1 with botocore.
enum SignatureCheck {
    /// What is wrong, nil if nothing. Never repeats a value.
    static func fault(
        in signature: AWSSignature,
        of request: HTTPRequest,
        target: RequestTarget
    ) -> String? {
        if target.hasUserInformation { return "a URL with user information cannot be signed" }
        let names = [signature.region, signature.service, signature.accessKeyID]
        guard names.allSatisfy(RequestCheck.isToken) else {
            return "region, service or access key id is not a token"
        }
        guard [signature.secretAccessKey, signature.sessionToken ?? ""].allSatisfy(RequestCheck.isValue)
        else {
            return "the credentials have control characters"
        }
        // libcurl would add one after signing.
        if request.sendsBody, request.headers["Content-Type"] == nil {
            return "a body to be signed needs a Content-Type"
        }
        // libcurl signs such a field under a name with a semicolon.
        if let empty = request.headers.first(where: { $0.value.isEmpty }) {
            return "\(empty.name) has no value and cannot be signed"
        }
        return faultInOrder(of: request.headers.map { $0.name.lowercased() })
    }

    /// libcurl sorts whole lines where AWS sorts names, and does not join fields of one name.
    private static func faultInOrder(of names: [String]) -> String? {
        let signed = (names + ["host", "x-amz-date", "x-amz-security-token"]).map { Array($0.utf8) }
        for (name, bytes) in zip(names, signed) {
            if names.count(where: { $0 == name }) > 1 { return "\(name) comes twice and cannot be signed" }
            let isSortedWrongly = signed.contains { other in
                let (short, long) = bytes.count < other.count ? (bytes, other) : (other, bytes)
                return short.count < long.count && long.starts(with: short)
                    && long[short.count] < UInt8(ascii: ":")
            }
            if isSortedWrongly { return "\(name) begins like another field and cannot be signed" }
        }
        return nil
    }
}
