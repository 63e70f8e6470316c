import QueryService
import TestSupport
import Testing

@testable import audit_query

@Suite struct NearestNamesTests {
    @Test(arguments: [
        ("biling", ["identity", "billing", "storage"], ["billing"]),
        ("bling", ["billing", "bill"], ["billing"]), ("Billing", ["billing"], ["billing"]),
        ("alice", ["bob", "ali", "alice@example.com"], ["alice@example.com", "ali"]),
        ("user-36@exmaple.com", ["user-36@example.com", "zoë@example.com"], ["user-36@example.com"]),
        ("zoë", ["zoe\u{308}", "zoë", "zoe"], ["zoe\u{308}", "zoe"]),
        ("x", ["billing", "storage"], []), ("", ["billing"], []), ("billing", ["billing"], []),
        ("crm", ["crm-a", "crm-b", "crm-c", "crm-d", "crn"], ["crm-a", "crm-b", "crm-c"]),
    ])
    func `names that somebody may have meant`(_ name: String, _ names: [String], _ expected: [String]) {
        #expect(NearestNames.nearest(to: name, among: names) == expected)
    }

    @Test func `the distance is that of the whole table, as far as the limit`() {
        let letters: [Unicode.Scalar] = ["a", "b", "ö"]
        forAll(cases: 3000) { random in
            func word() -> [Unicode.Scalar] {
                (0..<Int.random(in: 0..<9, using: &random)).map { _ in
                    letters[Int.random(in: 0..<3, using: &random)]
                }
            }
            let (left, right, limit) = (word(), word(), Int.random(in: 0..<5, using: &random))
            let whole = Self.distance(left, right)
            let found = NearestNames.distance(left, right, limit: limit)
            try require(
                found == (whole <= limit ? whole : nil),
                "\(left) and \(right), \(limit): \(String(describing: found)), not \(whole)")
        }
    }

    /// Optimal string alignment by its recurrence.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var table = (0...left.count).map { i in (0...right.count).map { j in i == 0 ? j : (j == 0 ? i : 0) } }
        for i in stride(from: 1, through: left.count, by: 1) {
            for j in stride(from: 1, through: right.count, by: 1) {
                let change = table[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                table[i][j] = min(change, table[i - 1][j] + 1, table[i][j - 1] + 1)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
                }
            }
        }
        return table[left.count][right.count]
    }
}
