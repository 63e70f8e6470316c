/// One line of a check.
struct Finding: Equatable, Encodable {
    enum State: String, Encodable {
        case ok, warning, wrong
    }

    /// What was looked at, for programs: people read it in the text.
    enum Subject: String, Encodable {
        case configuration, store, table, keys, disk, metrics, traces, workers, nginx, certificate, seals,
            forward, export, record
        case cursorSecret = "cursor-secret"
    }

    let subject: Subject
    let state: State
    /// What was looked at, and what was found; what to do if it is not right.
    let text: String

    init(_ subject: Subject, _ state: State, _ text: String) {
        self.subject = subject
        self.state = state
        self.text = text
    }

    func line(coloured: Bool) -> String {
        let label = state.rawValue + String(repeating: " ", count: 7 - state.rawValue.count)
        guard coloured else { return "\(label)  \(text.printable)" }
        let colour =
            switch state {
            case .ok: "32"
            case .warning: "33"
            case .wrong: "31"
            }
        return "\u{1B}[\(colour)m\(label)\u{1B}[0m  \(text.printable)"
    }
}
