import CoreMetrics
import Foundation
@testable import Telemetry
import Testing

@Suite struct MetricSampleCodingTests {
    private let registry = MetricRegistry([
        MetricDescription(name: "Duration", unit: .milliseconds, help: "how long")
    ])

    private func json(_ samples: [MetricSample]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return String(decoding: try encoder.encode(samples), as: UTF8.self)
    }

    // Others read this: what changes here changes for them.
    @Test func `each kind of metric has one form, which docs/operations.md tells`() throws {
        CoreMetrics.Counter(label: "A", dimensions: [("Region", "x")], factory: registry).increment(by: 3)
        FloatingPointCounter(label: "B", factory: registry).increment(by: 2)
        Meter(label: "C", factory: registry).set(7)
        let timer = Timer(label: "Duration", factory: registry)
        for milliseconds in [1, 1, 3_000_000] { timer.recordMilliseconds(milliseconds) }
        _ = Recorder(label: "E", factory: registry)
        #expect(
            try json(registry.snapshot()) == """
                [
                  {
                    "dimensions" : {
                      "Region" : "x"
                    },
                    "help" : "",
                    "kind" : "counter",
                    "name" : "A",
                    "unit" : "count",
                    "value" : 3
                  },
                  {
                    "dimensions" : {

                    },
                    "help" : "",
                    "kind" : "sum",
                    "name" : "B",
                    "unit" : "count",
                    "value" : 2
                  },
                  {
                    "dimensions" : {

                    },
                    "help" : "",
                    "kind" : "gauge",
                    "name" : "C",
                    "unit" : "count",
                    "value" : 7
                  },
                  {
                    "buckets" : [
                      {
                        "count" : 2,
                        "upTo" : 1
                      },
                      {
                        "count" : 1
                      }
                    ],
                    "count" : 3,
                    "dimensions" : {

                    },
                    "help" : "how long",
                    "kind" : "timer",
                    "name" : "Duration",
                    "p50" : 0.99609375,
                    "p90" : 1048576,
                    "p99" : 1048576,
                    "sum" : 3000002,
                    "unit" : "milliseconds"
                  },
                  {
                    "buckets" : [

                    ],
                    "count" : 0,
                    "dimensions" : {

                    },
                    "help" : "",
                    "kind" : "recorder",
                    "name" : "E",
                    "p50" : null,
                    "p90" : null,
                    "p99" : null,
                    "sum" : 0,
                    "unit" : "count"
                  }
                ]
                """)
    }

    @Test func `what is read is what was written`() throws {
        FloatingPointCounter(label: "Whole", factory: registry).increment(by: 3)
        FloatingPointCounter(label: "Fraction", factory: registry).increment(by: 0.1)
        CoreMetrics.Counter(label: "Most", factory: registry).increment(by: Int64.max)
        Meter(label: "Level", factory: registry).set(-1.5)
        let timer = Timer(label: "Duration", factory: registry)
        let sizes = Recorder(label: "Sizes", factory: registry)
        for exponent in 0..<50 {
            timer.recordNanoseconds(Int64(1) << exponent + 7)
            sizes.record(Double(Int64(1) << exponent) * 1.01)
        }
        timer.recordNanoseconds(0)
        let samples = registry.snapshot()
        let read = try JSONDecoder().decode([MetricSample].self, from: Data(json(samples).utf8))
        #expect(read == samples)
    }

    @Test func `members that a later version adds are passed over`() throws {
        let text =
            #"{"name":"A","dimensions":{},"unit":"count","help":"","kind":"gauge","value":1,"new":[{}]}"#
        let sample = try JSONDecoder().decode(MetricSample.self, from: Data(text.utf8))
        #expect(sample.value == .gauge(1))
    }
}
