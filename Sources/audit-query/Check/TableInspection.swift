import DynamoDBRecords
import AWS

/// Judges what DynamoDB says of the table in one region. What would give wrong answers or none is wrong; what
/// only protects the records is wrong in production and worth a warning elsewhere.
struct TableInspection {
    let layout: TableLayout
    let region: String
    /// All that are configured.
    let regions: [String]
    let environment: Settings.Environment

    /// Everything that DescribeTable tells.
    func findings(of table: TableDescription) -> [Finding] {
        [status(table), key(table)] + layout.indexes.map { index($0, table) }
            + [billing(table), encryption(table), protection(table)] + replicas(table) + stream(table)
    }

    /// What is said of recovery, by a server that may not be DynamoDB (``TableDescription/isDeletionProtected``) and have none.
    func finding(of recovery: PointInTimeRecovery, mayHaveNone: Bool) -> Finding {
        guard recovery.isEnabled || !mayHaveNone else { return hasNoRecovery }
        guard recovery.isEnabled else {
            return unprotected("point-in-time recovery is off: turn it on where the table is defined")
        }
        return line(.ok, "point-in-time recovery of the last \(counted(recovery.days ?? 35, "day"))")
    }

    var hasNoRecovery: Finding {
        line(.warning, "this server has no point-in-time recovery: make backups otherwise")
    }

    /// A look that failed.
    func finding(of error: AWSError, seeking what: String, action: String) -> Finding {
        if error.code.hasPrefix("AccessDenied") {
            return line(.warning, "\(what) not looked at: these credentials lack \(action)")
        }
        if error.kind == .notFound {
            return line(
                .wrong,
                "there is no such table: for development make it with `audit-query table create`, for "
                    + "production with the template in aws/")
        }
        return line(.wrong, "\(what) not looked at: \(error)")
    }

    private func status(_ table: TableDescription) -> Finding {
        let text = "status \(table.status), class \(table.tableClass)"
        switch table.status {
        case "ACTIVE": return line(.ok, text)
        // The table can be used meanwhile.
        case "UPDATING": return line(.warning, text)
        default: return line(.wrong, "\(text): it cannot be used")
        }
    }

    private func key(_ table: TableDescription) -> Finding {
        let differences = layout.keyDifferences(of: table)
        guard differences.isEmpty else { return line(.wrong, differences.joined(separator: ", ")) }
        return line(.ok, "key \(table.key), of type S")
    }

    private func index(_ index: TableLayout.Index, _ table: TableDescription) -> Finding {
        let differences = layout.differences(of: index, in: table)
        guard differences.isEmpty else { return line(.wrong, differences.joined(separator: ", ")) }
        let status = table.indexes.first { $0.name == index.name }?.status ?? ""
        let text = "index \(index.name) of \(index.key), of type S, all attributes, status \(status)"
        switch status {
        case "ACTIVE": return line(.ok, text)
        case "UPDATING": return line(.warning, text)
        default: return line(.wrong, "\(text): it cannot be asked")
        }
    }

    private func billing(_ table: TableDescription) -> Finding {
        guard table.billingMode == "PROVISIONED" else { return line(.ok, "billed on demand") }
        let (read, write) = table.provisioned
        return line(.ok, "billed for provisioned capacity, now \(read) read and \(write) write units")
    }

    private func encryption(_ table: TableDescription) -> Finding {
        guard let encryption = table.encryption else {
            let text = "encrypted with a key that AWS owns, the default"
            guard environment == .prod else { return line(.ok, text) }
            return line(.warning, "\(text): only the use of a KMS key is logged and can be revoked")
        }
        let text = "encrypted with the KMS key \(encryption.keyARN ?? "that AWS manages")"
        guard !encryption.isInaccessible else {
            return line(.wrong, "\(text), which DynamoDB can no longer use: enable the key and its grants")
        }
        return encryption.status == "ENABLED"
            ? line(.ok, text) : line(.warning, "\(text), status \(encryption.status)")
    }

    private func protection(_ table: TableDescription) -> Finding {
        guard let isProtected = table.isDeletionProtected else {
            return line(
                .warning, "this server knows no deletion protection: let nobody have the right to delete it")
        }
        guard isProtected else {
            return unprotected("deletion protection is off: turn it on where the table is defined")
        }
        return line(.ok, "deletion protection is on")
    }

    /// What is followed is the first region's. A table that nobody follows needs none.
    private func stream(_ table: TableDescription) -> [Finding] {
        guard region == regions.first else { return [] }
        if let fault = table.streamFault { return [line(.warning, fault)] }
        return [line(.ok, "its stream has what is written, for who follows")]
    }

    /// Every other configured region must be one of the replicas: a table of the same name that is none holds
    /// other records.
    private func replicas(_ table: TableDescription) -> [Finding] {
        let others = regions.filter { $0 != region }
        let configured = others.map { other in
            guard let replica = table.replicas.first(where: { $0.region == other }) else {
                return line(.wrong, "no replica in \(other), which store.dynamodb.regions names")
            }
            let text = "replica in \(other), status \(replica.status)"
            return replica.status == "ACTIVE"
                ? line(.ok, text) : line(.wrong, "\(text): it is not in use yet")
        }
        let unused = table.replicas.map(\.region).filter { !regions.contains($0) }
        return configured
            + unused.map { line(.warning, "replica in \($0), which store.dynamodb.regions does not name") }
    }

    /// Something that only protects.
    func unprotected(_ text: String) -> Finding {
        line(environment == .prod ? .wrong : .warning, text)
    }

    func line(_ state: Finding.State, _ text: String) -> Finding {
        Finding(.table, state, "table \(layout.table) in \(region): \(text)")
    }
}
