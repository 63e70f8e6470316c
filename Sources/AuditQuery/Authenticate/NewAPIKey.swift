public import Cryptography

/// A new key in clear: shown once, and kept nowhere.
public struct NewAPIKey: Sendable {
    /// The key that a client sends: `aq_` and 43 base64url characters, 256 unpredictable bits.
    public let secret: String

    /// Makes a key.
    public init() throws(CryptographyError) {
        secret = "aq_" + String(decoding: try randomBytes(32).base64URL, as: UTF8.self)
    }
}
