// EmbedAssetsTool ROOT OUTPUT FILE…: writes one Swift file that holds every FILE, named by its path below ROOT.
import Foundation

/// The bytes of a file as a Swift string literal: UTF-8 text as it is, anything else as base64.
func literal(_ bytes: Data) -> (kind: String, text: String) {
    guard let text = String(data: bytes, encoding: .utf8), !text.utf8.contains(0) else {
        return ("base64", "\"\(bytes.base64EncodedString())\"")
    }
    var escaped = "\""
    escaped.reserveCapacity(text.utf8.count + text.utf8.count / 8)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": escaped += "\\\""
        case "\\": escaped += "\\\\"
        case "\n": escaped += "\\n"
        case "\r": escaped += "\\r"
        case "\t": escaped += "\\t"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return ("text", escaped + "\"")
}

let arguments = CommandLine.arguments
let root = URL(fileURLWithPath: arguments[1]).standardizedFileURL.path + "/"
var source = """
    /// The files that this part carries inside the executable, by their path in its folder.
    package enum Embedded {
        /// A carried file. `isBase64`: `content` is the base64 form of bytes that are no text.
        package struct File: Sendable {
            package let path: String
            package let content: StaticString
            package let isBase64: Bool
        }

        package static let files: [File] = [

    """
for path in arguments.dropFirst(3) {
    let file = URL(fileURLWithPath: path).standardizedFileURL
    let name = file.path.hasPrefix(root) ? String(file.path.dropFirst(root.count)) : file.lastPathComponent
    let (kind, text) = literal(try Data(contentsOf: file))
    source += "        File(path: \"\(name)\", content: \(text), isBase64: \(kind == "base64")),\n"
}
source += """
        ]

        /// A carried text file; empty where there is none of that path.
        package static func text(_ path: String) -> String {
            files.first { $0.path == path }.map { String(describing: $0.content) } ?? ""
        }
    }

    """
try Data(source.utf8).write(to: URL(fileURLWithPath: arguments[2]))
