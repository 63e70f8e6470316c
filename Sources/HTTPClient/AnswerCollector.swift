/// Takes an answer's lines and bytes as libcurl hands them over, within bounds.
struct AnswerCollector {
    /// A bound that the answer exceeded.
    enum Excess {
        case header(limit: Int)
        case body(limit: Int)
    }

    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    private(set) var excess: Excess?
    /// How often a connection stood ready for the request: twice where a reused one had been closed.
    private(set) var requestStarts = 0
    private(set) var headerBytes = 0

    private let maximumBodyBytes: Int
    private let maximumHeaderBytes: Int
    private let admitBody: ((Int) -> Bool)?
    /// Bodies of more bytes than these have to be admitted.
    static let unasked = 32 * 1024
    private var admittedBytes = unasked
    private var isInterim = false
    private(set) var isHeaderComplete = false

    init(maximumBodyBytes: Int, maximumHeaderBytes: Int, admitBody: ((Int) -> Bool)? = nil) {
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumHeaderBytes = maximumHeaderBytes
        self.admitBody = admitBody
    }

    mutating func noteRequestStart() { requestStarts += 1 }

    /// Takes one line of the header or the trailer.
    ///
    /// - Returns: Whether to go on.
    mutating func take(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= maximumHeaderBytes else {
            excess = .header(limit: maximumHeaderBytes)
            return false
        }
        // A trailer may not be taken for a header (RFC 9110, 6.5.1).
        guard !isHeaderComplete else { return true }
        let line = trimmed(bytes[...])
        if bytes.starts(with: "HTTP/".utf8) {
            // Each interim answer has a header of its own.
            headers = HTTPHeaders()
            isInterim = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().first == UInt8(ascii: "1")
        } else if line.isEmpty {
            isHeaderComplete = !isInterim
            if isHeaderComplete { reserveBody() }
        } else if bytes[0] == UInt8(ascii: " ") || bytes[0] == UInt8(ascii: "\t") {
            headers.continueLast(with: text(line))
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let value = trimmed(line[line.index(after: colon)...])
            headers.append(name: text(trimmed(line[..<colon])), value: text(value))
        }
        return true
    }

    /// Takes bytes of the body.
    ///
    /// - Returns: Whether to go on.
    mutating func take(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= maximumBodyBytes else {
            excess = .body(limit: maximumBodyBytes)
            return false
        }
        guard admits(body.count + bytes.count) else {
            excess = .body(limit: admittedBytes)
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Room for the announced length, but not for more than 1 MiB on a server's word alone.
    private mutating func reserveBody() {
        guard let length = announcedBytes else { return }
        body.reserveCapacity(min(length, maximumBodyBytes, 1024 * 1024))
    }

    private var announcedBytes: Int? {
        headers["Content-Length"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    private mutating func admits(_ count: Int) -> Bool {
        guard count > admittedBytes, let admitBody else { return true }
        let wanted = max(count, min(announcedBytes ?? maximumBodyBytes, maximumBodyBytes))
        guard admitBody(wanted) else { return false }
        admittedBytes = wanted
        return true
    }

    private func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0d, 0x0a].contains($0) }
        var rest = bytes.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
        return rest
    }

    private func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
