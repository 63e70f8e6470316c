import Files
import Foundation

/// What is stored of files that are followed, in a small file: of each its place, and those of the files that were it before.
///
/// It is written when the store has committed, never before: whatever happens between, lines are read once more, and none is
/// left out.
struct FollowCheckpoint: Codable, Equatable {
    /// More than so many files that one was before are not remembered.
    static let placeCount = 32
    private static let byteCount = 16 << 20

    /// Of the file's format.
    private var version = 1
    /// By the path that is followed; the file that it is now stands last.
    var files: [String: [FilePlace]] = [:]

    init() {}

    /// Reads one; none where there is no file yet.
    init(path: String) throws(FollowError) {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFile.read(path, limit: Self.byteCount)
        } catch  where error.isMissing {
            return
        } catch {
            throw FollowError("--checkpoint: \(error)")
        }
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(bytes)), found.version == 1 else {
            throw FollowError(
                "--checkpoint: \(path) is no checkpoint of this version: remove it, and all files are read "
                    + "from their beginning, which changes nothing in the store"
            )
        }
        self = found
    }

    /// Replaces it in one step, for good: it is on the disk when this returns.
    func write(to path: String) throws(FollowError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try LocalFile.replace(path, with: Array(try encoder.encode(self)), mode: 0o640)
        } catch {
            throw FollowError("--checkpoint: \(error)")
        }
    }
}
