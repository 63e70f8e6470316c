package import AuditRecords
internal import Cryptography

/// That records of some systems must not be deleted, whatever their age, until two operators lift it (``HoldLifting``).
///
/// Its text is what it is known by: lines, the first of which says what it is, then when it was placed, why, of which systems, and
/// some unpredictable bytes, so that no two are one.
package struct Hold: Hashable, Sendable {
    /// Which systems.
    package let patterns: [SystemPattern]
    /// When it was placed.
    package let placed: Timestamp
    /// Why: one line.
    package let reason: String
    private let salt: String

    private static let mark = "audit-query hold"
    /// The most bytes of one that is kept.
    package static let maximumByteCount = 1 << 16
    /// The most bytes of a reason.
    package static let mostReasonBytes = 500

    /// A new hold.
    ///
    /// - Throws: where the reason or a pattern can be none.
    package init(
        on patterns: [SystemPattern], because reason: String, at time: Timestamp, salt: [UInt8]
    ) throws(NoteFault) {
        guard !patterns.isEmpty, patterns.count <= SystemScope.maximumCount else {
            throw NoteFault("must name 1 to \(SystemScope.maximumCount) systems")
        }
        if let fault = Self.fault(ofReason: reason) { throw NoteFault(fault) }
        (self.patterns, self.reason) = (patterns, reason)
        (placed, self.salt) = (Timestamp(seconds: time.seconds), salt.hexadecimal)
    }

    /// What is wrong with a reason; nil where nothing is.
    package static func fault(ofReason reason: String) -> String? {
        let isLine =
            !reason.isEmpty && reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard isLine, reason.utf8.count <= mostReasonBytes else {
            return "needs a reason: one line of at most \(mostReasonBytes) bytes"
        }
        return nil
    }

    /// Its text.
    package var text: [UInt8] {
        let lines =
            [Self.mark, "placed \(String(decoding: placed.text, as: UTF8.self))", "reason \(reason)"]
            + patterns.map { "system \($0)" } + ["salt \(salt)"]
        return Array(lines.map { "\($0)\n" }.joined().utf8)
    }

    /// Reads a text, which must be spelt as ``text`` spells it.
    package init(_ bytes: [UInt8]) throws(NoteFault) {
        let wrong = NoteFault("is no hold as `audit-query retain hold` writes them")
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }[...]
        func take(_ name: String) throws(NoteFault) -> String {
            guard let line = lines.popFirst(), line.hasPrefix("\(name) ") else { throw wrong }
            return String(line.dropFirst(name.count + 1))
        }
        guard lines.popFirst() == Self.mark, let placed = try? Timestamp.parse(Array(take("placed").utf8))
        else {
            throw wrong
        }
        let reason = try take("reason")
        var patterns: [SystemPattern] = []
        while lines.first?.hasPrefix("system ") ?? false {
            patterns.append(SystemPattern(try take("system")))
        }
        let salt = try take("salt")
        guard !patterns.isEmpty, Self.fault(ofReason: reason) == nil else { throw wrong }
        (self.placed, self.reason, self.patterns, self.salt) = (placed.instant, reason, patterns, salt)
        guard text == bytes else { throw wrong }
    }

    /// The digest of its text.
    package var digest: String { Digest(of: text).bytes.hexadecimal }

    /// What people name it by: the beginning of its digest.
    package var id: String { String(digest.prefix(16)) }

    /// Whether a system's records are held by it.
    package func holds(_ system: Identifier) -> Bool { patterns.contains { $0.matches(system) } }
}
