import TestSupport
@testable import JSONBytes
@testable import StoreConformance

/// A JSON value whose numbers keep their digits, for comparing texts that are spelt differently.
indirect enum PlainTree: Equatable {
    case text([UInt8])
    case number([UInt8])
    case word([UInt8])
    case list([PlainTree])
    case map([[UInt8]: PlainTree])

    /// Read with the tests' own scanner, of which the transcoder knows nothing. Nil for what is no JSON, and for two names
    /// that Foundation takes for one.
    init?(_ text: [UInt8]) {
        var check = JSONScanner(text)
        // White space may stand around a value; what else does makes it none.
        guard (try? check.value()) != nil, (try? check.end()) != nil else { return nil }
        var scanner = JSONScanner(text)
        guard let tree = Self.tree(&scanner) else { return nil }
        self = tree
    }

    /// The next value of a text that has been checked.
    private static func tree(_ scanner: inout JSONScanner) -> PlainTree? {
        switch scanner.peek() {
        case UInt8(ascii: "{"): return map(&scanner)
        case UInt8(ascii: "["): return list(&scanner)
        case UInt8(ascii: "\""):
            return (try? scanner.string()).flatMap { decodeJSONString(scanner.bytes[$0]) }.map { .text($0) }
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            return (try? scanner.value()).map { .word(Array(scanner.bytes[$0])) }
        default: return (try? scanner.value()).map { .number(Array(scanner.bytes[$0])) }
        }
    }

    private static func list(_ scanner: inout JSONScanner) -> PlainTree? {
        _ = scanner.accept("[")
        var list: [PlainTree] = []
        guard !scanner.accept("]") else { return .list(list) }
        repeat {
            guard let element = tree(&scanner) else { return nil }
            list.append(element)
        } while scanner.accept(",")
        return scanner.accept("]") ? .list(list) : nil
    }

    private static func map(_ scanner: inout JSONScanner) -> PlainTree? {
        _ = scanner.accept("{")
        var map: [[UInt8]: PlainTree] = [:]
        var names: Set<String> = []
        guard !scanner.accept("}") else { return .map(map) }
        repeat {
            guard let range = try? scanner.string(), let name = decodeJSONString(scanner.bytes[range]),
                names.insert(String(decoding: name, as: UTF8.self)).inserted, scanner.accept(":"),
                let value = tree(&scanner)
            else { return nil }
            map[name] = value
        } while scanner.accept(",")
        return scanner.accept("}") ? .map(map) : nil
    }
}
