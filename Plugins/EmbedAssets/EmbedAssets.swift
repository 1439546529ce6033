import Foundation
import PackagePlugin

/// Turns what stands in a target's `Texts/`, `Assets/` and `Data/` folders into Swift bytes of that target
/// (`Embedded.file("Texts/vi.yaml")`), so that one copied executable carries everything it needs.
@main struct EmbedAssets: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? SwiftSourceModuleTarget else { return [] }
        let files = target.sourceFiles.map(\.url).filter { $0.pathExtension != "swift" }
        let root = target.directoryURL
        let inputs = (files.isEmpty ? try listed(under: root) : files).sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "Embedded.swift")
        return [
            .buildCommand(
                displayName: "Embedding assets of \(target.name)",
                executable: try context.tool(named: "EmbedAssetsTool").url,
                arguments: [root.path, output.path] + inputs.map(\.path),
                inputFiles: inputs, outputFiles: [output])
        ]
    }

    private func listed(under root: URL) throws -> [URL] {
        ["Texts", "Assets", "Data"].flatMap { folder -> [URL] in
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: [.isRegularFileKey])
            return (files?.compactMap { $0 as? URL } ?? []).filter { !$0.hasDirectoryPath }
        }
    }
}
