import TestSupport
import Testing

/// What API.md promises, over HTTPS through nginx. All of these only read one installation with generated
/// data; each nested suite is a file.
@Suite(.live(.init(lines: GeneratedRecords.lines)), .logsOnFailure)
enum ContractTests {}
