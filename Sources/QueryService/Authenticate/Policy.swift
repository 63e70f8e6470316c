package import AuditRecords
internal import Cryptography
internal import JSONBytes

/// What a key may see. The scope goes with a query's plan to `AuditStores`, whose ``Restriction`` applies it to every
/// record; `AnswerMaker` applies it to records that are asked for by their ids, and `AnswerWriter` leaves out what is
/// hidden.
package struct Policy: Hashable, Sendable {
    /// The systems whose records it may see.
    package let scope: SystemScope
    /// The attributes that are left out of every record.
    package let hiddenAttributes: HiddenAttributes
    /// What tells this policy from every other: equal for equal policies, on every host. In cursors.
    package let fingerprint: [UInt8]
    /// The same in hexadecimal digits, as the key of each hit has it.
    let fingerprintText: [UInt8]

    /// A policy of its parts.
    package init(scope: SystemScope, hiddenAttributes: HiddenAttributes = HiddenAttributes()) {
        self.scope = scope
        self.hiddenAttributes = hiddenAttributes
        var packed: [UInt8] = []
        for pattern in scope.patterns { packed.append(lengthPrefixed: Array(pattern.utf8)) }
        packed.append(lengthPrefixed: [])
        for path in hiddenAttributes.paths { packed.append(lengthPrefixed: Array(path.description.utf8)) }
        fingerprint = Digest(of: packed).bytes
        fingerprintText = fingerprint.reduce(into: []) { $0.append(hexadecimal: $1) }
    }

    /// A policy that allows everything: the command line's own, for who may read the store may see it all.
    package static let unrestricted = Policy(scope: .all)
}
