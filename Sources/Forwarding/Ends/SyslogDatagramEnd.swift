internal import Sockets

/// Syslog over UDP (RFC 5426): a datagram each. Nothing tells whether one arrives, so of this far end alone it cannot be said that it
/// loses nothing.
final class SyslogDatagramEnd: FarEnd {
    private let peer: Peer
    private let longest: Int
    private let message: SyslogMessage
    private var socket: DatagramSocket?
    let isSettled = true
    let settleInterval = Duration.zero
    let keepsWhatWasSent = true
    let needsEqualBatches = false

    /// A peer, to which messages of so many bytes go at most.
    init(_ peer: Peer, longest: Int, host: String) {
        (self.peer, self.longest) = (peer, longest)
        message = SyslogMessage(host: host)
    }

    /// As it is given.
    var name: String { "syslog+udp://\(peer)" }

    func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
        var datagram: [UInt8] = []
        for index in range {
            datagram.removeAll(keepingCapacity: true)
            message.append(batch, index, to: &datagram)
            let count = datagram.count
            let isSent: Bool
            do throws(SocketError) {
                let open = try opened()
                isSent =
                    count <= longest ? try open.send(datagram[...], deadline: .now + .seconds(10)) : false
            } catch {
                socket = nil
                throw .unavailable("\(error)")
            }
            guard isSent else {
                throw .refused(.one(index, reason: "is a datagram of \(count) bytes, of \(longest) at most"))
            }
        }
    }

    func settle() {}

    private func opened() throws(SocketError) -> DatagramSocket {
        if let socket { return socket }
        let opened = try DatagramSocket(to: peer)
        socket = opened
        return opened
    }
}
