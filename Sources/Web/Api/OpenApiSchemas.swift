import Kernel
import Persistence
import Records

// The schemas of the OpenAPI document, from the descriptions of the record types.

extension ApiField {
    /// JSON Schema 2020-12 of the column.
    func schema(_ t: Texts) -> JSONTree {
        var members: [(String, JSONTree)] = []
        func type(_ name: String) { members.append(("type", isOptional ? [.text(name), "null"] : .text(name))) }
        switch kind {
        case .text, .code:
            type("string")
            if !isOptional { members.append(("minLength", 1)) }
            members.append(("maxLength", .integer(longest ?? 1000)))
        case .integer, .money, .area, .hundredths, .year, .instant:
            type("integer")
            members.append(("format", "int64"))
        case .flag: type("boolean")
        case .day:
            type("string")
            members.append(("format", "date"))
        case .partialDay:
            type("string")
            members.append(("pattern", "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"))
        case .choice(_, let values):
            type("string")
            let values = values.map { JSONTree.text($0) }
            members.append(("enum", .list(isOptional ? values + [.null] : values)))
        case .reference:
            type("integer")
            members += [("format", "int64"), ("minimum", 1)]
        }
        members.append(("title", .text(t[key])))
        if let meaning { members.append(("description", .text(t[meaning]))) }
        members.append(("examples", [example]))
        return .object(members)
    }

    private var meaning: String? {
        switch kind {
        case .money: "api.is-dong"
        case .area: "api.is-square-metres"
        case .hundredths: "api.is-hundredths"
        case .partialDay: "api.is-partial-day"
        case .reference: "api.is-reference"
        default: isPersonal ? "api.is-personal" : nil
        }
    }

    private var example: JSONTree {
        switch kind {
        case .text: column == "permissions" ? "read *" : column == "language" ? "vi" : "Tân Thành"
        case .code: column == "organisation" ? "cooperative:1" : column == "phone" ? "0912345678" : "3700123456"
        case .integer: column.contains("year") ? 1970 : 42
        case .money: 250_000_000
        case .area: 12_000
        case .hundredths: 8250
        case .year: 2023
        case .flag: false
        case .day, .partialDay: "2018-03-15"
        case .instant: 1_719_720_000_000
        case .choice(_, let values): .text(values.first ?? "")
        case .reference: 1
        }
    }
}

extension ApiType {
    /// A record as it is read.
    func readSchema(_ t: Texts) -> JSONTree {
        var members: [(String, JSONTree)] = [
            ("id", ["type": "integer", "format": "int64", "minimum": 1, "readOnly": true])
        ]
        if read == nil { members.append(("version", ["type": "integer", "minimum": 1, "readOnly": true])) }
        members += fields.map { ($0.column, $0.schema(t)) }
        if hasPersonal {
            let names = fields.filter(\.isPersonal).map { JSONTree.text($0.column) }
            members.append(
                (
                    "masked",
                    [
                        "type": "array", "items": ["type": "string", "enum": .list(names)], "readOnly": true,
                        "description": .text(t["api.masked"]),
                    ]
                ))
        }
        if hasDoubts {
            let text: JSONTree = ["type": "string"]
            members.append(
                (
                    "findings",
                    [
                        "type": "array", "readOnly": true, "description": .text(t["api.findings"]),
                        "items": [
                            "type": "object", "additionalProperties": false,
                            "required": ["rule", "field", "severity", "detail"],
                            "properties": [
                                "rule": text, "field": text, "detail": text,
                                "severity": ["type": "string", "enum": ["note", "warning", "error"]],
                            ],
                        ],
                    ]
                ))
        }
        let required = members.map(\.0).filter { name in
            name != "findings" && (field(name).map { !$0.isPersonal } ?? true)
        }
        return [
            "type": "object", "title": .text(t["type.\(name)"]), "additionalProperties": false,
            "required": .list(required.map { .text($0) }), "properties": .object(members),
        ]
    }

    /// What is sent of a new record, or of a change: then nothing is required.
    func writeSchema(isNew: Bool, _ t: Texts) -> JSONTree {
        let members = fields.map { ($0.column, $0.schema(t)) }
        let required = isNew ? fields.filter(\.isNeeded).map { JSONTree.text($0.column) } : []
        return [
            "type": "object", "additionalProperties": false, "required": .list(required),
            "properties": .object(members),
        ]
    }
}

enum OpenApiSchemas {
    static func page(of schema: String, hasTotal: Bool = true) -> JSONTree {
        var members: [(String, JSONTree)] = [("items", ["type": "array", "items": reference(schema)])]
        if hasTotal { members.append(("total", ["type": "integer", "minimum": 0])) }
        members.append(("next", ["type": ["string", "null"]]))
        return [
            "type": "object", "additionalProperties": false, "required": .list(members.map { .text($0.0) }),
            "properties": .object(members),
        ]
    }

    static func reference(_ schema: String) -> JSONTree { ["$ref": "#/components/schemas/\(schema)"] }

    static func problem(_ t: Texts) -> JSONTree {
        let text: JSONTree = ["type": "string"]
        return [
            "type": "object", "description": "RFC 9457",
            "required": ["title", "status", "detail", "code"],
            "properties": [
                "title": text, "status": ["type": "integer", "minimum": 400, "maximum": 599], "detail": text,
                "code": ["type": "string", "description": .text(t["api.code"])],
                "details": ["type": "object", "additionalProperties": text], "incident": text,
                "errors": [
                    "type": "array",
                    "items": [
                        "type": "object", "required": ["field", "code", "detail"],
                        "properties": ["field": ["type": ["string", "null"]], "code": text, "detail": text],
                    ],
                ],
                "differences": [
                    "type": "array", "description": .text(t["api.differences"]),
                    "items": [
                        "type": "object", "required": ["field", "sent"],
                        "properties": ["field": text, "sent": true, "current": true],
                    ],
                ],
            ],
        ]
    }

    static func end(_ t: Texts) -> JSONTree {
        [
            "type": "object", "additionalProperties": false, "required": ["on", "reason"],
            "properties": [
                "on": ["type": "string", "format": "date", "examples": ["2026-01-01"]],
                "reason": [
                    "type": "string", "minLength": 1, "maxLength": 1000, "examples": ["Giải thể theo quyết định 12"],
                ],
            ],
        ]
    }

    static func change(_ t: Texts) -> JSONTree {
        let text: JSONTree = ["type": ["string", "null"]]
        let number: JSONTree = ["type": ["integer", "null"], "format": "int64"]
        let members: [(String, JSONTree)] = [
            ("id", ["type": "integer", "format": "int64"]), ("at", ["type": "string", "format": "date-time"]),
            ("action", ["type": "string", "enum": .list(Change.Action.allCases.map { .text($0.rawValue) })]),
            ("origin", ["type": "string"]), ("account_id", number), ("account", text), ("reason", text),
            ("import_id", number), ("before", ["type": "object"]), ("after", ["type": "object"]),
            ("masked", ["type": "array", "items": ["type": "string"]]),
        ]
        return [
            "type": "object", "title": .text(t["type.change"]), "additionalProperties": false,
            "required": .list(members.map { .text($0.0) }), "properties": .object(members),
        ]
    }
}
