internal import AuditStores
internal import Cryptography

/// Tokens of who follows: a place, sealed as cursors are, beside bytes of chance. So all have one length, and no two are equal: nobody
/// sees by them whether anything came that he may not see. They carry no question and no policy, for both may change meanwhile: what a
/// place is worth depends on the key that reads behind it.
extension CursorSeal {
    private static let chanceByteCount = 8

    /// A token of a place.
    func seal(_ place: ArrivalPlace) throws(CryptographyError) -> [UInt8] {
        try seal(try randomBytes(Self.chanceByteCount) + place.bytes, as: .place)
    }

    /// The place of a token; nil when it was not sealed here, or was changed.
    func place(in token: [UInt8]) -> ArrivalPlace? {
        guard let message = message(in: token, as: .place) else { return nil }
        return ArrivalPlace(bytes: message.dropFirst(Self.chanceByteCount))
    }
}
