import Foundation
import TestSupport
import Testing
@testable import JSONBytes
@testable import QueryService

@Suite struct ASCIITextTests {
    @Test func `numbers are written as Foundation writes them`() {
        forAll(cases: 2000) { random in
            let size = Int.random(in: 0...62, using: &random)
            let number = Int.random(in: 0...(1 << size), using: &random)
            let digits = Int.random(in: 1...12, using: &random)
            var text: [UInt8] = []
            text.append(decimal: number, digits: digits)
            let expected = String(format: "%0\(digits)ld", number)
            try require(text == Array(expected.utf8), "\(number) with \(digits) digits")
        }
        var text: [UInt8] = []
        text.append(decimal: .max)
        #expect(text == Array("\(Int.max)".utf8))
    }

    @Test func `base64url is what Foundation's base64 is, without its padding`() {
        forAll(cases: 500) { random in
            let bytes = (0..<Int.random(in: 0...70, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let expected = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing(
                "/", with: "_"
            )
            .replacing("=", with: "")
            try require(bytes.base64URL == Array(expected.utf8), "\(bytes)")
        }
    }

    @Test(arguments: [
        (Duration.zero, "0.000"), (.microseconds(7), "0.007"), (.microseconds(12_345), "12.345"),
        (.seconds(61), "61000.000"), (.nanoseconds(999), "0.000"), (.milliseconds(-5), "0.000"),
    ])
    func `milliseconds are written to the microsecond`(_ duration: Duration, _ text: String) {
        var bytes: [UInt8] = []
        bytes.append(milliseconds: duration)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
