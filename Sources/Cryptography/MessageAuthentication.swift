import COpenSSL

/// HMAC-SHA-256 of a message (RFC 2104): 32 bytes. Also serves to derive one key from another, with the
/// derived key's purpose as the message.
package func messageAuthenticationCode(of message: [UInt8], key: [UInt8]) throws(CryptographyError) -> [UInt8]
{
    var code = [UInt8](repeating: 0, count: Digest.byteCount)
    var length: UInt32 = 0
    let result = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length)
    guard result != nil, length == Digest.byteCount else { throw CryptographyError(function: "HMAC") }
    return code
}
