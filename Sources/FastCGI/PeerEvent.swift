/// An event of poll(2) and epoll(7) that the C library does not show to Swift.
enum PeerEvent {
    /// POLLRDHUP, EPOLLRDHUP: the peer has ended its side of the connection.
    static let hasEnded: UInt32 = 0x2000
}
