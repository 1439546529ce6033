import Documents
import Kernel
import Registry

extension Wiring {
    /// The report as the province signs it: a template that an official can edit, filled with the figures by name.
    static func situationDocument(_ report: SituationReport, _ gazetteer: Gazetteer, _ t: Texts) throws -> [UInt8] {
        throw Failure(.defect, "defect", ["reason": "docx"])
    }
}
