internal import AuditRecords

/// All lines of one event of the Linux audit log.
struct AuditEvent {
    private let messages: [AuditMessage]
    /// What it says it is.
    private let kind: ArraySlice<UInt8>
    private let main: AuditFields
    private let call: AuditFields

    /// Types that say more about an event, never what it is.
    private static let auxiliaryTypes: [StaticString] = [
        "CWD", "PATH", "PROCTITLE", "EXECVE", "SOCKADDR", "EOE", "OBJ_PID", "FD_PAIR", "BPRM_FCAPS", "CAPSET",
        "MMAP", "IPC", "IPC_SET_PERM", "MQ_OPEN", "MQ_SENDRECV", "MQ_NOTIFY", "MQ_GETSETATTR", "SOCKETCALL",
        "TTY",
    ]
    /// Beginnings of types that manage accounts.
    private static let accountTypes: [StaticString] = [
        "ADD_", "DEL_", "USER_MGMT", "GRP_MGMT", "USER_CHAUTHTOK", "ACCT_", "CHUSER", "CHGRP", "GRP_",
    ]

    /// An event of its lines, of which there is one at least.
    init(_ messages: [AuditMessage]) {
        self.messages = messages
        let first =
            messages.first { !Self.auxiliaryTypes.contains(where: $0.type.spells) } ?? messages.first
        (kind, main) = (first?.type ?? [], first?.fields ?? AuditFields())
        call = messages.first { $0.type.spells("SYSCALL") }?.fields ?? AuditFields()
    }

    /// What it says.
    ///
    /// - Throws: that its time is not the log's own.
    func event() throws(EventFault) -> Event {
        let stamp = messages.first?.stamp ?? []
        guard let instant = AuditStamp(stamp)?.instant else {
            throw .refused(
                "the time is interpreted (ausearch -i), and so has no zone: load what ausearch --raw prints")
        }
        return Event(
            auditId: Array(stamp), timestamp: try instant.checked(),
            systemId: messages.first?.node.map { Array($0) }, userId: user,
            resourceId: resource, action: action, outcome: outcome, sourceIp: main.value("addr"),
            details: .lines(messages.map(\.line)))
    }

    /// Of the main line, where it has a value, else of the call.
    private func value(_ name: StaticString) -> [UInt8]? { main.given(name) ?? call.value(name) }

    private func given(_ name: StaticString) -> [UInt8]? { main.given(name) ?? call.given(name) }

    private var user: [UInt8]? {
        given("AUID") ?? given("auid") ?? given("acct") ?? given("UID") ?? given("uid")
    }

    private var resource: [UInt8]? {
        if let path, !path.isEmpty { return path }
        let isAccount = Self.accountTypes.contains { kind.begins(with: $0) }
        if isAccount, let account = main.given("acct") ?? main.given("grp") ?? main.given("id") {
            return account
        }
        return main.given("unit") ?? main.given("cmd") ?? main.given("exe") ?? call.given("exe")
    }

    /// The path of the lowest item that has a name and is not just the folder of another.
    private var path: [UInt8]? {
        let paths = messages.filter { $0.type.spells("PATH") }.map(\.fields).filter { fields in
            fields.given("name") != nil && fields.value("nametype")?.elementsEqual("PARENT".utf8) != true
        }
        let path = paths.min { item($0) < item($1) }?.value("name")
        let folder = messages.first { $0.type.spells("CWD") }?.fields.value("cwd")
        guard let path, path.first != UInt8(ascii: "/"), let folder, !folder.isEmpty else { return path }
        let end = folder.lastIndex { $0 != UInt8(ascii: "/") }.map { $0 + 1 } ?? 0
        return folder[..<end] + [UInt8(ascii: "/")] + path
    }

    private func item(_ fields: AuditFields) -> Int {
        guard let digits = fields.value("item"), digits.allSatisfy(\.isDigit) else { return 0 }
        return digits.isEmpty ? 0 : Int(digits.text) ?? .max
    }

    private var action: [UInt8] {
        if kind.spells("SYSCALL") {
            return Array("SYSCALL:".utf8)
                + (main.given("SYSCALL") ?? main.given("syscall") ?? Array("-".utf8))
        }
        return Array(kind) + (main.given("op").map { [UInt8(ascii: ":")] + $0 } ?? [])
    }

    private var outcome: Outcome {
        let isRefused = messages.contains { message in
            (message.type.spells("AVC") || message.type.spells("USER_AVC")) && message.line.has("denied")
        }
        // EACCES and EPERM.
        let exit = value("exit")?.text
        if isRefused || exit == "-13" || exit == "-1" { return .denied }
        let result = main.given("res") ?? main.given("result") ?? call.given("success") ?? []
        let isQuote = { (byte: UInt8) in byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }
        let bare = result.drop(while: isQuote).reversed().drop(while: isQuote).reversed()
        switch bare.lowercased.text {
        case "success", "yes", "1": return .success
        case "failed", "no", "0": return .failure
        default: return .unknown
        }
    }
}

/// When an event was, and which of that millisecond: `1492037289.295:58`.
struct AuditStamp {
    let instant: Timestamp

    /// Nil of what `ausearch -i` writes instead.
    init?(_ text: ArraySlice<UInt8>) {
        var cursor = TextCursor(text)
        let seconds = cursor.pass(while: \.isDigit)
        guard (1...11).contains(seconds.count), cursor.accept("."), let millis = cursor.number(digits: 3),
            cursor.accept(":"), !cursor.pass(while: \.isDigit).isEmpty, cursor.isAtEnd
        else { return nil }
        instant = Timestamp(
            seconds: seconds.reduce(0) { $0 * 10 + Int64($1.digitValue) },
            nanoseconds: Int32(millis * 1_000_000))
    }
}
