extension String {
    /// Help as its source has it, with each paragraph on one line: ArgumentParser breaks lines for the terminal at hand, and
    /// what is broken already would be broken twice. Indented lines, as of examples, stay as they are.
    static func help(_ source: String) -> String {
        var lines: [String] = []
        var isOpen = false
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let isText = line.first.map { $0 != " " } ?? false
            if isText, isOpen, let last = lines.popLast() {
                lines.append("\(last) \(line)")
            } else {
                lines.append(String(line))
            }
            isOpen = isText
        }
        return lines.joined(separator: "\n")
    }
}
