internal import AuditRecords
internal import AuditStores
internal import Cryptography
internal import Evidence
internal import Files
internal import JSONBytes

extension AnswerMaker {
    /// The most seals of one answer.
    static let mostSeals = 10_000

    /// The seals that a key may see. Where it hides anything, without roots: of a day of few records a root tells what they
    /// may say.
    func seals(of query: SealQuery, _ policy: Policy) throws(AnswerFailure) -> Answer {
        let hasher = TreeHasher()
        let contents = try sealed(by: hasher)
        let wanted = { (subject: SealedDay) in
            query.systemId.map { $0 == subject.systemId } ?? true && policy.scope.contains(subject.systemId)
                && query.wants(subject.day)
        }
        guard contents.log.seals.count(where: { wanted($0.subject) }) <= Self.mostSeals else {
            throw .tooManySeals(limit: Self.mostSeals)
        }
        let extract = SealExtract(
            of: contents.log, vouchedForBy: contents.note, by: hasher, where: wanted)
        let writer = SealWriting(showsRoots: policy.hiddenAttributes.paths.isEmpty)
        return passing(writer.seals(extract))
    }

    /// What a key may see, as it may know it: which systems, and whether anything is hidden from it, but not what. The mark is another one
    /// for another policy, and only who has the secret could try what is behind it.
    func policy(_ policy: Policy) throws(AnswerFailure) -> Answer {
        let mark = try sealed { () throws(CryptographyError) in try cursors.mark(of: policy.fingerprint) }
        var body: [UInt8] = []
        body.append(json: "{\"policy\":\"")
        for byte in mark { body.append(hexadecimal: byte) }
        body.append(json: "\",\"systems\":[")
        for (place, pattern) in policy.scope.patterns.enumerated() {
            if place > 0 { body.append(json: ",") }
            body.append(jsonString: Array(pattern.utf8))
        }
        body.append(
            json: policy.hiddenAttributes.isEmpty
                ? "],\"hidesAttributes\":false}\n" : "],\"hidesAttributes\":true}\n")
        return passing(body)
    }

    /// How a record is proved: from its hash to its day's root, and from the day's seal to the signed checkpoint.
    func proof(of key: RecordKey, _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer {
        guard policy.scope.contains(key.systemId) else { throw .noSeal(Self.noRecord) }
        guard policy.hiddenAttributes.paths.isEmpty else { throw .provesHidden }
        let hasher = TreeHasher()
        let contents = try sealed(by: hasher)
        let found = try visibleRecords([key], policy, budget).found
        guard found.usage.doubt == nil else {
            throw .store(StoreError(.unavailable, "what is proved has to be read from the primary"))
        }
        guard let record = found.records[0] else { throw .noSeal(Self.noRecord) }
        let subject = SealedDay(systemId: key.systemId, day: key.instant.day)
        guard let index = contents.log.current[subject] else {
            throw .noSeal("The record's day is not sealed yet.")
        }
        let seal = contents.log.seals[index]
        guard let outline = seals?.outline(of: index, seal, by: hasher) else {
            throw .noSeal("The record's day is sealed, but what proofs are made of was not kept here.")
        }
        let way = try path(to: record, outline, subject, budget, by: hasher)
        // Nothing leaves that would not hold.
        guard
            TreeProof.includes(
                way.leaf, at: way.index, in: (seal.count, seal.root), path: way.path, by: hasher)
        else { throw .fault("the proof of a record of \(subject) does not hold") }
        return passing(
            SealWriting(showsRoots: true).proof(
                of: record, way, of: seal, index, path: contents.log.inclusion(of: index, by: hasher),
                contents))
    }

    private func sealed(by hasher: TreeHasher) throws(AnswerFailure) -> SealFolder.Contents {
        guard let seals else { throw .noSeal("This installation seals no days.") }
        do throws(FileError) {
            return try seals.contents(by: hasher)
        } catch {
            guard error.isMissing else { throw .fault(error.description) }
            throw .noSeal("No day is sealed yet.")
        }
    }

    /// Where a record stands in its day, and the hashes from it to the day's root.
    private func path(
        to record: AuditRecord, _ outline: DayOutline, _ subject: SealedDay, _ budget: Budget,
        by hasher: TreeHasher
    ) throws(AnswerFailure) -> ProvedPlace {
        var leaves = RecordLeaves(by: hasher)
        let place = DayPlace(record.key)
        guard let leaf = try? leaves.leaf(of: record), let stretch = outline.stretch(of: place) else {
            throw .noSeal(Self.differs)
        }
        let neighbours =
            outline.step == 1
            ? [outline.hash(of: stretch)]
            : try hashes(in: outline.bounds(of: stretch), of: subject, &leaves, budget)
        guard neighbours.count == outline.count(of: stretch), let inside = neighbours.firstIndex(of: leaf)
        else { throw .noSeal(Self.differs) }
        var builder = ProofBuilder(inclusionOf: inside, in: neighbours.count)
        var tree = TreeFrontier()
        for hash in neighbours {
            builder.append(hash, by: hasher)
            tree.append(hash, by: hasher)
        }
        guard let proof = builder.proof, tree.root(by: hasher) == outline.hash(of: stretch) else {
            throw .noSeal(Self.differs)
        }
        return ProvedPlace(
            leaf: leaf, index: stretch * outline.step + inside,
            path: proof + outline.path(of: stretch, by: hasher))
    }

    /// The leaves of a stretch's records as the store has them: some hundreds at most, of a day of 10,000,000.
    private func hashes(
        in bounds: (start: DayPlace, next: DayPlace?), of subject: SealedDay, _ leaves: inout RecordLeaves,
        _ budget: Budget
    ) throws(AnswerFailure) -> [TreeHash] {
        let end = bounds.next.map { $0.instant.advanced(bySeconds: 0, nanoseconds: 1) } ?? subject.day.end
        let range = TimeRange(start: bounds.start.instant, end: end)
        var query = RecordQuery(
            systemId: subject.systemId, stated: range, range: range, order: .ascending,
            limit: RecordQuery.limits.upperBound)
        let reader = PageReader(store: store, memory: memory, now: time.steady)
        var hashes: [TreeHash] = []
        while true {
            let page = try storeAnswer { () throws(StoreError) in
                try reader.page(of: query, scope: .all, budget: budget)
            }
            for record in page.records {
                let place = DayPlace(record.key)
                guard place >= bounds.start, bounds.next.map({ place < $0 }) ?? true else { continue }
                guard let hash = try? leaves.leaf(of: record) else { throw .noSeal(Self.differs) }
                hashes.append(hash)
            }
            guard let resume = page.resume, hashes.count <= DayOutline.mostEntries else { return hashes }
            guard page.stop != .budget else {
                throw .store(StoreError(.deadline, "a stretch of a day is too long"))
            }
            query.after = resume
        }
    }

    private func passing(_ body: [UInt8]) -> Answer {
        Answer(body: body, recordCount: 0, isPassing: true, lifetime: .zero, made: time.steady())
    }

    private static let noRecord = "There is no record with this id that this key may see."
    private static let differs =
        "The record is not in its day's seal as it is now: it came late or was changed since. Operators find more by "
        + "`audit-query verify`."
}

/// Where a record stands in its sealed day, and what proves it.
struct ProvedPlace {
    let leaf: TreeHash
    let index: Int
    let path: [TreeHash]
}
