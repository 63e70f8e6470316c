import AWS
import HTTPClient
import TestSupport
import Testing

@Suite struct CloudWatchTests {
    private func datum(_ value: MetricDatum.Value) -> EncodedMetricDatum? {
        EncodedMetricDatum(
            MetricDatum(
                name: "Duration", dimensions: [.init(name: "Environment", value: "d\"v")],
                timestamp: 1_800_000_000, unit: .milliseconds, value: value))
    }

    @Test func `a request is compressed, signed as it is sent, and says all of its data`() throws {
        try CloudWatchStandIn.with { standIn, cloudWatch in
            let data = [
                datum(.single(2.5)), datum(.distribution(values: [1, 1e-5, 3e20], counts: [4, 5, 6])),
            ]
            try cloudWatch.put(data.compactMap(\.self), namespace: "A/B", deadline: .now + .seconds(60))
            let sent = try #require(standIn.taken.first)
            #expect(sent.Namespace == "A/B")
            #expect(sent.MetricData.map(\.Value) == [2.5, nil])
            #expect(sent.MetricData[1].Values == [1, 1e-5, 3e20])
            #expect(sent.MetricData[1].Counts == [4, 5, 6])
            #expect(sent.MetricData[0].Dimensions.map(\.Value) == ["d\"v"])
            #expect(
                sent.MetricData[0].Timestamp == 1_800_000_000 && sent.MetricData[0].Unit == "Milliseconds")
        }
    }

    @Test(arguments: ["", "{}"])
    func `an answer may be empty`(answer: String) throws {
        try withServer(script: { connection in
            while connection.readRequest() != nil { connection.answer(body: Array(answer.utf8)) }
        }) { server in
            try CloudWatch.client(of: server.url()).put([], namespace: "N", deadline: .now + .seconds(60))
            let headers = server.requests[0].headers
            #expect(headers["X-Amz-Target"] == "GraniteServiceVersion20100801.PutMetricData")
            #expect(headers["Content-Encoding"] == "gzip")
            let authorization = try #require(headers["Authorization"])
            #expect(authorization.contains("/eu-west-1/monitoring/aws4_request"))
            #expect(authorization.contains("content-encoding"))
        }
    }

    @Test func `an answer of another server is an error`() throws {
        try withServer(script: { connection in
            while connection.readRequest() != nil { connection.answer(body: Array("<html>".utf8)) }
        }) { server in
            let client = try CloudWatch.client(of: server.url())
            let error = #expect(throws: AWSError.self) {
                try client.put([], namespace: "N", deadline: .now + .seconds(60))
            }
            #expect(error?.kind == .server)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what is not finite cannot be sent`(number: Double) {
        #expect(datum(.single(number)) == nil)
        #expect(datum(.distribution(values: [1, number], counts: [1, 1])) == nil)
    }
}
