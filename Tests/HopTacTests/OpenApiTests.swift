import Foundation
import HTTPTypes
import Testing
import Web

@Suite("The OpenAPI document") struct OpenApiTests {
    private static let verbs: Set = ["get", "post", "patch", "put", "delete"]

    @Test("names every route of the API, and no other") func routes() async throws {
        try await ApiSite.with { site in
            let document = try await site.get("/api/openapi.json", nil).object()
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let described = paths.flatMap { path, item in item.keys.map { "\($0) \(path)" } }
            let routed = site.site.routes.filter { $0.path.hasPrefix("/api/") }.map { route in
                "\(route.method.rawValue.lowercased()) \(route.path.replacing(":id", with: "{id}"))"
            }
            #expect(Set(described) == Set(routed))
            #expect(routed.count == 190)
            // 29 types with six routes, seven where there is an end: officer, group, union, membership, body, account, holding.
            // The admin units have two.
        }
    }

    @Test("is whole: references lead somewhere, operations have names, parameters and answers") func structure()
        async throws
    {
        try await ApiSite.with { site in
            let reply = try await site.get("/api/openapi.json?lang=en", nil)
            #expect(reply.status == 200)
            #expect(!reply.text.contains("⟦"))
            let document = try reply.object()
            #expect(document["openapi"] as? String == "3.1.0")
            let components = try #require(document["components"] as? [String: [String: Any]])
            for match in reply.text.matches(of: /"\$ref":"#\/components\/([a-z]+)\/([A-Za-z-]+)"/) {
                #expect(components[String(match.1)]?[String(match.2)] != nil, "\(match.0)")
            }
            let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
            var names: Set<String> = []
            for (path, item) in paths {
                for (verb, operation) in item {
                    #expect(Self.verbs.contains(verb))
                    #expect(names.insert(operation["operationId"] as? String ?? "").inserted, "\(verb) \(path)")
                    let parameters = operation["parameters"] as? [[String: Any]] ?? []
                    let inPath = parameters.filter { $0["in"] as? String == "path" }.map { $0["name"] as? String }
                    #expect(inPath == (path.contains("{id}") ? ["id"] : []), "\(verb) \(path)")
                    let answers = try #require(operation["responses"] as? [String: Any])
                    #expect(answers.keys.contains { $0.hasPrefix("2") } && answers.keys.contains("429"))
                    #expect((operation["requestBody"] != nil) == (verb != "get"))
                }
            }
        }
    }

    @Test("tells types, choices, what is needed and what only the program sets") func schemas() async throws {
        try await ApiSite.with { site in
            let document = try await site.get("/api/openapi.json", nil).object()
            let components = document["components"] as? [String: Any]
            let schemas = try #require(components?["schemas"] as? [String: [String: Any]])
            func property(_ schema: String, _ name: String) -> [String: Any] {
                (schemas[schema]?["properties"] as? [String: [String: Any]])?[name] ?? [:]
            }
            #expect(
                schemas["CharterCapitalNew"]?["required"] as? [String] == [
                    "cooperative_id", "valid_from", "amount_vnd",
                ])
            #expect(schemas["CharterCapitalChange"]?["required"] as? [String] == [])
            #expect(property("CharterCapital", "amount_vnd")["type"] as? String == "integer")
            #expect(property("Cooperative", "version")["readOnly"] as? Bool == true)
            #expect(property("CooperativeNew", "id").isEmpty)
            #expect(property("Officer", "sex")["type"] as? [String] == ["string", "null"])
            #expect((property("Officer", "role")["enum"] as? [String])?.first == "chair")
            #expect(property("Role", "needs_second_factor")["type"] as? String == "boolean")
            let masked = property("Cooperative", "masked")["items"] as? [String: Any]
            #expect(masked?["enum"] as? [String] == ["phone", "email"])
            #expect((schemas["Cooperative"]?["required"] as? [String])?.contains("phone") == false)
        }
    }

    @Test("has a page beside it that names every column") func page() async throws {
        try await ApiSite.with { site in
            for language in ["vi", "en"] {
                let page = try await site.get("/api?lang=\(language)", nil)
                #expect(page.status == 200)
                #expect(!page.text.contains("⟦"))
                for text in ["<code>charter_capital</code>", "<code>amount_vnd</code>", "PATCH /api/v1/officer/{id}"] {
                    #expect(page.text.contains(text), "\(text)")
                }
            }
        }
    }
}
