internal import JSONBytes

/// A filter made ready to leave out records before they are made: whatever may pass the filter passes the sieve, and more.
///
/// A comparison with what only a whole record has may hold or not. Which records it leaves out depends on nothing but those
/// themselves. It is for keys that no attribute is hidden from.
package final class RecordSieve: Sendable {
    /// What is known of a record before its attributes are looked at.
    package struct Known: Sendable {
        fileprivate(set) var bits: FilterProgram.Bits
        /// Whether no such record passes the filter, whatever else it has.
        package fileprivate(set) var leavesOut: Bool

        /// What is known by both.
        package static func | (left: Known, right: Known) -> Known {
            Known(bits: left.bits | right.bits, leavesOut: left.leavesOut || right.leavesOut)
        }

        /// Nothing.
        package static var nothing: Known { Known(bits: 0, leavesOut: false) }
    }

    let program: FilterProgram
    /// The bits of what no sieve looks at.
    let unknown: FilterProgram.Bits
    /// Whether it asks for a record's user. Kept, for each row is asked.
    package let asksForUser: Bool
    /// Whether it asks for a record's resource.
    package let asksForResource: Bool

    /// A sieve of a filter; nil where it could leave out nothing.
    package init?(_ filter: RecordFilter) {
        let program = FilterProgram(filter.condition)
        let unseen = [RecordField.auditId, .timestamp, .systemId].compactMap { program.checks(of: $0)?.bits }
        unknown = unseen.reduce(0, |)
        self.program = program
        asksForUser = program.checks(of: .userId) != nil
        asksForResource = program.checks(of: .resourceId) != nil
        guard unknown != program.all else { return nil }
    }

    /// Whether what it does not leave out passes the filter, if it can be read: nothing is asked that only a whole record has.
    package var isExact: Bool { unknown == 0 }

    /// What is known of records of a user.
    package func known(user: Identifier) -> Known { known(user, .userId) }

    /// What is known of records of a resource.
    package func known(resource: Identifier) -> Known { known(resource, .resourceId) }

    /// Whether no record passes the filter that has these attributes, and every strict parser reads them. Costs two passes over them.
    package func leavesOut(_ attributes: [UInt8], _ known: Known) -> Bool {
        var walk = FilterWalk(known.bits)
        do throws(JSONFault) {
            try AuditRecord.check(stored: attributes)
            if !program.root.children.isEmpty { try walk.pass(attributes, program.root) }
        } catch {
            return false
        }
        return !program.mayHold(walk.bits, unknown: unknown)
    }

    private func known(_ name: Identifier, _ field: RecordField) -> Known {
        guard let checks = program.checks(of: field) else { return .nothing }
        var walk = FilterWalk()
        walk.take(string: name.bytes.span, checks)
        return Known(
            bits: walk.bits,
            leavesOut: !program.mayHold(walk.bits, unknown: program.all & ~checks.bits))
    }
}
