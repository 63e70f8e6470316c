/// Something that holds secrets: printed or dumped, it shows its description and no more.
protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["redacted": description]) }
}
