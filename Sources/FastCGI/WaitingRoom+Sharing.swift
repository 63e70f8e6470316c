/// How the places of a full room are shared.
extension WaitingRoom {
    /// Who leaves a full room for somebody: of the owner who has most, and at least two more than the newcomer's has, the one whose wait is
    /// over first. So both come nearer to having as many, and none is sent to and fro.
    static func leaving(_ guests: some Collection<Guest>, for newcomer: Guest) -> Guest? {
        var counts: [String: Int] = [:]
        for guest in guests { counts[guest.later.owner, default: 0] += 1 }
        guard let most = counts.max(by: { $0.value < $1.value }),
            most.value > counts[newcomer.later.owner, default: 0] + 1
        else { return nil }
        return guests.filter { $0.later.owner == most.key }.min { $0.later.deadline < $1.later.deadline }
    }
}
