import TestSupport
import Testing

/// The rules that stand between the tests and the emulator refuse what DynamoDB refuses, and nothing else.
@Suite struct RequestRulesTests {
    private func refusal(_ operation: String, _ body: String) -> String? {
        RequestRules().refusal(of: operation, Array(body.utf8))
    }

    /// A Query of a user's records, or of a system's day, with members added.
    private func query(index: Bool = true, values: String = "", _ more: String = "") -> String {
        let (key, name) = index ? ("GS1_PK", #""IndexName":"GSI1","#) : ("PK", "")
        return
            ##"{"TableName":"records",\##(name)"KeyConditionExpression":"\##(key) = :p","ExpressionAttributeValues":"##
            + ##"{":p":{"S":"#u"}\##(values)}\##(more)}"##
    }

    @Test(arguments: [
        "begins_with(PK, :a) AND size(PK) = :n", "NOT GSI2_PK = :a OR (PK = :a AND size(PK) > :n)",
        "attribute_not_exists(PK) AND x.y[0].z <> :a AND size(w) = :n",
        "PK IN (:a, :a) AND z BETWEEN :a AND :a AND b < :n",
        "(PK = :a) AND size(PK) = :n",
    ])
    func `a filter of other attributes is taken`(_ filter: String) {
        let body = query(values: #",":a":{"S":"a"},":n":{"N":"1"}"#, ",\"FilterExpression\":\"\(filter)\"")
        #expect(refusal("Query", body) == nil)
    }

    @Test(arguments: [
        ("GS1_PK = :a", "Primary key attribute: GS1_PK"),
        ("NOT x = :a OR GS1_SK = :a", "Primary key attribute: GS1_SK"),
        ("#k = :a", "Primary key attribute: GS1_SK"), ("name = :a", "reserved keyword: name"),
        ("x = :b", "not defined; attribute value: :b"), ("#x = :a", "not defined; attribute name: #x"),
        ("attribute_exists(x)", "unused in expressions"), ("x = ", "Syntax error"), ("", "can not be empty"),
        ("((x = :a))", "redundant parentheses"), ("begins_with(x, :n)", "operand type: N"),
        ("x BETWEEN :z AND :a", "greater than or equal to lower bound"),
        ("start(x, :a)", "Invalid function name"),
        ("x IN (\(many(101, ":a", ",")))", "at most 100"),
        (many(151, "x = :a", " OR "), "operator count: 301"),
        ("\(String(repeating: "é", count: 2048)) = :a", "maximum allowed size"),
    ])
    func `a filter that DynamoDB refuses is refused`(_ filter: String, _ reason: String) {
        var values = ""
        for (name, value) in [(":a", #"{"S":"a"}"#), (":n", #"{"N":"1"}"#), (":z", #"{"S":"z"}"#)]
        where filter.contains(name) || (filter == "attribute_exists(x)" && name == ":a") {
            values += ",\"\(name)\":\(value)"
        }
        let names = filter.contains("#k") ? ##","ExpressionAttributeNames":{"#k":"GS1_SK"}"## : ""
        let refused = refusal("Query", query(values: values, ",\"FilterExpression\":\"\(filter)\"\(names)"))
        #expect(refused?.contains(reason) == true, "\(refused ?? "taken")")
    }

    @Test func `the key of the table may be filtered by on an index, and not on the table`() {
        let filter = #","FilterExpression":"begins_with(PK, :a)""#
        #expect(refusal("Query", query(values: #",":a":{"S":"a"}"#, filter)) == nil)
        #expect(
            refusal("Query", query(index: false, values: #",":a":{"S":"a"}"#, filter))?.contains(
                "Primary key") == true)
    }

    @Test(
        arguments: [
            (##"{"PK":{"S":"a"},"SK":{"S":"b"},"GS1_PK":{"S":"#u"},"GS1_SK":{"S":"b"}}"##, nil),
            (##"{"PK":{"S":"a"},"SK":{"S":"b"}}"##, "starting key is invalid"),
            (
                ##"{"PK":{"S":"a"},"SK":{"S":"b"},"GS1_PK":{"S":"#u"},"GS1_SK":{"S":"b"},"x":{"S":"b"}}"##,
                "is invalid"
            ),
            (
                ##"{"PK":{"S":"a"},"SK":{"S":"b"},"GS1_PK":{"S":"#v"},"GS1_SK":{"S":"b"}}"##,
                "outside query boundaries"
            ),
            (##"{"PK":{"S":"a"},"SK":{"S":""},"GS1_PK":{"S":"#u"},"GS1_SK":{"S":"b"}}"##, "empty string"),
            (##"{"PK":{"S":"a"},"SK":{"N":"1"},"GS1_PK":{"S":"#u"},"GS1_SK":{"S":"b"}}"##, "Type mismatch"),
        ] as [(String, String?)])
    func `a start key is that of the table and of the index, in the partition`(
        _ key: String, _ reason: String?
    ) {
        let refused = refusal("Query", query(",\"ExclusiveStartKey\":\(key)"))
        #expect(reason.map { refused?.contains($0) == true } ?? (refused == nil), "\(refused ?? "taken")")
    }

    @Test func `a start key lies within the bounds, which are in order`() {
        func bounded(_ low: String, _ high: String, at key: String) -> String? {
            refusal(
                "Query",
                ##"{"TableName":"records","KeyConditionExpression":"PK = :p AND SK BETWEEN :l AND :u","##
                    + ##""ExpressionAttributeValues":{":p":{"S":"a"},":l":{"S":"\##(low)"},":u":{"S":"\##(high)"}},"##
                    + ##""ExclusiveStartKey":{"PK":{"S":"a"},"SK":{"S":"\##(key)"}}}"##)
        }
        #expect(bounded("b", "d", at: "c") == nil)
        #expect(bounded("b", "b", at: "b") == nil)
        #expect(bounded("b", "d", at: "a")?.contains("range key predicate") == true)
        #expect(bounded("b", "d", at: "e")?.contains("range key predicate") == true)
        #expect(bounded("d", "b", at: "c")?.contains("lower bound") == true)
    }

    @Test func `a limit is at least 1, and an index is not read consistently`() {
        #expect(refusal("Query", query(#","Limit":1"#)) == nil)
        #expect(refusal("Query", query(#","Limit":0"#)) != nil)
        #expect(refusal("Query", query(#","ConsistentRead":true"#)) != nil)
        #expect(refusal("Query", query(index: false, #","ConsistentRead":true"#)) == nil)
        #expect(refusal("Query", query().replacing("GSI1", with: "GSI9"))?.contains("GSI9") == true)
    }

    @Test(
        arguments: [
            (1, false, nil), (100, false, nil), (101, false, "Too many items"),
            (2, true, "contains duplicates"),
        ] as [(Int, Bool, String?)])
    func `a batch has 1 to 100 keys, each once`(_ count: Int, _ isSame: Bool, _ reason: String?) {
        let keys = (0..<count).map { #"{"PK":{"S":"a"},"SK":{"S":"\#(isSame ? 0 : $0)"}}"# }
        let refused = refusal(
            "BatchGetItem", "{\"RequestItems\":{\"records\":{\"Keys\":[\(keys.joined(separator: ","))]}}}")
        #expect(reason.map { refused?.contains($0) == true } ?? (refused == nil), "\(refused ?? "taken")")
    }

    @Test func `keys of a batch may have 2048 and 1024 bytes`() {
        func batch(_ partition: Int, _ sort: Int) -> String? {
            func text(_ count: Int) -> String { String(repeating: "x", count: count) }
            return refusal(
                "BatchGetItem",
                #"{"RequestItems":{"records":{"Keys":[{"PK":{"S":"\#(text(partition))"},"SK":{"S":"\#(text(sort))"}}]}}}"#
            )
        }
        #expect(batch(2048, 1024) == nil)
        #expect(
            batch(2049, 1024) != nil && batch(2048, 1025) != nil && batch(0, 1) != nil && batch(1, 0) != nil)
    }

    private func put(_ attributes: String, count: Int = 1) -> String? {
        let items = (0..<count).map {
            #"{"PutRequest":{"Item":{"PK":{"S":"a"},"SK":{"S":"\#($0)"}\#(attributes)}}}"#
        }
        return refusal("BatchWriteItem", "{\"RequestItems\":{\"records\":[\(items.joined(separator: ","))]}}")
    }

    @Test func `a batch has 25 items, each of at most 400 KB`() {
        #expect(put("", count: 25) == nil)
        #expect(put("", count: 26)?.contains("Too many") == true)
        // The names and values of the keys are 6 bytes.
        func text(_ count: Int) -> String { ",\"a\":{\"S\":\"\(String(repeating: "x", count: count))\"}" }
        #expect(put(text(409_600 - 7)) == nil)
        #expect(put(text(409_600 - 6))?.contains("Item size") == true)
    }

    @Test(
        arguments: [
            (#"{"N":"12345678901234567890123456789012345678"}"#, nil), (#"{"N":"1E-130"}"#, nil),
            (#"{"N":"+.5"}"#, nil),
            (#"{"N":"123456789012345678901234567890123456789"}"#, "38"), (#"{"N":"1E126"}"#, "overflow"),
            (#"{"N":"1E-131"}"#, "underflow"), (#"{"N":"x"}"#, "numeric value"),
            (#"{"S":"a","N":"1"}"#, "more than one"),
            (#"{}"#, "is empty"), (#"{"NULL":false}"#, "value of true"), (#"{"SS":[]}"#, "empty"),
            (#"{"NS":["1","1.0"]}"#, "duplicates"), (#"{"S":1}"#, "another type"), (#"{"S":""}"#, nil),
        ] as [(String, String?)])
    func `values are what DynamoDB takes`(_ value: String, _ reason: String?) {
        let refused = put(",\"a\":\(value)")
        #expect(reason.map { refused?.contains($0) == true } ?? (refused == nil), "\(refused ?? "taken")")
    }

    @Test func `values nest 32 levels, and the keys of an index are no empty strings`() {
        func nested(_ depth: Int) -> String {
            ",\"a\":\(String(repeating: "{\"L\":[", count: depth))\(String(repeating: "]}", count: depth))"
        }
        #expect(put(nested(32)) == nil)
        #expect(put(nested(33))?.contains("Nesting") == true)
        #expect(put(#","GS1_PK":{"S":""}"#)?.contains("empty string") == true)
    }

    @Test func `a scan's segment is one of them`() {
        func scan(_ more: String) -> String? { refusal("Scan", "{\"TableName\":\"records\"\(more)}") }
        #expect(scan("") == nil && scan(#","Segment":0,"TotalSegments":1"#) == nil)
        #expect(scan(#","Segment":1,"TotalSegments":1"#) != nil && scan(#","Segment":0"#) != nil)
    }

    @Test func `the proxy refuses as DynamoDB does, says so, and lets all else through`() throws {
        let faults = Faults()
        try withServer(script: { connection in
            if connection.readRequest() != nil {
                connection.answer("200 OK", "X-Own: 1\r\n", body: Array("{}".utf8))
            }
        }) { server in
            let proxy = try CheckingProxy(to: server.port) { faults.add($0) }
            defer { proxy.stop() }
            let good = try Exchange.post(proxy.url, "DynamoDB_20120810.Query", query(#","Limit":1"#))
            #expect(good.status == 200 && good.body == "{}" && faults.all.isEmpty)
            let bad = try Exchange.post(proxy.url, "DynamoDB_20120810.Query", query(#","Limit":0"#))
            #expect(bad.status == 400 && bad.body.contains("ValidationException"))
            #expect(faults.all.count == 1 && faults.all[0].contains("Query: "))
            let other = try Exchange.post(proxy.url, "AmazonSSM.GetParameter", "{")
            #expect(other.status == 200 && server.requests.count == 2)
        }
    }
}

private func many(_ count: Int, _ condition: String, _ separator: String) -> String {
    Array(repeating: condition, count: count).joined(separator: separator)
}
