/// The order of elements, and which may stand where.
extension DocxCheck {
    /// Children in the order of their type in ECMA-376 part 1 (wml.xsd, transitional). A word of the schema's choice
    /// groups, where any order is right, shares its place with the others: they are joined by `|`.
    private static let orders: [String: [String]] = [
        "w:pPr": split(
            """
            pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
            suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
            snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
            textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange
            """),
        "w:rPr": split(
            """
            ins|del|moveFrom|moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint
            noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText
            vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange
            """),
        "w:tblPr": split(
            """
            tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd
            tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange
            """),
        "w:trPr": split(
            """
            cnfStyle|divId|gridBefore|gridAfter|wBefore|wAfter|cantSplit|trHeight|tblHeader|tblCellSpacing|jc|hidden
            ins del trPrChange
            """),
        "w:tcPr": split(
            """
            cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark
            headers cellIns|cellDel|cellMerge tcPrChange
            """),
        "w:sectPr": split(
            """
            headerReference|footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType
            cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange
            """),
        "w:pBdr": split("top left bottom right between bar"),
        "w:tblBorders": split("top left|start bottom right|end insideH insideV"),
        "w:tcBorders": split("top left|start bottom right|end insideH insideV tl2br tr2bl"),
        "w:tblCellMar": split("top left|start bottom right|end"),
        "w:tcMar": split("top left|start bottom right|end"),
    ]

    /// Children that may stand more than once.
    private static let repeatable: Set<String> = ["w:headerReference", "w:footerReference"]

    /// What comes first in its parent, in this order.
    private static let leading: [String: [String]] = [
        "w:p": ["w:pPr"], "w:r": ["w:rPr"], "w:tc": ["w:tcPr"], "w:tr": ["w:tblPrEx", "w:trPr"],
        "w:tbl": ["w:tblPr", "w:tblGrid"],
    ]

    /// Parents of each element. Those not listed may stand anywhere.
    private static let parents: [String: Set<String>] = {
        let blocks = names(
            "body tc hdr ftr txbxContent footnote endnote comment sdtContent customXml docPartBody ins del moveFrom moveTo"
        )
        let inline = names(
            "p hyperlink ins del moveFrom moveTo smartTag sdtContent customXml fldSimple rt rubyBase dir bdo")
        return [
            "w:p": blocks, "w:tbl": blocks, "w:r": inline, "w:hyperlink": inline,
            "w:tr": names("tbl sdtContent customXml ins del"), "w:tc": names("tr sdtContent customXml"),
            "w:t": ["w:r"], "w:br": ["w:r"], "w:tab": ["w:r", "w:tabs"], "w:fldChar": ["w:r"], "w:instrText": ["w:r"],
            "w:drawing": ["w:r"], "w:body": ["w:document"], "w:sectPr": names("body pPr sectPrChange"),
            "w:pPr": names("p style pPrDefault pPrChange lvl tblStylePr"),
            "w:tcPr": names("tc style tblStylePr tcPrChange"),
            "w:trPr": names("tr style tblStylePr trPrChange"), "w:tblGrid": names("tbl tblGridChange"),
            "w:tblPr": names("tbl style tblStylePr tblPrChange"),
        ]
    }()

    private static func names(_ words: String) -> Set<String> { Set(words.split(separator: " ").map { "w:\($0)" }) }

    private static func split(_ words: String) -> [String] {
        words.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static let ranks: [String: [String: Int]] = orders.mapValues { words in
        var ranks: [String: Int] = [:]
        for (rank, word) in words.enumerated() {
            for choice in word.split(separator: "|") { ranks["w:\(choice)"] = rank }
        }
        return ranks
    }

    mutating func checkOrder(_ root: MarkupElement, _ part: String) {
        var problems: [String] = []
        root.walk { element in
            for child in element.elements {
                // Within mc:AlternateContent, the parent is the one around it.
                guard element.name.hasPrefix("w:"), let allowed = Self.parents[child.name] else { continue }
                if !allowed.contains(element.name) { problems.append("\(child.name) stands in \(element.name)") }
            }
            if let ranks = Self.ranks[element.name] { Self.order(of: element, ranks, &problems) }
            if let first = Self.leading[element.name] { Self.start(of: element, first, &problems) }
            if element.name == "w:tc", !(element.children.last?.isNamed("w:p") ?? false) {
                problems.append("a w:tc does not end with a paragraph")
            }
            if element.name == "w:tbl", !element.children.contains(where: { $0.isNamed("w:tblGrid") }) {
                problems.append("a w:tbl has no w:tblGrid")
            }
            if element.name == "w:body", let at = element.elements.firstIndex(where: { $0.name == "w:sectPr" }),
                at != element.elements.count - 1
            {
                problems.append("w:body has content after its w:sectPr")
            }
            if ["w:hdr", "w:ftr", "w:footnote", "w:endnote", "w:txbxContent"].contains(element.name),
                !element.children.contains(where: { $0.isNamed("w:p") || $0.isNamed("w:sdt") || $0.isNamed("w:tbl") })
            {
                problems.append("\(element.name) has no paragraph")
            }
        }
        problems.forEach { report(part, $0) }
    }

    private static func order(of element: MarkupElement, _ ranks: [String: Int], _ problems: inout [String]) {
        var last: (rank: Int, name: String) = (-1, "")
        var seen = Set<String>()
        // Elements of other namespaces are extensions, which a reader may skip.
        for child in element.elements where child.name.hasPrefix("w:") {
            guard let rank = ranks[child.name] else {
                problems.append("\(child.name) does not belong in \(element.name)")
                continue
            }
            if rank < last.rank { problems.append("\(child.name) comes after \(last.name) in \(element.name)") }
            if !repeatable.contains(child.name), !seen.insert(child.name).inserted {
                problems.append("\(child.name) stands twice in \(element.name)")
            }
            if rank >= last.rank { last = (rank, child.name) }
        }
    }

    private static func start(of element: MarkupElement, _ first: [String], _ problems: inout [String]) {
        var reached = 0
        var isPast = false
        for child in element.elements {
            if let place = first.firstIndex(of: child.name) {
                if isPast || place < reached { problems.append("\(child.name) does not come first in \(element.name)") }
                if place == reached - 1 { problems.append("\(child.name) stands twice in \(element.name)") }
                reached = place + 1
            } else if !child.name.hasPrefix("w:bookmark") || element.name != "w:tbl" {
                isPast = true
            }
        }
    }
}
