package import Files
internal import Foundation

/// How far a far end has what came into the store: a small file, which is written when the far end has it for sure, and never before.
/// Whatever happens between, records are sent once more, and none is left out.
package struct ForwardCheckpoint: Codable, Equatable, Sendable {
    private static let byteCount = 1 << 16

    /// Of the file's form.
    private var version = 1
    /// The far end that it is of: another one has not had what came before.
    package let farEnd: String
    /// What came up to this place is there. What it says is the source's business.
    package var place: String
    /// Up to where the batch goes that was about to be sent, for a far end that must get equal batches where one is repeated.
    package var pending: String?

    /// One of its parts.
    package init(farEnd: String, place: String) {
        (self.farEnd, self.place) = (farEnd, place)
    }

    /// Reads one.
    ///
    /// - Returns: nil where there is no file.
    /// - Throws: that it cannot be read, is none of this version, or is another far end's.
    package static func read(_ path: String, of farEnd: String) throws(ForwardFault) -> ForwardCheckpoint? {
        guard let found = try read(path) else { return nil }
        guard found.farEnd == farEnd else {
            throw ForwardFault(
                "--checkpoint: \(path) is of \(found.farEnd), and not of \(farEnd): give each far end a file of its own, or edit "
                    + "farEnd in it where that has only got another name")
        }
        return found
    }

    /// Reads one, whatever far end it is of.
    ///
    /// - Returns: nil where there is no file.
    /// - Throws: that it cannot be read, or is none of this version.
    package static func read(_ path: String) throws(ForwardFault) -> ForwardCheckpoint? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFile.read(path, limit: byteCount)
        } catch  where error.isMissing {
            return nil
        } catch {
            throw ForwardFault("--checkpoint: \(error)")
        }
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(bytes)), found.version == 1 else {
            throw ForwardFault(
                "--checkpoint: \(path) is no checkpoint of this version: remove it, and say by --begin where to begin"
            )
        }
        return found
    }

    /// Replaces it in one step, for good: it is on the disk when this returns.
    package func write(to path: String) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts alone: they can always be encoded.
        let bytes = (try? encoder.encode(self)).map(Array.init) ?? []
        try LocalFile.replace(path, with: bytes, mode: 0o640)
    }
}
