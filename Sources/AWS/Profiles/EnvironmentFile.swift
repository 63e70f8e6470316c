internal import Files
internal import Glibc

/// A small file that the environment or a profile names, read whole.
enum EnvironmentFile {
    struct Failure: Error {
        let isMissing: Bool
        /// What is wrong, without the path.
        let reason: String
    }

    /// The text of a regular file of at most 1 MiB, or of the null device, which is an empty file.
    static func text(_ path: String) throws(Failure) -> String {
        let bytes: [UInt8]
        do throws(LocalFile.ReadFault) {
            bytes = try LocalFile.content(path, limit: 1 << 20)
        } catch {
            throw Failure(error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(isMissing: false, reason: "is not valid UTF-8")
        }
        return text
    }
}

extension EnvironmentFile.Failure {
    fileprivate init(_ fault: LocalFile.ReadFault) {
        switch fault {
        case .system(let code):
            self.init(isMissing: code == ENOENT || code == ENOTDIR, reason: String(cString: strerror(code)))
        case .kind("a directory"): self.init(isMissing: false, reason: "Is a directory")
        case .kind: self.init(isMissing: false, reason: "is no regular file")
        case .tooLarge: self.init(isMissing: false, reason: "is larger than 1 MiB")
        }
    }
}
