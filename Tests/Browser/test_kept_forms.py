"""What is typed and not stored is there again, whatever ended in between."""

import re


def new_return(page):
    page.goto("/cooperatives")
    cooperative = page.locator("main table a[href^='/cooperatives/']").first.get_attribute("href").split("?")[0]
    page.goto(f"{cooperative}/returns/new")
    return cooperative


def take_back(page):
    page.get_by_role("button", name="Lấy lại", exact=True).click()


def test_a_return_that_was_being_typed_survives_a_closed_window_and_a_killed_server(open_page, served):
    page = open_page("giamdoc")
    cooperative = new_return(page)
    page.fill("[name=year]", "2021")
    page.fill("[name=revenue]", "1.000.000")
    # The window is closed before anything is sent.
    again = page.context.new_page()
    again.faults = []
    page.close()
    again.goto(f"{cooperative}/returns/new")
    take_back(again)
    assert again.input_value("[name=year]") == "2021" and again.input_value("[name=revenue]") == "1.000.000"
    # The server ends while it is sent.
    again.fill("[name=commendations]", "Bằng khen")
    served.kill()
    try:
        again.click("main form[method=post] button:has-text('Lưu')")
        again.wait_for_load_state()
    except Exception:
        pass
    served.start()
    again.goto(f"{cooperative}/returns/new")
    take_back(again)
    assert again.input_value("[name=commendations]") == "Bằng khen"
    again.click("main form[method=post] button:has-text('Lưu')")
    assert re.search(r"/returns/\d+\?done=saved", again.url), again.locator("main").inner_text()
    # Stored: nothing is offered any more.
    again.goto(f"{cooperative}/returns/new")
    assert not again.locator("[data-offer]").is_visible()


def test_what_was_typed_over_an_older_version_is_told_apart_from_what_somebody_stored(open_page):
    director = open_page("giamdoc")
    cooperative = new_return(director)
    director.fill("[name=year]", "2020")
    director.fill("[name=revenue]", "1.000.000")
    director.click("main form[method=post] button:has-text('Lưu')")
    edit = f"{cooperative}{re.search(r'(/returns/[0-9]+)', director.url)[1]}/edit"
    director.goto(edit)
    director.fill("[name=revenue]", "2.000.000")
    officer = open_page("xa")
    officer.goto(edit)
    officer.fill("[name=revenue]", "3.000.000")
    officer.click("main form[method=post] button:has-text('Lưu')")
    director.goto(edit)
    take_back(director)
    director.click("main form[method=post] button:has-text('Lưu')")
    text = director.locator("main").inner_text()
    assert "Lê Thị Hạnh" in text and "3.000.000" in text, text
