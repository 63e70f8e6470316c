@testable import AuditRecords
@testable import QueryService

extension HiddenAttributes: ExpressibleByArrayLiteral {
    init(arrayLiteral names: Identifier...) {
        self.init(names.map { AttributePath(name: $0) })
    }
}
