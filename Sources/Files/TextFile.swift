internal import Glibc

/// The text of a small file such as a configuration: at most 1 MiB of valid UTF-8.
package func textFile(_ path: String) throws(FileError) -> String {
    let bytes = try LocalFile.read(path, limit: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw FileError(path, "is not valid UTF-8")
    }
    return text
}

/// Replaces a small file in one step, or makes it: whoever reads it sees all of the old text or all of the new.
package func writeTextFile(_ path: String, _ text: String, mode: UInt32) throws(FileError) {
    try LocalFile.replace(path, with: Array(text.utf8), mode: mode)
}

/// Takes a file away. None at the path is no error.
package func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .system(path) }
}

/// The secret in a file: everything in it but white space at its end, at least 32 bytes. Every host and
/// worker needs the same one.
package func secretFile(_ path: String) throws(FileError) -> [UInt8] {
    let secret: [UInt8]
    do throws(FileError) {
        secret = try LocalFile.read(path, limit: 64 * 1024)
    } catch  where error.isMissing {
        throw FileError(
            path, "is missing: make it with (umask 077; openssl rand -hex 32 > \(path))", .missing)
    }
    return try trimmedSecret(secret, origin: path)
}

/// The secret in the content of such a file that stands elsewhere, at `origin`, as messages call it.
package func trimmedSecret(_ content: [UInt8], origin: String) throws(FileError) -> [UInt8] {
    var secret = content
    while let last = secret.last,
        last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") || last == UInt8(ascii: " ")
    {
        secret.removeLast()
    }
    guard secret.count >= 32 else {
        throw FileError(origin, "has \(secret.count) bytes, too few to be a secret: 32 or more are needed")
    }
    return secret
}

/// The permission bits of a file; nil when there is none.
package func fileMode(_ path: String) -> UInt32? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return UInt32(status.st_mode) & 0o7777
}
