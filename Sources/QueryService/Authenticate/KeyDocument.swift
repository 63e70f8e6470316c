internal import Files
internal import Cryptography
internal import FoundationEssentials

/// The keys as they are kept: JSON, in a file or elsewhere. What reads them, workers and commands alike, checks them here.
struct KeyDocument {
    /// How many bytes one may have: some 100,000 keys.
    static let byteLimit = 32 * 1024 * 1024

    var keys: [StoredKey] = []

    /// A document without keys.
    init() {}

    /// Reads a document that stands at `origin`, a path or what else names it.
    init(_ bytes: [UInt8], origin: String) throws(FileError) {
        guard bytes.count <= Self.byteLimit else {
            throw FileError(origin, "is larger than \(Self.byteLimit) bytes")
        }
        do throws(KeyDocumentFault) {
            keys = try KeyDocumentReader(bytes).keys()
        } catch {
            throw FileError(origin, error.description)
        }
    }

    /// The keys with the digests of their secrets, all of them checked.
    ///
    /// - Throws: what is wrong with the first key that is wrong, or that two have one id or one secret.
    func checked(origin: String) throws(FileError) -> [(digest: Digest, key: APIKey)] {
        do throws(KeyDocumentFault) {
            return try checked()
        } catch {
            throw FileError(origin, error.description)
        }
    }

    private func checked() throws(KeyDocumentFault) -> [(digest: Digest, key: APIKey)] {
        var ids: Set<String> = []
        var owners: [Digest: String] = [:]
        return try keys.map { stored throws(KeyDocumentFault) in
            let (digest, key) = try stored.parsed()
            guard ids.insert(key.id).inserted else {
                throw stored.fault("another key has this id: give each key its own")
            }
            if let owner = owners.updateValue(key.id, forKey: digest) {
                throw stored.fault("has the digest of key \(owner): the same secret twice")
            }
            return (digest, key)
        }
    }

    /// The document as it is kept.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(Encoded(version: version, keys: keys))) + [UInt8(ascii: "\n")]
    }

    /// The oldest version that says all of it, so that programs of before read what they understand, and refuse the rest.
    private var version: Version { keys.contains(where: \.needsPaths) ? .paths : .names }

    /// How a document is to be read.
    enum Version: Int, Encodable, CaseIterable {
        /// Hidden attributes are names as they are, without quotes or dots that mean anything.
        case names = 1
        /// Hidden attributes are paths, and a key may have the end of a grace.
        case paths = 2
    }

    private struct Encoded: Encodable {
        let version: Version
        let keys: [StoredKey]
    }
}

/// What is wrong in a document of keys, and where.
struct KeyDocumentFault: Error, CustomStringConvertible {
    let description: String

    init(line: Int?, _ detail: String) {
        description = line.map { "line \($0): \(detail)" } ?? detail
    }
}
