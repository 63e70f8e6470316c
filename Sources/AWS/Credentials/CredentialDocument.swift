internal import FoundationEssentials
internal import HTTPClient

/// Credentials as JSON, in the spellings of commands, containers and instances, or why there are none.
struct CredentialDocument: Decodable {
    private let version: Int?
    private let accessKeyID: String?
    private let secretAccessKey: String?
    private let sessionToken: String?
    private let expiration: String?
    private let code: String?
    private let message: String?

    private enum Key: String, CodingKey {
        case Version, AccessKeyId, SecretAccessKey, SessionToken, Token, Expiration
        case Code, code, Message, message
    }

    /// Nil when it is not a JSON object of the right types. A decoding error could quote a secret.
    init?(_ body: [UInt8]) {
        guard let document = try? JSONDecoder().decode(Self.self, from: Data(body)) else { return nil }
        self = document
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func text(_ keys: Key...) throws -> String? {
            for key in keys {
                if let text = try container.decodeIfPresent(String.self, forKey: key), !text.isEmpty {
                    return text
                }
            }
            return nil
        }
        version = try? container.decodeIfPresent(Int.self, forKey: .Version)
        accessKeyID = try text(.AccessKeyId)
        secretAccessKey = try text(.SecretAccessKey)
        sessionToken = try text(.SessionToken, .Token)
        expiration = try text(.Expiration)
        code = try text(.Code, .code)
        message = try text(.Message, .message)
    }

    var isVersion1: Bool { version == 1 }

    /// What a service says in place of credentials; nil when it says `Success`, or nothing.
    var refusal: String? {
        guard let code, code != "Success" else { return nil }
        return message.map { "\(code.prefix(100)): \($0.prefix(300))" } ?? String(code.prefix(100))
    }

    /// The credentials; nil when something is missing, or the time of their end is none.
    func credentials(mustEnd: Bool) -> Credentials? {
        guard let accessKeyID, let secretAccessKey else { return nil }
        let end = expiration.flatMap(ExpirationText.date)
        guard end != nil || (expiration == nil && !mustEnd) else { return nil }
        return Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: sessionToken,
            expiration: end)
    }
}

extension CredentialDocument: Redacted {
    var description: String { "credentials as JSON" }
}
