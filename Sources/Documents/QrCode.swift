import CQrEncode
import Kernel

/// A QR code (ISO/IEC 18004) as the squares it is made of.
package struct QrCode: Sendable {
    /// Modules along one side.
    package let width: Int
    private let modules: [Bool]

    /// Throws `qr.too-long` for a text that no code holds.
    package init(_ text: String) throws {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else {
            throw Failure(.invalid, "qr.too-long", ["length": "\(text.utf8.count)"])
        }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        self.width = width
        modules = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    package func isDark(_ column: Int, _ row: Int) -> Bool { modules[row * width + column] }

    /// The dark squares as the path of an SVG whose unit is a module, with the quiet zone of four around them.
    package var path: String {
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                guard isDark(column, row) else {
                    column += 1
                    continue
                }
                let start = column
                while column < width, isDark(column, row) { column += 1 }
                path += "M\(start + 4) \(row + 4)h\(column - start)v1h-\(column - start)z"
            }
        }
        return path
    }
}
