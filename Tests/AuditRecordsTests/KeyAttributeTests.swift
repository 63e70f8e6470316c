import Testing
@testable import AuditRecords

@Suite struct KeyAttributeTests {
    private func word(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
    }

    /// What is read as a word is what is spelt, whatever stands behind the name.
    @Test func `a name is a key's where it is all of it`() {
        let keys = KeyAttribute.allCases.map { Array("\($0.name)".utf8) }
        let others = ["", "P", "PK1", "pk", "GS1_P", "GS1_PKs", "GSI2_PKs", "GSI2_SK_1", "attribute"]
        for name in keys + others.map({ Array($0.utf8) }) {
            let expected = KeyAttribute(name[...])
            #expect((expected != nil) == keys.contains(name))
            for behind in ["\"\":{\"S\"", "\0\0\0\0\0\0\0\0", "KKKKKKKK"] {
                let word = word(name + Array(behind.utf8))
                #expect(KeyAttribute(word, byteCount: name.count) == expected)
            }
        }
    }
}
