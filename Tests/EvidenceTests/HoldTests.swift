// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AuditRecords
import StoreConformance
import TestSupport
import Testing
@testable import Evidence

/// Two operators lift a hold, and nobody else does.
@Suite struct HoldTests {
    private let alice = try! SigningKey(name: "alice", kind: .note)
    private let bob = try! SigningKey(name: "bob", kind: .note)
    private let mallory = try! SigningKey(name: "mallory", kind: .note)
    private var operators: [VerifierKey] { [alice.verifier, bob.verifier] }

    private func hold(_ reason: String = "case 17", _ salt: UInt8 = 1) throws -> Hold {
        try Hold(
            on: [.exact("billing"), .prefix("web é ")], because: reason,
            at: Timestamp(seconds: 1_800_000_000),
            salt: Array(repeating: salt, count: 16))
    }

    @Test func `a hold is read as it was written, and nothing else is one`() throws {
        let hold = try hold()
        #expect(try Hold(hold.text) == hold)
        #expect(
            String(decoding: hold.text, as: UTF8.self) == """
                audit-query hold
                placed 2027-01-15T08:00:00.000Z
                reason case 17
                system billing
                system web é *
                salt 01010101010101010101010101010101

                """)
        #expect(
            hold.holds("billing") && hold.holds("web é 1") && !hold.holds("billing2") && !hold.holds("web"))
        let text = String(decoding: hold.text, as: UTF8.self)
        for wrong in [
            "", text + "\n", String(text.dropLast()), text.replacing("system", with: "sistem"),
            text.replacing("hold\n", with: "hold \n"), text.replacing("reason case 17\n", with: ""),
            text.replacing("salt", with: "system x\nsolt"),
            text.replacing("08:00:00.000Z", with: "08:00:00Z"),
        ] {
            #expect(throws: NoteFault.self, "\(wrong)") { try Hold(Array(wrong.utf8)) }
        }
        for reason in ["", "two\nlines", "tab\t", String(repeating: "x", count: 501)] {
            #expect(throws: NoteFault.self) { try self.hold(reason) }
        }
        #expect(try self.hold("case 17", 2).id != hold.id)
    }

    @Test func `two operators lift a hold`() throws {
        let hold = try hold()
        var lifting = try HoldLifting(hold, because: "closed")
        #expect(throws: NoteFault.self, "an unsigned note is none") { try SignedNote(lifting.note.bytes) }
        for (key, isLifted) in [(alice, false), (alice, false), (mallory, false), (bob, true)] {
            try lifting.sign(with: key)
            let kept = try HoldLifting(SignedNote(lifting.note.bytes))
            #expect(try kept.lifts(hold, operators) == isLifted)
            #expect(kept.reason == "closed")
        }
        #expect(try !lifting.lifts(self.hold("case 17", 2), operators), "of another hold")
        #expect(try !lifting.lifts(hold, [alice.verifier]))
    }

    @Test func `one key under two names is one operator`() throws {
        let other = try VerifierKey(name: "alice2", kind: .note, key: alice.verifier.key)
        let text = alice.secretText.replacing("alice", with: "alice2")
        let renamed = try SigningKey(
            secretText: text.replacing(
                String(alice.verifier.description.split(separator: "+")[1]),
                with: String(other.description.split(separator: "+")[1])))
        var lifting = try HoldLifting(try hold(), because: "closed")
        try lifting.sign(with: alice)
        try lifting.sign(with: renamed)
        #expect(try !lifting.lifts(try hold(), [alice.verifier, other]))
    }

    @Test func `a signature that is not the operator's is told`() throws {
        var lifting = try HoldLifting(try hold(), because: "closed")
        try lifting.sign(with: alice)
        try lifting.sign(with: bob)
        let text = String(decoding: lifting.note.bytes, as: UTF8.self).replacing("closed", with: "opened")
        let forged = try HoldLifting(SignedNote(Array(text.utf8)))
        #expect(throws: NoteFault.self) { try forged.lifts(try hold(), operators) }
    }
}
