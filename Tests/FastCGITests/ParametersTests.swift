import Glibc
import TestSupport
import Testing
@testable import FastCGI

@Suite struct ParametersTests {
    private static let names: [StaticString] = [
        "A", "AB", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "REQUEST_URI",
    ]

    /// What is found in a list of pairs as libfcgi has them, for each name.
    private func found(in pairs: [String]) -> [(first: String?, all: [String])] {
        var pointers = pairs.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { pointers in
            guard let start = pointers.baseAddress else { return [] }
            let parameters = Parameters(start)
            return Self.names.map { name in
                var all: [String] = []
                parameters.forEachValue(of: name) { all.append(String(cString: $0)) }
                return (parameters.first(name).map { String(cString: $0) }, all)
            }
        }
    }

    @Test func `each value is found by its whole name, in its order, among few parameters and many`() {
        let long = [254, 255, 256, 300].map { String(repeating: "N", count: $0) }
        let others = ["", "B", "AB=", "A_", "HTTP_ACCEPT_", "HTTP_ACCEPX"] + long
        forAll(cases: 500) { random in
            let count = random.pick([0, 1, 20, 63, 64, 65, 200])
            let pairs = (0..<count).map { number in
                let name = random.once(in: 3) ? "\(random.pick(Self.names))" : random.pick(others)
                return (name: name, value: random.pick(["", "=", "v\(number)", "a=b"]))
            }
            let found = found(in: pairs.map { "\($0.name)=\($0.value)" })
            for (name, found) in zip(Self.names, found) {
                // A name ends at the first '='.
                let expected = pairs.filter { $0.name == "\(name)" || $0.name == "\(name)=" }.map {
                    $0.name.hasSuffix("=") ? "=\($0.value)" : $0.value
                }
                try require(found.all == expected, "\(name) in \(pairs)")
                try require(found.first == expected.first, "the first \(name) in \(pairs)")
            }
        }
    }
}
