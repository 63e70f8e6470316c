/// As much of XML as the answers of AWS's query protocol need: the text of elements that hold only text, each
/// of a name that stands once.
struct XMLText {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The content of the first element of this name, its entities replaced; nil when there is none.
    func content(of name: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>") else { return nil }
        let rest = text[start.upperBound...]
        guard let end = rest.firstRange(of: "</\(name)>") else { return nil }
        return String(rest[..<end.lowerBound])
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
    }
}
