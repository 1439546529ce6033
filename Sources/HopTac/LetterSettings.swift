import Access
import ArgumentParser
import Kernel

/// The mail server through which letters go. Its password stands in the environment or the configuration file only,
/// where other users of the machine do not see it.
struct LetterSettings: ParsableArguments {
    @Option(help: "The mail server: smtp://host:587 or smtps://host:465. Without it no letters are sent.")
    var smtp: String?
    @Option(
        name: .customLong("smtp-user"), help: "The name to sign in with there; HOPTAC_SMTP_PASSWORD has the password.")
    var smtpUser: String?
    @Option(name: .customLong("smtp-from"), help: "The sender's address.") var smtpFrom: String?
    @Option(name: .customLong("public-address"), help: "What links in letters begin with: https://coops.example.")
    var publicAddress: String?

    /// `nil` where no letters are sent.
    func server(_ given: Configuration) throws -> LetterServer? {
        guard let smtp = given.value(.smtp, smtp) else { return nil }
        return try LetterServer(
            smtp, user: given.value(.smtpUser, smtpUser), password: given.value(.smtpPassword),
            sender: given.value(.smtpFrom, smtpFrom), site: given.value(.publicAddress, publicAddress))
    }
}
