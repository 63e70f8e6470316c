internal import FoundationEssentials

/// The keys as they are kept: JSON, in a file or elsewhere.
struct KeyDocument: Codable {
    private static let currentVersion = 1

    private var version = KeyDocument.currentVersion
    var keys: [StoredKey] = []

    /// A document without keys.
    init() {}

    /// Reads a document that stands at `origin`, a path or what else names it.
    init(_ bytes: [UInt8], origin: String) throws(FileError) {
        do {
            self = try JSONDecoder().decode(KeyDocument.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw FileError(origin, "is not a key file: \(error.place)")
        } catch {
            throw FileError(origin, "is not a key file: \(error)")
        }
        guard version == Self.currentVersion else {
            throw FileError(
                origin, "has version \(version); this program reads \(Self.currentVersion)")
        }
    }

    /// The document as it is kept.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

extension DecodingError {
    /// What is wrong where, in one line.
    fileprivate var place: String {
        let context: Context? =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        let path = (context?.codingPath ?? []).map(\.stringValue).joined(separator: ".")
        return "\(context?.debugDescription ?? "unreadable")\(path.isEmpty ? "" : " at \(path)")"
    }
}
