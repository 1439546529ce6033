import Foundation
import Kernel
import Persistence
import Records

/// What a program sent, as JSON has it.
indirect enum JSONInput: Decodable, Equatable {
    case null
    case flag(Bool)
    case integer(Int64)
    case text(String)
    /// A fraction, a number beyond 64 bits, a list, an object: no field of ours holds one.
    case other

    init(from decoder: any Decoder) throws {
        guard let container = try? decoder.singleValueContainer() else {
            self = .other
            return
        }
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int64.self) {
            self = .integer(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }

    /// The members of a body that is one object. Throws `request.malformed`, `api.not-an-object`.
    static func object(_ body: [UInt8]) throws -> [String: JSONInput] {
        let data = Data(body)
        guard (try? JSONDecoder().decode(JSONInput.self, from: data)) != nil else {
            throw Failure(.usage, "request.malformed")
        }
        guard let object = try? JSONDecoder().decode([String: JSONInput].self, from: data) else {
            throw Failure(.usage, "api.not-an-object")
        }
        return object
    }

    /// As a column of the kind is stored. What cannot be one becomes bytes, which no field takes.
    func stored(as field: ApiField) -> SQLValue {
        switch (self, field.kind) {
        case (.null, _): .null
        case (.flag(let flag), .flag): .integer(flag ? 1 : 0)
        case (.integer, .flag), (.flag, _), (.other, _): .bytes([])
        case (.integer(let number), _): .integer(number)
        case (.text(let text), .text), (.text(let text), .code): field.clean(text)
        case (.text(let text), _): .text(text)
        }
    }
}
