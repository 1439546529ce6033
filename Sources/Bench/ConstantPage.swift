import Foundation
import Hummingbird
import Kernel
import Web

/// A site whose only page is the same bytes each time, without a session: what the server costs when nobody asks it
/// anything. In a process of its own.
enum ConstantPage {
    /// `numbers`: the port and the length of the page.
    static func serve(_ numbers: [Int]) async throws {
        guard numbers.count == 2 else { exit(2) }
        let page = ByteBuffer(repeating: UInt8(ascii: "x"), count: numbers[1])
        var site = Site(texts: [HopTacBench.texts(.vi)], clock: .system, access: nil)
        site.get("/constant", may: .everyone) { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: ResponseBody(byteBuffer: page))
        }
        try await makeApplication(site: site, host: "127.0.0.1", port: numbers[0]).runService()
    }
}
