import Testing

@testable import audit_query

/// A question as servers are asked.
@Suite struct QueryParametersTests {
    /// Another body of the same question would be another worker's, whose cache knows nothing of it.
    @Test func `equal questions have equal bodies`() throws {
        var question = QueryParameters()
        (question.userId, question.systemId, question.resourceId) = ("u", "s", "r/1")
        (question.startDate, question.endDate, question.limit) = ("2024-01-01", "2024-01-31", 100)
        (question.order, question.filter) = ("asc", "a eq \"b\"")
        for _ in 0..<20 {
            #expect(
                String(decoding: try question.body, as: UTF8.self) == """
                    {"endDate":"2024-01-31","filter":"a eq \\"b\\"","limit":100,"order":"asc","resourceId":"r/1",\
                    "startDate":"2024-01-01","systemId":"s","userId":"u"}
                    """)
        }
    }
}
