@testable import QueryService
import TestSupport
import Testing

@Suite struct RecencyListTests {
    @Test func `the list is in the order of last use, whatever is inserted, moved and removed`() {
        let answer = Answer(body: [], recordCount: 0, lifetime: .zero, made: .now)
        forAll(cases: 60) { random in
            var list = RecencyList()
            // The most recently used one first.
            var model: [(index: Int, size: Int)] = []
            for step in 0..<200 {
                switch random.number(below: 3) {
                case 0:
                    let key = CacheKey(.batch([[UInt8(truncatingIfNeeded: step)]]), policy: .unrestricted)
                    let entry = RecencyList.Entry(key: key, answer: answer, byteCount: step)
                    let index = list.insertAtFront(entry)
                    try require(!model.contains { $0.index == index }, "index \(index) is taken")
                    model.insert((index, step), at: 0)
                case 1 where !model.isEmpty:
                    let entry = model.remove(at: random.number(below: model.count))
                    list.moveToFront(entry.index)
                    model.insert(entry, at: 0)
                case 2 where !model.isEmpty:
                    let entry = model.remove(at: random.number(below: model.count))
                    try require(list.remove(entry.index).byteCount == entry.size, "another entry was removed")
                default: break
                }
                try require(list.first == model.first?.index, "the first is \(list.first as Any)")
                try require(list.last == model.last?.index, "the last is \(list.last as Any)")
                for (index, size) in model {
                    try require(list[index].byteCount == size, "\(index) has changed")
                }
            }
            // Emptied from its end, it gives everything in order.
            while let last = list.last {
                try require(model.popLast()?.index == last, "the order is wrong")
                list.remove(last)
            }
            try require(model.isEmpty, "something is missing")
        }
    }
}
