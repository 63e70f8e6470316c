internal import AuditStores
internal import CoreMetrics
internal import Deflate

extension AnswerFinder {
    /// Gives an answer the form that a client takes. What was read for one who takes no gzip is packed for the cache when it has been
    /// sent: nobody waits for that.
    func form(_ found: inout FoundAnswer, _ key: CacheKey, _ request: Request) throws(AnswerFailure) {
        let answer = found.answer
        if answer.isToBePacked {
            if request.takesGzip {
                // Of a crowd that shares one read, the first ones do it for the others.
                if let kept = cache.answer(for: key, now: time.steady()), !kept.isToBePacked,
                    kept.entityTag == answer.entityTag
                {
                    found.answer = kept
                } else {
                    found.answer = pack(answer, key)
                }
            } else if found.status.isRead, cache.keeps(answer, for: key) {
                found.afterwards = { _ = pack(answer, key) }
            }
        } else if answer.isPacked, !request.takesGzip, answer.plain == nil, request.method != "HEAD",
            !request.isUnchanged(answer.entityTag)
        {
            try unpack(&found, key, until: request.received + settings.deadline)
        }
    }

    private func pack(_ answer: Answer, _ key: CacheKey) -> Answer {
        let packed = answer.packed()
        let dropped = cache.keep(packed, inPlaceOf: answer, for: key)
        if dropped > 0 { evictions.increment(by: dropped) }
        return packed
    }

    /// Unpacks a body for a client that takes no gzip, and keeps it so where many ask and it is no large one.
    private func unpack(
        _ found: inout FoundAnswer, _ key: CacheKey, until deadline: ContinuousClock.Instant
    ) throws(AnswerFailure) {
        let answer = found.answer
        guard let byteCount = answer.unpackedByteCount else { return }
        // What the cache does not keep holds room already, and whoever holds some waits for none.
        let end = cache.keeps(answer, for: key) ? deadline : .now
        do throws(StoreError) {
            found.plainReservation = try maker.memory.reservation(ofBody: byteCount, until: end)
        } catch {
            throw .store(error)
        }
        guard let plain = Deflate.gunzip(answer.body, byteCount: byteCount) else {
            throw .fault("a cached answer cannot be unpacked, or there is no memory for it")
        }
        found.answer.plain = plain
        guard byteCount <= Answer.plainLimit else { return }
        let dropped = cache.keep(plain: plain, of: answer, for: key)
        if dropped > 0 { evictions.increment(by: dropped) }
    }
}
