internal import AuditRecords
internal import Evidence
internal import JSONBytes

/// Writes seals and proofs as JSON.
struct SealWriting {
    /// Whether roots and salts are shown, from which contents can be tried.
    let showsRoots: Bool

    func seals(_ extract: SealExtract) -> [UInt8] {
        extract.json(hasHashes: showsRoots, line) + [UInt8(ascii: "\n")]
    }

    func proof(
        of record: AuditRecord, _ place: ProvedPlace, of seal: DaySeal, _ index: Int, path: [TreeHash],
        _ contents: SealFolder.Contents
    ) -> [UInt8] {
        var body: [UInt8] = []
        body.append(json: "{\"id\":")
        body.append(jsonString: record.key.id)
        body.append(json: ",\"leaf\":")
        body.append(jsonString: place.leaf.base64)
        body.append(json: ",\"index\":")
        body.append(decimal: place.index)
        body.append(json: ",\"path\":")
        body.append(hashes: place.path)
        body.append(json: ",\"seal\":")
        body += line(seal)
        body.append(json: ",\"sealIndex\":")
        body.append(decimal: index)
        body.append(json: ",\"sealPath\":")
        body.append(hashes: path)
        body.append(json: ",\"checkpoint\":")
        body.append(jsonString: contents.note.bytes)
        body.append(json: "}\n")
        return body
    }

    /// As its line in the log, whose bytes the log's leaf is of.
    private func line(_ seal: DaySeal) -> [UInt8] {
        guard !showsRoots else { return seal.line }
        var line: [UInt8] = []
        line.append(json: "{\"count\":")
        line.append(decimal: seal.count)
        line.append(json: ",\"day\":")
        line.append(jsonString: seal.subject.day.text)
        line.append(json: ",\"sealed\":")
        line.append(jsonString: seal.sealed.text)
        line.append(json: ",\"systemId\":")
        line.append(jsonString: seal.subject.systemId.bytes)
        line.append(json: "}")
        return line
    }
}
