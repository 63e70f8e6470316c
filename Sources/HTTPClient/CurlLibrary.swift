import CCurl
import Glibc

/// What libcurl keeps for the whole process.
enum CurlLibrary {
    /// Whether libcurl is initialised; done once, by the first client, from any thread.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// The directory of the system's roots, each in a file named for its hash, where there is one
    /// (Debian has it).
    ///
    /// OpenSSL reads one root from it when a certificate needs that one; from the bundle, libcurl parses
    /// some 140 roots for every handle. Measured with 300 connections: 0.8 ms and 67 KB each from the
    /// directory, 16 ms and 860 KB from the bundle. So it is preferred wherever it exists.
    static let rootsDirectory: String? = {
        guard let path = curl_version_info(CURLVERSION_SEVENTH).pointee.capath else { return nil }
        let directory = String(cString: path)
        return isHashed(directory) ? directory : nil
    }()

    private static func isHashed(_ directory: String) -> Bool {
        guard let stream = opendir(directory) else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            // OpenSSL's form: eight hex digits of the subject's hash, a dot, a number.
            if name.utf8.count == 10, name.hasSuffix(".0") { return true }
        }
        return false
    }
}
