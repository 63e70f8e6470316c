internal import AuditRecords
internal import Evidence
internal import JSONBytes

/// Writes seals and proofs as JSON.
struct SealWriting {
    /// Whether roots and salts are shown, from which contents can be tried.
    let showsRoots: Bool

    func seals(_ extract: SealExtract) -> [UInt8] {
        guard !showsRoots else { return extract.json + [UInt8(ascii: "\n")] }
        let current = extract.current
        var body: [UInt8] = []
        body.append(json: "{\"seals\":[")
        for (place, entry) in extract.entries.enumerated() {
            if place > 0 { body.append(json: ",") }
            body.append(json: "{\"index\":")
            body.append(decimal: entry.index)
            body.append(
                json: current[entry.seal.subject] == entry.index
                    ? ",\"holds\":true,\"seal\":" : ",\"holds\":false,\"seal\":")
            append(entry.seal, to: &body)
            body.append(json: "}")
        }
        body.append(json: "],\"checkpoint\":")
        body.append(jsonString: extract.note.bytes)
        body.append(json: "}\n")
        return body
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
        append(place.path, to: &body)
        body.append(json: ",\"seal\":")
        append(seal, to: &body)
        body.append(json: ",\"sealIndex\":")
        body.append(decimal: index)
        body.append(json: ",\"sealPath\":")
        append(path, to: &body)
        body.append(json: ",\"checkpoint\":")
        body.append(jsonString: contents.note.bytes)
        body.append(json: "}\n")
        return body
    }

    private func append(_ path: [TreeHash], to body: inout [UInt8]) {
        body.append(json: "[")
        for (place, hash) in path.enumerated() {
            if place > 0 { body.append(json: ",") }
            body.append(jsonString: hash.base64)
        }
        body.append(json: "]")
    }

    /// As its line in the log, whose bytes the log's leaf is of.
    private func append(_ seal: DaySeal, to body: inout [UInt8]) {
        guard !showsRoots else {
            body += seal.line
            return
        }
        body.append(json: "{\"count\":")
        body.append(decimal: seal.count)
        body.append(json: ",\"day\":")
        body.append(jsonString: seal.subject.day.text)
        body.append(json: ",\"sealed\":")
        body.append(jsonString: seal.sealed.text)
        body.append(json: ",\"systemId\":")
        body.append(jsonString: seal.subject.systemId.bytes)
        body.append(json: "}")
    }
}
