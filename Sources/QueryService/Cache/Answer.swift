internal import AuditStores
internal import JSONBytes
internal import Threads
internal import Cryptography
internal import Deflate
internal import Synchronization

/// A finished answer: the exact bytes of its body, as nearly all clients are sent it and as it is cached. Two words and a
/// body: what belongs to it lies in one place, which all who have it share.
struct Answer: Sendable {
    /// What all who have the answer share.
    let kept: Kept
    /// The body as it is, beside its gzip member: of an answer that was just packed, and of one that many ask for who take no
    /// gzip. Else nil, and unpacked for each of them.
    var plain: [UInt8]?

    final class Kept: Sendable {
        /// The body as it is kept: a gzip member of it, or as it is where that saves little. Empty when there is no such record.
        let body: [UInt8]
        /// How many bytes the body has that `body` is the gzip member of; nil where that is the body itself.
        let unpackedByteCount: Int?
        /// Whether `body` is the body itself for now, and there is to be a gzip member of it (``Answer/packed()``).
        let isToBePacked: Bool
        /// A validator (RFC 9110 section 8.8.3), of what the body is unpacked: equal for equal bytes only.
        let entityTag: String
        /// How it was made and for how long it holds.
        let facts: Facts
        /// A number that no other answer of this process has.
        let serial: UInt64
        /// What it says in headers in the place of a frame in its body; nil for JSON.
        let lines: LineHeaders?
        /// The bytes of a large body, for as long as anybody has it; nil for a small one.
        let reservation: Reservation?

        init(
            body: [UInt8], unpackedByteCount: Int? = nil, isToBePacked: Bool = false, entityTag: String,
            _ facts: Facts, lines: LineHeaders?, reservation: Reservation?
        ) {
            self.body = body
            self.unpackedByteCount = unpackedByteCount
            self.isToBePacked = isToBePacked
            self.entityTag = entityTag
            self.facts = facts
            self.lines = lines
            self.reservation = reservation
            serial = Answer.serials.add(1, ordering: .relaxed).newValue
        }
    }

    /// What is known of an answer besides its bytes.
    struct Facts: Sendable {
        /// Records in it.
        var recordCount: Int
        /// Whether what was asked for by its id does not exist for the asking key.
        var isMissing = false
        /// Whether nobody may keep it, neither here nor there.
        var isPassing = false
        /// How long it is fresh.
        var lifetime: Duration
        /// When it was made.
        var made: ContinuousClock.Instant
        /// When the store was asked: what was written before that is in it.
        var asked: ContinuousClock.Instant
        /// What the store took to make it.
        var usage = StoreUsage.none
        /// How many records the question's condition was held against; 0 without one.
        var looked = 0
        /// How many records a count found in the store; 0 for all other answers.
        var counted = 0
    }

    var body: [UInt8] { kept.body }
    var unpackedByteCount: Int? { kept.unpackedByteCount }
    var isToBePacked: Bool { kept.isToBePacked }
    var entityTag: String { kept.entityTag }
    var recordCount: Int { kept.facts.recordCount }
    var isMissing: Bool { kept.facts.isMissing }
    var isPassing: Bool { kept.facts.isPassing }
    var lifetime: Duration { kept.facts.lifetime }
    var made: ContinuousClock.Instant { kept.facts.made }
    var asked: ContinuousClock.Instant { kept.facts.asked }
    var usage: StoreUsage { kept.facts.usage }
    /// Why it may lack what is stored by now; nil where it does not.
    var doubt: StoreDoubt? { kept.facts.usage.doubt }
    var looked: Int { kept.facts.looked }
    var counted: Int { kept.facts.counted }
    var serial: UInt64 { kept.serial }
    var lines: LineHeaders? { kept.lines }
    var reservation: Reservation? { kept.reservation }

    init(
        body: [UInt8], recordCount: Int, isMissing: Bool = false, isPassing: Bool = false, lifetime: Duration,
        made: ContinuousClock.Instant, asked: ContinuousClock.Instant? = nil, usage: StoreUsage = .none,
        room: AnswerRoom? = nil, frame: LineFrame? = nil, packs: Bool = false, looked: Int = 0,
        counted: Int = 0
    ) {
        let isLarge = body.count > Self.plainLimit
        let member = packs && isLarge ? Self.halved(body) : nil
        let bytes = (member ?? body).withoutSpareRoom
        let lines = frame.map { LineHeaders($0, Digest(of: body)) }
        let identity = lines?.identity ?? body
        kept = Kept(
            body: bytes, unpackedByteCount: member.map { _ in body.count },
            isToBePacked: packs && !isLarge && body.count >= Self.smallestPacked,
            entityTag: Self.tag(of: identity),
            Facts(
                recordCount: recordCount, isMissing: isMissing, isPassing: isPassing,
                lifetime: usage.doubt == nil ? lifetime : min(lifetime, Self.doubtfulLifetime), made: made,
                asked: usage.standbyKnown.map { min($0, asked ?? made) } ?? asked ?? made, usage: usage,
                looked: looked, counted: counted),
            lines: lines, reservation: room?.keep(body: bytes.count))
    }

    private static func tag(of identity: [UInt8]) -> String {
        let tag = Array(Digest(of: identity).bytes.prefix(16)).base64URL
        return "\"\(String(decoding: tag, as: UTF8.self))\""
    }

    /// The bytes of what all share, without what it points to: fields of its own, and a header of two words.
    static let keptByteCount =
        16 + MemoryLayout<([UInt8], Int?, Bool, String, Facts, UInt64, LineHeaders?, Reservation?)>.size

    /// What may lack something is kept for those who ask the same at the same time, and no longer.
    static let doubtfulLifetime = Duration.seconds(2)

    private static let serials = Atomic<UInt64>(0)

    /// The most bytes of a body that are kept as they are beside its gzip member: what needs no room in the gate for answers
    /// (``AnswerMemory/Limits/unasked``).
    static let plainLimit = 64 << 10
    /// A body with fewer bytes is not worth a client's time to unpack it.
    static let smallestPacked = 1024

    /// The gzip member of a large body; nil where it saves less than half: then it and its copy do not fit where the records
    /// were that the body was written from.
    private static func halved(_ body: [UInt8]) -> [UInt8]? { Deflate.gzip(body, within: body.count / 2) }

    /// The same, kept as the gzip member that it is to be where that saves an eighth, with its body beside it. Some 0.1 ms for
    /// 43 KB.
    func packed() -> Answer {
        guard isToBePacked else { return self }
        let member = Deflate.gzip(body, within: body.count * 7 / 8)
        let kept = Kept(
            body: (member ?? body).withoutSpareRoom, unpackedByteCount: member.map { _ in body.count },
            entityTag: entityTag, kept.facts, lines: lines, reservation: reservation)
        return Answer(kept: kept, plain: member.map { _ in body })
    }

    private init(kept: Kept, plain: [UInt8]?) {
        self.kept = kept
        self.plain = plain
    }

    /// Whether it is kept as a gzip member.
    var isPacked: Bool { unpackedByteCount != nil }

    /// How old it is, in whole seconds: since it is known to have had all that was stored, and not since the store had answered.
    func age(at now: ContinuousClock.Instant) -> Int {
        Int((now - (doubt.map { min($0.known, asked) } ?? asked)).components.seconds)
    }

    /// How long it stays fresh, in whole seconds rounded up; 0 or less when it is stale.
    func secondsLeft(at now: ContinuousClock.Instant) -> Int {
        let left = (lifetime - (now - made)).components
        return Int(left.seconds) + (left.attoseconds > 0 ? 1 : 0)
    }

    /// Whether it is fresh for no longer than the last tenth of its life, half a minute at most. One that does not live
    /// for ten seconds is never near its end: it would be read all the time.
    func isNearItsEnd(at now: ContinuousClock.Instant) -> Bool {
        let left = lifetime - (now - made)
        return lifetime >= .seconds(10) && left > .zero && left <= min(lifetime / 10, .seconds(30))
    }

    func isFresh(at now: ContinuousClock.Instant) -> Bool { now - made < lifetime }
}

extension StoreUsage {
    /// What a standby has is older than the question. A primary that stands alone has all that it had.
    fileprivate var standbyKnown: ContinuousClock.Instant? {
        doubt.flatMap { $0.cause == .standby ? $0.known : nil }
    }
}

extension [UInt8] {
    /// The same bytes; a copy, when they have more room than is worth keeping.
    var withoutSpareRoom: [UInt8] {
        guard capacity - count > Swift.max(32, count / 16) else { return self }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            used = buffer.initialize(fromContentsOf: self)
        }
    }
}
