internal import JSONBytes
package import Cryptography

/// A new key in clear: shown once, and kept nowhere.
package struct NewAPIKey: Sendable {
    /// The key that a client sends: `aq_` and 43 base64url characters, 256 unpredictable bits.
    package let secret: String

    /// Makes a key.
    package init() throws(CryptographyError) {
        secret = "aq_" + String(decoding: try randomBytes(32).base64URL, as: UTF8.self)
    }
}
