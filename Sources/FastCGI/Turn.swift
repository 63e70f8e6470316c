/// One request's turn to be answered by the thread that looks out for requests.
package struct Turn: Sendable {
    private let connections: Connections
    /// Where the request comes.
    let connection: Int32
    /// No other turn has it: a connection's number may be another's once that is closed.
    let number: UInt64

    /// Whether what takes longer than a hit may be done within it. Where no other thread is free to look out, that is to be put off
    /// (``Handled/putOff(_:)``): all others may be at work for long, and hits are not to wait for them.
    package let mayTakeTime: Bool

    init(_ connections: Connections, at connection: Int32, number: UInt64, mayTakeTime: Bool) {
        (self.connections, self.connection, self.number) = (connections, connection, number)
        self.mayTakeTime = mayTakeTime
    }

    /// Puts its request off.
    func delay(_ request: DelayedRequest) -> Connections.Delay { connections.delay(request, of: self) }

    /// Lets another thread look out, if the calling one does still, and go first. To be called before whatever may take longer than a
    /// hit: until then, or the request's end, no other request begins. Costs three system calls the first time, and a lock from then on.
    package func handOn() { if connections.handOn(self) { connections.niceness.raise() } }
}
