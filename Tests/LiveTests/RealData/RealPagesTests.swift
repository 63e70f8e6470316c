import TestSupport
import Testing

/// All pages of each of the real data's users are what a walk over the file gives.
@Suite(.live(RealData.installation), .logsOnFailure, .serialized, .realData)
struct RealUserTests {
    @Test(arguments: RealData.Reading.all)
    func `pages of every user are exact`(_ reading: RealData.Reading) throws {
        try RealData.check("userId", \.userId, reading) { $0.matching(user: $1, ascending: $2) }
    }
}

/// The same for each system.
@Suite(.live(RealData.installation), .logsOnFailure, .serialized, .realData)
struct RealSystemTests {
    @Test(arguments: RealData.Reading.all)
    func `pages of every system are exact`(_ reading: RealData.Reading) throws {
        try RealData.check("systemId", \.systemId, reading) { $0.matching(system: $1, ascending: $2) }
    }
}

/// The same for each resource.
@Suite(.live(RealData.installation), .logsOnFailure, .serialized, .realData)
struct RealResourceTests {
    @Test(arguments: RealData.Reading.all)
    func `pages of every resource are exact`(_ reading: RealData.Reading) throws {
        try RealData.check("resourceId", \.resourceId, reading) { $0.matching(resource: $1, ascending: $2) }
    }
}
