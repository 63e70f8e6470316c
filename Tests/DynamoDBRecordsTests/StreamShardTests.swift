import AuditStores
import DemoData
import TestSupport
import Testing
@testable import DynamoDBRecords

/// Places in a stream as bytes, and the tree of its shards.
struct StreamShardTests {
    private static func number(_ random: inout SplitMix64, digits: Int) -> String {
        String((0..<digits).map { _ in random.pick(Array("0123456789")) })
    }

    @Test func `a place is as long as others of as many shards, and is read back`() {
        forAll(cases: 200) { random in
            var place = StreamPlace(since: Int64(random.number(below: 1 << 40)), positions: [:])
            for _ in 0..<random.number(in: 1...11) {
                let position: ShardPosition
                switch random.number(below: 4) {
                case 0: position = .beginning
                case 1: position = .ended
                case 2: position = .opened(random.next())
                default:
                    let digits = Self.number(&random, digits: 21)
                    guard let number = SequenceNumber(digits.utf8) else { throw Failure("\(digits)") }
                    position = .after(number)
                }
                place.positions[ShardName(hash: random.next())] = position
            }
            let bytes = try place.bytes()
            try require(bytes.count == 256, "\(bytes.count) bytes")
            try require(StreamPlace(bytes) == place, "\(place)")
            let whole = ArrivalPlace(origin: random.next(), number: 7, positions: bytes)
            try require(ArrivalPlace(bytes: whole.bytes)?.positions == bytes, "\(place)")
            // What is no place is none, and no crash.
            var broken = bytes
            broken[random.number(below: bytes.count)] ^= UInt8(random.number(in: 1...255))
            _ = StreamPlace(broken)
            try require(StreamPlace(Array(bytes.prefix(random.number(below: 9)))) == nil, "cut")
        }
    }

    @Test func `a token has room for 194 shards, and for no more than it holds`() throws {
        func place(_ count: Int) throws -> StreamPlace {
            let number = try #require(SequenceNumber("123456789012345678901".utf8))
            let names = (0..<count).map { ShardName("shardId-\($0)") }
            return StreamPlace(
                since: 1, positions: Dictionary(uniqueKeysWithValues: names.map { ($0, .after(number)) }))
        }
        for (count, length) in [(11, 256), (12, 512), (23, 512), (48, 1024), (97, 2048), (194, 4096)] {
            let bytes = try place(count).bytes()
            #expect(bytes.count == length && StreamPlace(bytes)?.positions.count == count)
        }
        let error = #expect(throws: StoreError.self) { try place(195).bytes() }
        #expect(error?.code == .unavailable)
    }

    @Test func `sequence numbers are in the order of their value, and keep their digits`() throws {
        let texts = [
            "0", "7", "007", "10", "99", "100000000000000000000", "9999999999999999999999999999999999999999",
        ]
        let numbers = try texts.map { try #require(SequenceNumber($0.utf8)) }
        #expect(numbers.sorted().map(\.digits) == numbers.map(\.digits))
        #expect(!(numbers[1] < numbers[2]) && !(numbers[2] < numbers[1]))
        for wrong in ["", "-1", "1a", "1.0", String(repeating: "1", count: 41)] {
            #expect(SequenceNumber(wrong.utf8) == nil)
        }
    }

    private static func list(_ parents: [(String, String?)]) throws -> ShardList {
        try #require(
            ShardList(
                parents.map { StreamShard(id: $0.0, parent: $0.1, first: nil, isClosed: false) }, of: "arn"))
    }

    @Test func `a shard that is listed later than its sibling is missing, and nothing else is`() throws {
        let tree = [("a", nil), ("b", "a"), ("c", "a"), ("d", "c"), ("e", "c"), ("x", "gone"), ("y", "x")]
        let list = try Self.list(tree)
        func missing(_ names: String...) -> Set<ShardName> {
            Set(list.missing(at: names.map { ShardName($0) }))
        }
        func names(_ names: String...) -> Set<ShardName> { Set(names.map { ShardName($0) }) }
        #expect(missing("a", "x") == [] && missing("b", "c", "x") == [] && missing("b", "d", "e", "y") == [])
        #expect(missing("b", "x") == names("c") && missing("b", "d", "x") == names("e"))
        #expect(missing("b", "d", "e") == names("x"))
        // Of a shard that is listed no more, what came out of it is behind it.
        #expect(missing("a", "gone") == [])
        #expect(list.leaves.count == 4 && Set(list.roots) == names("a", "x"))
        // A tree that is none is not walked for ever.
        let circle = try Self.list([("a", "b"), ("b", "a")])
        #expect(circle.missing(at: [ShardName("a")]).isEmpty)
    }

    @Test func `an answer is read as it came, and what is none is an error`() throws {
        let answer = try StreamAnswer(
            Array(
                #"""
                {"Records":[{"eventID":"1","eventName":"REMOVE","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
                "dynamodb":{"ApproximateCreationDateTime":1.480642020E9,"Keys":{"PK":{"S":"a"}},"OldImage":{"PK":{"S":"a"}},
                "SequenceNumber":"300000000000000499659","SizeBytes":41,"StreamViewType":"NEW_AND_OLD_IMAGES"},"awsRegion":"us-west-2"}]}
                """#.utf8))
        #expect(answer.entries.map(\.created) == [1_480_642_020] && answer.entries[0].record == nil)
        #expect(answer.next == nil && answer.faults.isEmpty)
        for wrong in [
            "{}", "[]", #"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1"}}]}"#,
            #"{"Records":[{"eventName":"REMOVE","dynamodb":{}}]}"#,
            #"{"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"x"}}]}"#, #"{"Records":[]"#,
        ] { #expect(throws: (any Error).self) { try StreamAnswer(Array(wrong.utf8)) } }
    }
}
