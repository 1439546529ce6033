import Kernel

/// What happened, what to do, and a code to tell the administrator.
struct FailurePage: Page {
    let failure: Failure
    /// The number under which the log has the cause.
    let incident: String?

    func title(_ t: Texts) -> String { t["failure.\(failure.kind).title"] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t)))
        <section class="sheet">
        <p>\(t(failure.code, failure.details))</p>
        <p>\(t["failure.\(failure.kind).advice"])</p>
        <p class="small muted">\(t["failure.code"]): <code>\(failure.code)</code>\(incident.map { number in
            " · \(t["failure.incident"]): <code>\(number)</code>"
        } as HTML?)</p>
        <p><a class="button plain" href="/">\(t["shell.home"])</a></p>
        </section>
        """
    }
}
