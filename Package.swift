// swift-tools-version: 6.3
import PackageDescription

// One target per part, imports only downward (docs/architecture.md). `strict` makes the compiler the reviewer:
// an import that the manifest does not grant, or a lower layer's library in a signature, does not compile.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A part below the slices: a library and its tests. `embeds`: it carries texts or other assets.
@MainActor func layer(
    _ name: String, over lower: [Target.Dependency] = [], embeds: Bool = true, testing: [Target.Dependency] = []
) -> [Target] {
    [
        .target(
            name: name, dependencies: lower, swiftSettings: strict,
            plugins: embeds ? ["EmbedAssets"] : []),
        .testTarget(
            name: "\(name)Tests", dependencies: lower + testing + [.byName(name: name), "TestSupport"],
            swiftSettings: strict),
    ]
}

/// What a slice may import: everything below, and the register; never another slice.
let slices: [Target.Dependency] = [
    "Kernel", "Persistence", "Documents", "Records", "Access", "Web", "Registry", hummingbird, yams,
]

let package = Package(
    name: "hoptac",
    products: [.executable(name: "hoptac", targets: ["HopTac"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CQrEncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .executableTarget(name: "EmbedAssetsTool", path: "Sources/EmbedAssets", swiftSettings: strict),
        .plugin(name: "EmbedAssets", capability: .buildTool(), dependencies: ["EmbedAssetsTool"]),
        .target(
            name: "TestSupport", dependencies: ["Kernel", "Persistence", "Records", "Access"],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "CrashWriter", dependencies: ["Kernel", "Persistence"], path: "Tests/CrashWriter",
            swiftSettings: strict),
    ]
        + layer("Kernel")
        + layer("Persistence", over: ["Kernel", "CPostgres", grdb, grdbSQLite], testing: ["CrashWriter"])
        + layer("Documents", over: ["Kernel", "CZip", "CXlsxWriter", "CQrEncode", mustache])
        + layer("Records", over: ["Kernel", "Persistence", "Documents", crypto])
        + layer("Access", over: ["Kernel", "Persistence", "Records", "CCurl", crypto, cryptoExtras])
        + layer(
            "Web", over: ["Kernel", "Persistence", "Documents", "Records", "Access", hummingbird, hummingbirdTLS],
            testing: [hummingbirdTesting])
        + layer(
            "Registry", over: ["Kernel", "Persistence", "Documents", "Records", "Access", "Web", hummingbird, yams],
            testing: [hummingbirdTesting])
        + layer("Assessment", over: slices, testing: [hummingbirdTesting])
        + [
            .executableTarget(
                name: "HopTac",
                dependencies: [
                    "Kernel", "Persistence", "Documents", "Records", "Access", "Web", "Registry", "Assessment",
                    hummingbird,
                    arguments,
                ],
                swiftSettings: strict, plugins: ["EmbedAssets"]),
            .testTarget(
                name: "HopTacTests",
                dependencies: [
                    "Kernel", "Persistence", "Documents", "Records", "Access", "Web", "Registry", "Assessment",
                    "HopTac",
                    "TestSupport", hummingbird, hummingbirdTesting,
                ],
                exclude: ["Databases"], swiftSettings: strict),
            .executableTarget(
                name: "HopTacBench",
                dependencies: [
                    "Kernel", "Persistence", "Documents", "Records", "Access", "Web", "Registry", "Assessment",
                    "TestSupport", hummingbird,
                ],
                path: "Sources/Bench", swiftSettings: strict),
        ]
)
