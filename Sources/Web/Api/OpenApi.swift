import HTTPTypes
import Kernel
import Persistence
import Records

/// The OpenAPI 3.1 document of the API, from the same descriptions that its routes come from.
struct OpenApi {
    let types: [ApiType]
    let t: Texts

    var document: JSONTree {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "HopTac", "version": "1", "description": .text(t["api.about"]),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": [["token": []]],
            "tags": .list(types.map { ["name": .text($0.name), "description": .text(t["type.\($0.name)"])] }),
            "paths": .object([("/api/openapi.json", itself)] + types.flatMap(paths)),
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer", "description": .text(t["api.token"])]
                ],
                "schemas": .object(schemas), "headers": headers,
            ],
        ]
    }

    private var schemas: [(String, JSONTree)] {
        [
            ("Problem", OpenApiSchemas.problem(t)), ("End", OpenApiSchemas.end(t)),
            ("Change", OpenApiSchemas.change(t)),
            ("ChangePage", OpenApiSchemas.page(of: "Change", hasTotal: false)),
        ]
            + types.flatMap { type in
                let read = [
                    (type.schema, type.readSchema(t)), ("\(type.schema)Page", OpenApiSchemas.page(of: type.schema)),
                ]
                guard type.read == nil else { return read }
                return read + [
                    ("\(type.schema)New", type.writeSchema(isNew: true, t)),
                    ("\(type.schema)Change", type.writeSchema(isNew: false, t)),
                ]
            }
    }

    private var headers: JSONTree {
        [
            "ETag": ["description": .text(t["api.etag"]), "schema": ["type": "string", "pattern": "^\"[0-9]+\"$"]],
            "Location": ["schema": ["type": "string"]],
            "RateLimit": ["description": .text(t["api.rate"]), "schema": ["type": "string"]],
            "RateLimit-Policy": ["schema": ["type": "string"]],
            "Retry-After": ["schema": ["type": "string", "pattern": "^[0-9]+$"]],
        ]
    }

    private var itself: JSONTree {
        [
            "get": [
                "operationId": "openapi", "summary": .text(t["api.itself"]), "security": [],
                "parameters": [
                    ["name": "lang", "in": "query", "schema": ["type": "string", "enum": ["vi", "en"]]]
                ],
                "responses": responses(
                    "200", "OpenAPI 3.1", "application/json", ["type": "object"], problems: [400, 414, 429]),
            ]
        ]
    }

    // MARK: Paths

    private func readPaths(_ type: ApiType, _ read: ReadTable) -> [(String, JSONTree)] {
        let filters = type.fields.filter { read.filters.contains($0.name) }.map { field in
            parameter(
                field.name,
                type.values(of: field).map { ["type": "string", "enum": .list($0.map { .text($0) })] }
                    ?? ["type": "string", "pattern": "^[0-9a-z_]{1,40}$"])
        }
        func ok(_ schema: String, _ problems: [Int]) -> JSONTree {
            responses("200", "OK", "application/json", OpenApiSchemas.reference(schema), problems: problems)
        }
        let list = operation(
            "list", type,
            parameters: [search] + filters + [
                day("api.as-of-today"), limit, parameter("after", Self.number, "api.after"),
            ],
            ok("\(type.schema)Page", Self.reading))
        let one = operation("read", type, parameters: [id], ok(type.schema, Self.reading))
        return [(type.path, ["get": list]), ("\(type.path)/{id}", ["get": one])]
    }

    private func paths(_ type: ApiType) -> [(String, JSONTree)] {
        if let read = type.read { return readPaths(type, read) }
        let schema = type.schema
        var paths: [(String, JSONTree)] = [
            (
                type.path,
                [
                    "get": operation(
                        "list", type, parameters: listParameters(type, paged: true),
                        responses(
                            "200", "OK", "application/json", OpenApiSchemas.reference("\(schema)Page"),
                            problems: Self.reading + [422])),
                    "post": operation(
                        "create", type, parameters: [key], body: "\(schema)New",
                        responses(
                            "201", "Created", "application/json", OpenApiSchemas.reference(schema),
                            headers: ["ETag", "Location"], problems: Self.writing)),
                ]
            ),
            (
                "\(type.path).jsonl",
                [
                    "get": operation(
                        "bulk", type, parameters: listParameters(type, paged: false),
                        responses(
                            "200", t["api.lines"], "application/x-ndjson", ["type": "string"], problems: Self.reading))
                ]
            ),
            (
                "\(type.path)/{id}",
                [
                    "get": operation(
                        "read", type, parameters: [id] + (type.hasPersonal ? [personal] : []),
                        responses(
                            "200", "OK", "application/json", OpenApiSchemas.reference(schema), headers: ["ETag"],
                            problems: Self.reading + [422])),
                    "patch": operation(
                        "change", type, parameters: [id, ifMatch, key], body: "\(schema)Change",
                        responses(
                            "200", "OK", "application/json", OpenApiSchemas.reference(schema), headers: ["ETag"],
                            problems: Self.writing + [412, 428])),
                ]
            ),
            (
                "\(type.path)/{id}/history",
                [
                    "get": operation(
                        "history", type,
                        parameters: [id, limit, parameter("after", Self.number, "api.after")],
                        responses(
                            "200", "OK", "application/json", OpenApiSchemas.reference("ChangePage"),
                            problems: Self.reading))
                ]
            ),
        ]
        if type.end != nil {
            paths.append(
                (
                    "\(type.path)/{id}/end",
                    [
                        "post": operation(
                            "end", type, parameters: [id, ifMatch, key], body: "End",
                            responses(
                                "200", "OK", "application/json", OpenApiSchemas.reference(schema), headers: ["ETag"],
                                problems: Self.writing + [412, 428]))
                    ]
                ))
        }
        return paths
    }

    private static let reading = [400, 401, 403, 404, 414, 429, 503]
    private static let writing = reading + [409, 413, 415, 422]

    private func operation(
        _ verb: String, _ type: ApiType, parameters: [JSONTree], body: String? = nil, _ responses: JSONTree
    ) -> JSONTree {
        var members: [(String, JSONTree)] = [
            ("operationId", "\(verb)_\(type.name)"),
            ("summary", .text(t("api.verb-\(verb)", ["type": t["type.\(type.name)"]]))),
            ("tags", [.text(type.name)]), ("parameters", .list(parameters)),
        ]
        if let body {
            members.append(
                (
                    "requestBody",
                    [
                        "required": true,
                        "content": ["application/json": ["schema": OpenApiSchemas.reference(body)]],
                    ]
                ))
        }
        return .object(members + [("responses", responses)])
    }

    private func responses(
        _ status: String, _ description: String, _ media: String, _ schema: JSONTree, headers: [String] = [],
        problems: [Int]
    ) -> JSONTree {
        func references(_ names: [String]) -> JSONTree {
            .object(names.map { name -> (String, JSONTree) in (name, ["$ref": "#/components/headers/\(name)"]) })
        }
        let rates = ["RateLimit", "RateLimit-Policy"]
        let described: JSONTree = ["schema": schema]
        let good: JSONTree = [
            "description": .text(description), "headers": references(headers + rates),
            "content": .object([(media, described)]),
        ]
        let bad = problems.sorted().map { code in
            (
                String(code),
                [
                    "description": .text(HTTPResponse.Status(code: code).reasonPhrase),
                    "headers": references(code == 429 ? rates + ["Retry-After"] : []),
                    "content": [
                        "application/problem+json": ["schema": OpenApiSchemas.reference("Problem")]
                    ],
                ] as JSONTree
            )
        }
        return .object([(status, good)] + bad)
    }

    // MARK: Parameters

    private func parameter(_ name: String, _ schema: JSONTree, _ description: String? = nil) -> JSONTree {
        let parameter: JSONTree = ["name": .text(name), "in": "query", "schema": schema]
        return description.map { parameter.with([("description", .text(t[$0]))]) } ?? parameter
    }

    private static let number: JSONTree = [
        "type": "integer", "format": "int64", "minimum": 1, "maximum": .integer(.max),
    ]

    private var id: JSONTree {
        ["name": "id", "in": "path", "required": true, "schema": Self.number, "example": 1]
    }

    private var limit: JSONTree {
        parameter("limit", ["type": "integer", "minimum": 1, "maximum": 500, "default": 50])
    }

    private var personal: JSONTree {
        parameter(
            "personal", ["type": "string", "minLength": 1, "maxLength": 300, "pattern": "^[^\\u0000]+$"], "api.personal"
        )
    }

    private var key: JSONTree {
        [
            "name": "Idempotency-Key", "in": "header", "description": .text(t["api.key"]),
            "schema": ["type": "string", "pattern": "^[!-~]{1,255}$"],
        ]
    }

    private var ifMatch: JSONTree {
        [
            "name": "If-Match", "in": "header", "required": true, "description": .text(t["api.if-match"]),
            "schema": ["type": "string", "pattern": "^\"[0-9]{1,9}\"$"], "example": "\"1\"",
        ]
    }

    private var search: JSONTree {
        parameter("q", ["type": "string", "maxLength": 200, "pattern": "^[^\\u0000]+$"], "api.q")
    }

    private func day(_ description: String) -> JSONTree {
        parameter("as_of", ["type": "string", "format": "date"], description)
    }

    private func listParameters(_ type: ApiType, paged: Bool) -> [JSONTree] {
        var parameters: [JSONTree] = []
        if let listing = type.listing {
            parameters.append(search)
            for filter in listing.filters {
                let schema: JSONTree =
                    switch filter.kind {
                    case .integer: Self.number
                    case .year: ["type": "integer", "minimum": 1000, "maximum": 9999]
                    default:
                        type.values(of: filter).map { ["type": "string", "enum": .list($0.map { .text($0) })] }
                            ?? ["type": "string", "pattern": "^[0-9a-z_]{1,40}$"]
                    }
                parameters.append(parameter(filter.name, schema))
            }
        }
        for field in type.references {
            parameters.append(
                parameter(field.column, Self.number, "api.is-reference"))
        }
        parameters.append(day(type.listing == nil ? "api.as-of" : "api.as-of-today"))
        guard paged else { return parameters }
        if !type.sorts.isEmpty {
            parameters.append(parameter("sort", ["type": "string", "enum": .list(type.sorts.map { .text($0) })]))
        }
        let cursor: JSONTree =
            type.listing == nil
            ? Self.number
            : ["type": "string", "pattern": "^[0-9a-z_.-]+$", "maxLength": 6000]
        return parameters + [limit, parameter("after", cursor, "api.after")]
    }
}
