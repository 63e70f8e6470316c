internal import AuditStores
internal import CoreMetrics
internal import Deflate

extension AnswerFinder {
    /// Unpacks a body for a client that takes no gzip, and keeps it so where many ask and it is no large one.
    func unpack(
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
