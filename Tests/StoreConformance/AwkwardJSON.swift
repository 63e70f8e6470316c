internal import TestSupport
package import DemoData

/// Random JSON objects, and what is none or hardly one.
package enum AwkwardJSON {
    package static func object(_ random: inout SplitMix64) -> String {
        var text = RandomJSON(random: random.fork()).object()
        for _ in 0..<random.number(below: 4) { mutate(&text, &random) }
        return text.first == "{" ? text : "{\(text)}"
    }

    private static func mutate(_ text: inout String, _ random: inout SplitMix64) {
        let place = text.unicodeScalars.indices.randomElement(using: &random) ?? text.startIndex
        let piece = random.pick([
            "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\uD83D", "\"a\":1,", "\"a\":{\"b\":1,\"b\":2},",
            "\"\":0,",
            "{\"x\":1,\"\\u0078\":2}", "123456789", "E130", "[", "]", "{", "}", "\"", "\\", ",", ":", "é",
            "\u{7F}",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        ])
        text.unicodeScalars.insert(contentsOf: piece.unicodeScalars, at: place)
    }
}
