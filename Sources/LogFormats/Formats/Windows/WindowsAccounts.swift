/// Who did something, and to which account.
struct WindowsAccounts {
    /// With the domain, where the event has one.
    let user: [UInt8]?
    /// The target account's name, if it is not the user's.
    let other: [UInt8]?

    init(_ data: JSONValue?, isLogon: Bool) {
        let (subject, target) = (data?.named("SubjectUserName"), data?.named("TargetUserName"))
        let isOfTarget = isLogon && target?.isSomething == true || subject?.isSomething != true
        let account = isOfTarget ? target : subject
        let domain = data?.named(
            isOfTarget && account?.bytes != subject?.bytes ? "TargetDomainName" : "SubjectDomainName")
        let domainName = account?.string == nil ? nil : domain?.string
        user = account?.string.map { name in domainName.map { $0 + [UInt8(ascii: "\\")] + name } ?? name }
        let isSame = account?.string == target?.string
        other = account?.isSomething == true && !isSame ? target?.words : nil
    }
}
