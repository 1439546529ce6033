import Testing

@Suite("The token command") struct TokenCommandTests {
    @Test("makes a token that is printed alone, lists it without its text, and ends it") func life() async throws {
        try await Program.with { hoptac in
            #expect(try await hoptac("init").status == 0)
            #expect(
                try await hoptac("account", "add", "Lan", "--email", "lan@tinh.vn", "--role", "auditor").status == 0)
            let made = try await hoptac("token", "add", "lan@tinh.vn", "--name", "Báo cáo", "--allow", "read group")
            #expect(made.status == 0)
            let text = made.output.trimmingPrefix("hoptac_").split(separator: "\n")
            // 256 bits in base64.
            #expect(text.count == 1 && text[0].count == 43)
            let list = try await hoptac("token", "list", "lan@tinh.vn").output
            #expect(list.hasPrefix("1\tBáo cáo\tread group\t"))
            #expect(list.hasSuffix("chưa dùng\tcòn hạn\n"))
            #expect(!list.contains(text[0]))
            #expect(try await hoptac("token", "end", "lan@tinh.vn", "2").status == 3)
            #expect(try await hoptac("token", "end", "lan@tinh.vn", "1").status == 0)
            #expect(try await hoptac("token", "list", "lan@tinh.vn").output.hasSuffix("đã kết thúc\n"))
            let bad = try await hoptac("token", "add", "lan@tinh.vn", "--name", "a", "--allow", "rule *")
            #expect(bad.status == 3 && bad.error.contains("[role.unreadable]"))
        }
    }

    @Test("is what a command needs that asks a server") func remote() async throws {
        try await Program.with { hoptac in
            let list = try await hoptac("list", "cooperative", "--server", "https://htx.example")
            #expect(list.status == 2 && list.error.contains("[remote.no-token]"))
            let plain = try await hoptac.shell(
                "HOPTAC_TOKEN=a \(Program.path) show group 1 --server http://htx.example")
            #expect(plain.status == 3 && plain.error.contains("[remote.needs-tls]"))
            let closed = try await hoptac.shell(
                "HOPTAC_TOKEN=a \(Program.path) show group 1 --server http://localhost:1")
            #expect(closed.status == 3 && closed.error.contains("[remote.unreachable]"))
            #expect(try await hoptac("add", "group", "{}").error.contains("[remote.needed]"))
        }
    }
}
