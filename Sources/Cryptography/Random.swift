import COpenSSL

/// Unpredictable bytes for keys and secrets, from libcrypto's generator (RAND_bytes(3)).
package func randomBytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw CryptographyError(function: "RAND_bytes") }
    return bytes
}
