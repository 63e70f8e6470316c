import Testing

extension Answer {
    /// Expects an error as API.md describes them, whoever made it.
    func expectProblem(
        _ status: Int, _ type: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
        #expect(self["Content-Type"] == "application/problem+json", "\(self)", sourceLocation: sourceLocation)
        #expect(self["Cache-Control"] == "no-store", "\(self)", sourceLocation: sourceLocation)
        let problem = try json()
        #expect(problem["type"].string == "urn:audit-query:problem:\(type)", sourceLocation: sourceLocation)
        #expect(problem["status"].int == status, sourceLocation: sourceLocation)
        #expect(problem["title"].string?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(problem["detail"].string?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(problem["instance"].string == requestID, sourceLocation: sourceLocation)
        #expect(requestID.count == 32, sourceLocation: sourceLocation)
    }
}
