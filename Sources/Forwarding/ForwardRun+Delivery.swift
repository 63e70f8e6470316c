internal import AuditRecords
internal import Threads

/// What becomes of one batch.
extension ForwardRun {
    /// Sends what there is of the batch, part by part.
    mutating func deliver() throws(FarEndError) {
        while let part = load, part.next < part.batch.count {
            let range = part.next..<min(part.batch.count, part.next + part.width)
            try far.send(part.batch, range)
            count += range.count
            succeed()
            load?.next = range.upperBound
            load?.width = min(part.batch.count, part.width * 2)
        }
        if let load { sent = load.end }
        load = nil
    }

    /// Does what is to be done when a far end has not taken something.
    mutating func see(to error: FarEndError) throws(ForwardFault) {
        guard let part = load else { return }
        switch error {
        case .unavailable(let reason, let wait):
            if !far.keepsWhatWasSent { rewind() }
            fail(reason, wait)
        case .refused(.one(let index, let reason)):
            count += index - part.next
            try bury(index..<index + 1, reason)
        case .refused(.whole(let reason)):
            if part.width == 1 || part.batch.count - part.next == 1 {
                try bury(part.next..<part.next + 1, reason)
            } else {
                load?.width = max(1, min(part.width, part.batch.count - part.next) / 2)
            }
        case .refused(.some(let reason)):
            try bury(part.next..<min(part.batch.count, part.next + part.width), reason)
        }
    }

    /// Puts records aside that the far end never takes.
    mutating func bury(_ range: Range<Int>, _ reason: String) throws(ForwardFault) {
        guard let part = load else { return }
        let id = String(decoding: part.batch.keys[range.lowerBound].id, as: UTF8.self)
        guard let letters else {
            throw ForwardFault(
                "\(far.name) refuses the record \(id): it \(reason). Give --dead-letters a file for such records, and the others "
                    + "go on")
        }
        try letters.add(part.batch, range, reason)
        load?.next = range.upperBound
        report?.refuse(letters.total)
        // Each of the first ones, and then one in a thousand: whoever wants to know more has the file.
        guard letters.count <= Self.toldRefusals || letters.count % 1000 < range.count else { return }
        let more = range.count > 1 ? " and \(range.count - 1) more" : ""
        surroundings.tell(
            "the record \(id)\(more) is refused, the \(letters.count). in \(letters.path): it \(reason)")
    }

    /// Begins again behind what is settled.
    mutating func rewind() {
        load = nil
        sent = checkpoint.place
        report?.rewind()
    }

    /// Says what is wrong, once for each thing, and waits.
    mutating func fail(_ reason: String, _ wait: Duration? = nil) {
        if reason != failure { surroundings.tell("\(reason): it goes on when that is over") }
        failure = reason
        report?.fail(reason)
        var rest = backoff.fail(wanting: wait, random: Double.random(in: 0..<1))
        // Who asks sees that it waits, and has not ended.
        repeat {
            let part = min(rest, ForwardReport.interval)
            guard !surroundings.isStopped(part) else { return }
            report?.tick()
            rest -= part
        } while rest > .zero
    }

    mutating func succeed() {
        backoff.succeed()
        guard failure != nil else { return }
        failure = nil
        report?.succeed()
        surroundings.tell("\(far.name) takes records again")
    }
}
