import AuditRecords
import AuditStores
import Evidence
import Files
import QueryService

/// How an export begins, or goes on.
extension ExportCommand {
    static func signer(_ path: String) throws -> SigningKey {
        let key = try NoteKeyFile.signingKey(
            path, make: "audit-query seal key --exporter NAME --file \(path)")
        guard key.verifier.kind == .note else {
            throw FileError(path, "is the key of a witness, who signs checkpoints alone")
        }
        return key
    }

    /// The checkpoint to go on from, and the question as it was understood when the export began.
    func begin(
        _ material: ExportMaterial, _ isNew: Bool, _ target: ExportTarget, _ signer: SigningKey?
    ) throws -> (ExportCheckpoint, RecordQuery) {
        let options = options(signer)
        guard !isNew else {
            let origin = try material.source.description(of: material.firstRange)
            let head = origin.hidesAttributes == false ? try material.source.seals(nil) : []
            let checkpoint = ExportCheckpoint(
                asked: options, begun: String(decoding: TimeSource.system.wall().text, as: UTF8.self),
                question: ExportManifest.Question(material.query), origin: origin,
                arrival: try material.arrivals?.end(), sealSize: try ExportSeals(head)?.size)
            try checkpoint.write(to: target.checkpoint)
            return (checkpoint, material.query)
        }
        let checkpoint = try ExportCheckpoint(path: target.checkpoint)
        let differing = Set(options.keys).union(checkpoint.asked.keys).sorted()
            .filter { options[$0] != checkpoint.asked[$0] }
        guard differing.isEmpty else {
            throw ExportError(
                "\(target.folder.printable): was begun with another \(differing.joined(separator: ", ")): give the same options",
                .usage)
        }
        var query = material.query
        query.range = try checkpoint.question.range.read()
        return (checkpoint, query)
    }

    /// What decides which records are in it and how they are written, as it was given.
    private func options(_ signer: SigningKey?) -> [String: String] {
        let all: [(String, String?)] = [
            ("--url", server.url), ("--user", asked.records.user), ("--system", asked.records.system),
            ("--resource", asked.records.resource), ("--filter", asked.records.filter),
            ("--search", asked.records.search),
            ("--from", asked.from), ("--to", asked.to), ("--time-zone", asked.timeZone.map { "\($0)" }),
            ("--order", order?.rawValue), ("--output", output), ("--columns", columns),
            ("--spreadsheet", spreadsheet ? "yes" : nil), ("--part-records", partRecords.map(String.init)),
            ("--sign-key", signer.map { "\($0.verifier)" }),
        ]
        return Dictionary(uniqueKeysWithValues: all.compactMap { name, value in value.map { (name, $0) } })
    }
}
