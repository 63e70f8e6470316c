/// The page as a model, the way an SDK decodes it.
struct QueryModel: Decodable {
    let items: [[String: AttributeModel]]

    private enum CodingKeys: String, CodingKey {
        case items = "Items"
    }
}

/// One value of an item.
indirect enum AttributeModel: Decodable {
    case text(String)
    case number(String)
    case boolean(Bool)
    case null
    case map([String: AttributeModel])
    case list([AttributeModel])
    case set([String])

    private enum CodingKeys: String, CodingKey {
        case string = "S"
        case number = "N"
        case binary = "B"
        case boolean = "BOOL"
        case null = "NULL"
        case map = "M"
        case list = "L"
        case stringSet = "SS"
        case numberSet = "NS"
        case binarySet = "BS"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let key = container.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no type"))
        }
        self =
            switch key {
            case .string, .binary: .text(try container.decode(String.self, forKey: key))
            case .number: .number(try container.decode(String.self, forKey: key))
            case .boolean: .boolean(try container.decode(Bool.self, forKey: key))
            case .null: .null
            case .map: .map(try container.decode([String: AttributeModel].self, forKey: key))
            case .list: .list(try container.decode([AttributeModel].self, forKey: key))
            case .stringSet, .numberSet, .binarySet: .set(try container.decode([String].self, forKey: key))
            }
    }
}
