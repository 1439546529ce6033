import ArgumentParser
import Documents
import Foundation
import Kernel
import Records

struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Writes an empty workbook that the import of a type reads.")
    @Argument(help: "cooperative, group, officer, union …") var type: String
    @Option(help: "The workbook to write (.xlsx).") var output: String

    func run() async throws { try write(ImportForms.named(type)) }

    private func write<Form: ImportForm>(_ form: Form.Type) throws {
        let t = Wiring.texts(Settings.language)
        let path = FileManager.default.temporaryDirectory.appending(path: "hoptac-\(getpid())-template.xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }  // A file that is left behind harms nobody.
        let writer = try WorkbookWriter(path, created: WallClock.system.now())
        let name = t.has("\(form.name).plural") ? t["\(form.name).plural"] : t["type.\(form.name)"]
        _ = try writer.sheet(name, columns: form.template(t))
        try writer.close()
        try Files.write(Files.bytes(path), to: output)
        print(t("template.written", ["type": t["type.\(form.name)"], "file": output]))
    }
}
