import Foundation

/// What `Vectors/vietnamese.json` holds: the expected results of text rules, made outside this project.
struct VietnameseVectors: Decodable {
    struct Sort: Decodable { let alphabet, tones, words, places: [String] }
    struct Fold: Decodable {
        let `in`, out: String
        let in_nfd: String?
    }
    struct Words: Decodable {
        let n: Int64
        let formatted, words: String
        let words_linh, words_ngan: String?
    }
    struct Persons: Decodable { let sorted: [String] }

    let sort: Sort
    let fold: [Fold]
    let nfc_equal, tone_placement_variants, y_i_variants_not_folded: [[String]]
    let person_name_sort: Persons
    let number_words, money_words: [Words]

    static let shared = decoded(VietnameseVectors.self, "vietnamese.json")
}

/// What `Vectors/mst.json` holds.
struct CodeVectors: Decodable {
    struct Code: Decodable {
        let value: String
        let compact, display, reason, gender: String?
        let birth_year: Int?
    }
    let mst_valid, mst_invalid, cccd_valid, cccd_invalid: [Code]

    static let shared = decoded(CodeVectors.self, "mst.json")
}

let vectorsFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Vectors")

private func decoded<V: Decodable>(_ type: V.Type, _ name: String) -> V {
    do {
        return try JSONDecoder().decode(type, from: Data(contentsOf: vectorsFolder.appending(path: name)))
    } catch {
        preconditionFailure("\(name): \(error)")
    }
}
