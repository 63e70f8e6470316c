/// Records with what real data lacks: midnight, ties, mixed precision, ids that need escaping somewhere or
/// begin like each other. The same at each run.
enum GeneratedRecords {
    static let systems = [
        "billing", "billing#eu", "a_b", "a/b", "50%", "crm-core", "crm-extra", "crm", "zahlungen-ö", "日本",
    ]
    static let users = [
        "alice@example.com", "alice", "ali", "al#ice", "al_ice", "al/ice", "al%ice", "al%2Fice",
        "al ice+1&x=y",
        "zoë", "zoe\u{308}", "👩‍💻",
    ]
    static let resources = [
        "none", "invoice/2024-0017", "invoice/2024-001", "a#b_c%d/e", "łódź", "?q=1&r=2", "\"\\",
    ]
    /// Around midnights, in ties, in several precisions of one instant.
    static let times = [
        "2024-01-30T23:59:59.999999999Z", "2024-01-31T00:00:00Z", "2024-01-31T00:00:00.000Z",
        "2024-01-31T00:00:00.000000001Z", "2024-01-31T10:00:00.5Z", "2024-01-31T10:00:00Z",
        "2024-01-31T10:00:00.123Z", "2024-01-31T10:00:00.123000001Z", "2024-01-31T10:00:00.12Z",
        "2024-01-31T23:59:59.999Z", "2024-02-01T00:00:00Z", "2024-02-29T12:00:00Z", "2024-02-29T12:00:00.1Z",
    ]

    /// 1,560 lines to load.
    static let lines: [String] = {
        var lines: [String] = []
        for (number, system) in systems.enumerated() {
            for (position, time) in times.enumerated() {
                for (turn, user) in users.enumerated() {
                    let resource = resources[(number + position + turn) % resources.count]
                    let id = "\(turn % 3 == 0 ? "#" : "")id_\((turn * 7 + position) % 12)/\(number)-\(turn)"
                    lines.append(
                        """
                        {"auditId":\(quoted(id)),"timestamp":"\(time)","systemId":\(quoted(system)),\
                        "userId":\(quoted(user)),"resourceId":\(quoted(resource)),"action":"Read",\
                        "sourceIp":"10.0.0.\(turn)","number":12345678901234567890123456789012345678,\
                        "fraction":0.10,"nothing":null,"nested":{"list":[1,[],{}],"текст":"\\u0041\\n"}}
                        """)
                }
            }
        }
        return lines
    }()

    static let model = Result { try Model(lines) }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
