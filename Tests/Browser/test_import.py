"""A closed browser and a killed server during an import: it ends all the same, once."""

import pathlib

from conftest import ROOT

BOOK = f"{ROOT}/Examples/BinhDuong/htx-2024-06.xlsx"


def test_an_import_goes_on_without_browser_and_after_a_kill(open_page, served):
    page = open_page("so")
    before = served.run("list", "cooperative", "--json").count('"id"')
    page.goto("/imports/new")
    page.set_input_files("input[type=file]", BOOK)
    page.click("main form[method=post] button")
    page.wait_for_url("**/imports/*")
    address = page.url
    page.context.close()
    served.kill()
    served.start()
    again = open_page("so")
    again.goto(address)
    again.wait_for_function("() => !document.querySelector('[data-progress]')")
    assert pathlib.Path(BOOK).name in again.locator("main").inner_text()
    assert served.run("list", "cooperative", "--json").count('"id"') == before
