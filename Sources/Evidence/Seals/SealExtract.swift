internal import JSONBytes

/// Some of a log's seals, with what leads from them to its signed checkpoint and tells nothing of the others: what `/v1/seals` answers
/// and what an export takes with it.
package struct SealExtract: Sendable {
    /// A seal, and its index in the log.
    package struct Entry: Sendable {
        /// Its place in the log.
        package let index: Int
        /// What was sealed.
        package let seal: DaySeal
    }

    /// In the order of the log.
    package let entries: [Entry]
    /// The hashes around them (``PartialTree``).
    package let hashes: [TreeHash]
    /// The checkpoint as it was signed.
    package let note: SignedNote

    /// Those seals of a log that are wanted. A day's are wanted all or none, so that the last one of a day is the one that holds.
    package init(
        of log: SealLog, vouchedForBy note: SignedNote, by hasher: TreeHasher,
        where isWanted: (SealedDay) -> Bool
    ) {
        entries = log.seals.enumerated().compactMap { index, seal in
            isWanted(seal.subject) ? Entry(index: index, seal: seal) : nil
        }
        hashes = log.hashes(around: entries.map(\.index), by: hasher)
        self.note = note
    }

    /// The seal that holds, by day.
    package var current: [SealedDay: Int] {
        entries.reduce(into: [:]) { $0[$1.seal.subject] = $1.index }
    }

    /// What is wrong with it in itself, for a person to read: nil where the seals are the log's that the checkpoint speaks of. Who
    /// signed that is another question.
    package func fault(by hasher: TreeHasher) -> String? {
        let checkpoint: Checkpoint
        do throws(NoteFault) { checkpoint = try Checkpoint(note) } catch { return "its checkpoint \(error)" }
        let leaves = entries.map { (index: $0.index, leaf: hasher.leaf($0.seal.line)) }
        guard
            PartialTree.root(of: leaves, size: checkpoint.size, hashes: hashes, by: hasher) == checkpoint.root
        else { return "its seals are not those that its checkpoint vouches for" }
        var last: [SealedDay: Int] = [:]
        for entry in entries {
            guard entry.seal.replaces?.seal == last[entry.seal.subject] else {
                return "its seal \(entry.index) of \(entry.seal.subject) does not replace the one before it"
            }
            last[entry.seal.subject] = entry.index
        }
        return nil
    }

    /// One object in JSON.
    package var json: [UInt8] { json(hasHashes: true) { $0.line } }

    /// The same with each seal as a body writes it, and the hashes only where they may be seen.
    package func json(hasHashes: Bool, _ line: (DaySeal) -> [UInt8]) -> [UInt8] {
        var json: [UInt8] = []
        json.append(json: "{\"seals\":[")
        let current = current
        for (place, entry) in entries.enumerated() {
            json.append(json: place > 0 ? ",{\"index\":" : "{\"index\":")
            json.append(decimal: entry.index)
            json.append(json: ",\"holds\":")
            json.append(json: current[entry.seal.subject] == entry.index ? "true" : "false")
            json.append(json: ",\"seal\":")
            json += line(entry.seal)
            json.append(json: "}")
        }
        json.append(json: "]")
        if hasHashes {
            json.append(json: ",\"hashes\":")
            json.append(hashes: hashes)
        }
        json.append(json: ",\"checkpoint\":")
        json.append(jsonString: note.bytes)
        json.append(json: "}")
        return json
    }

    /// Reads what ``json`` writes, white space and the order of members aside. Whether it holds is told by ``fault(by:)``.
    package init(json: [UInt8]) throws(NoteFault) {
        let members: Members
        do throws(JSONFault) {
            members = try Members(json)
        } catch {
            throw NoteFault("holds no seals as they are answered: \(error)")
        }
        // Else one whose seals were renamed would say that there are none.
        guard let seals = members.seals else {
            throw NoteFault("holds no seals as they are answered: no member is seals")
        }
        entries = try seals.map { entry throws(NoteFault) in
            Entry(index: entry.index, seal: try DaySeal(line: entry.line))
        }
        (hashes, note) = (members.hashes, try SignedNote(members.note))
    }
}

extension SealExtract {
    /// Reads a list of them.
    package static func list(json: [UInt8]) throws(NoteFault) -> [SealExtract] {
        var objects: [[UInt8]] = []
        do throws(JSONFault) {
            var cursor = try JSONCursor(json)
            try cursor.elements { cursor throws(JSONFault) in
                objects.append(Array(cursor.bytes[try cursor.value()]))
            }
            try cursor.end()
        } catch {
            throw NoteFault("holds no list of seals: \(error)")
        }
        return try objects.map { object throws(NoteFault) in try SealExtract(json: object) }
    }
}

/// The members of the object.
private struct Members {
    var seals: [(index: Int, line: [UInt8])]?
    var hashes: [TreeHash] = []
    var note: [UInt8] = []

    init(_ json: [UInt8]) throws(JSONFault) {
        var members = Self()
        try JSONCursor.envelope(of: json) { cursor, name throws(JSONFault) in
            switch String(decoding: name, as: UTF8.self) {
            case "seals":
                var seals: [(index: Int, line: [UInt8])] = []
                try cursor.elements { cursor throws(JSONFault) in seals.append(try Self.seal(&cursor)) }
                members.seals = seals
            case "hashes": members.hashes = try cursor.treeHashes()
            case "checkpoint": members.note = try cursor.text(cursor.string())
            default: _ = try cursor.value()
            }
        }
        self = members
    }

    private init() {}

    private static func seal(_ cursor: inout JSONCursor) throws(JSONFault) -> (index: Int, line: [UInt8]) {
        var (index, line): (Int?, [UInt8]?) = (nil, nil)
        try cursor.envelope { cursor, name throws(JSONFault) in
            switch String(decoding: name, as: UTF8.self) {
            case "index": index = try cursor.wholeNumber()
            case "seal": line = try cursor.canonicalObject()
            default: _ = try cursor.value()
            }
        }
        guard let index, let line else { throw cursor.fault("a seal has no index, or says nothing") }
        return (index, line)
    }
}
