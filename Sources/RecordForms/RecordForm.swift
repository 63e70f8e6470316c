/// How a record is written for programs of others. Each form is one line, without its end, and holds all of the record.
package enum RecordForm: String, CaseIterable, Sendable {
    /// As the HTTP interface answers it.
    case json
    /// ArcSight's Common Event Format, version 0.
    case cef
    /// An event of the Open Cybersecurity Schema Framework, as JSON.
    case ocsf
}
