/// Records that are known by a number, as they are loaded and as they are forwarded.
enum NumberedLines {
    static func line(_ number: Int, attributes: String = "") -> String {
        #"{"auditId":"\#(number)","timestamp":"2024-01-31T10:00:00Z","systemId":"s\#(number % 2)","#
            + #""userId":"u","resourceId":"r"\#(attributes)}"#
    }

    /// The numbers of forwarded records, in order.
    static func numbers(_ text: String) -> [Int] {
        text.split(separator: "\n").compactMap { line in
            line.firstRange(of: "\"auditId\":\"").flatMap {
                Int(line[$0.upperBound...].prefix { $0 != "\"" })
            }
        }
    }
}
