"""Every page that links lead to meets WCAG 2.2 AA as far as axe can tell, in both languages and themes, on a desk and on
a phone."""

import os
import pathlib

import axe_playwright_python
import pytest

from conftest import every_page

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG = os.environ.get("HOPTAC_LONG") == "1"
# All eight views of each page take several minutes; without --long each language, theme and width is looked at twice.
VIEWS = [(l, t, w) for l in ("vi", "en") for t in ("light", "dark") for w in (1280, 360)] if LONG else [
    ("vi", "light", 1280), ("en", "dark", 360)]


@pytest.mark.parametrize("person", ["quantri", "so", "giamdoc", None] if LONG else ["quantri", None])
def test_every_page(person, open_page):
    page = open_page(person, bypass_csp=True)
    faults, views = [], 0
    addresses = every_page(page, "/" if person else "/sign-in")
    assert len(addresses) > (20 if person else 1)
    for language, theme, width in VIEWS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address + ("&" if "?" in address else "?") + f"lang={language}")
            page.evaluate(AXE)
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
            views += 1
            where = f"{address} {language} {theme} {width}"
            for fault in found["violations"]:
                faults.append(f"{where}: {fault['id']}: {fault['nodes'][0]['html'][:160]}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults.append(f"{where}: has to be scrolled sideways")
    print(f"{person}: {len(addresses)} pages, {views} views")
    assert faults == []
