"""Two browsers change one record: whoever comes second sees what the first changed and chooses."""

import pytest


def first_cooperative(page):
    page.goto("/cooperatives")
    return page.locator("main table a[href^='/cooperatives/']").first.get_attribute("href").split("?")[0]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_nothing_is_overwritten_in_silence(script, open_page):
    officer = open_page("xa", java_script_enabled=script)
    department = open_page("so", java_script_enabled=script)
    address = first_cooperative(officer)
    for page in (officer, department):
        page.goto(f"{address}/edit")
    officer.fill("#address", f"Ấp của xã {script}")
    officer.click("main form[method=post] button")
    assert not officer.url.endswith("/edit")
    department.fill("#address", f"Ấp của sở {script}")
    department.fill("#main_products", f"Bưởi {script}")
    department.click("main form[method=post] button")
    # Both values stand there, and by whom.
    text = department.locator("main").inner_text()
    assert f"Ấp của xã {script}" in text and "Lê Thị Hạnh" in text
    assert department.input_value("#main_products") == f"Bưởi {script}"
    officer.reload()
    officer.goto(address)
    assert officer.get_by_text(f"Ấp của xã {script}").count() > 0
    # Sent again with both in view, it is meant.
    department.click("main form[method=post] button")
    department.goto(address)
    assert department.get_by_text(f"Bưởi {script}").count() > 0
    assert department.get_by_text(f"Ấp của sở {script}").count() > 0


def test_a_button_pressed_twice_does_it_once(open_page):
    page = open_page("so")
    page.goto("/groups/new")
    page.fill("[name=name]", "THT Bấm Hai Lần")
    page.fill("[name=unit]", "Xã Bắc Tân Uyên, Thành phố Hồ Chí Minh")
    page.select_option("[name=field]", index=1)
    form = page.eval_on_selector("main form[method=post]", "f => [...new FormData(f)]")
    answers = [
        page.request.post("/groups", form=dict(form), headers={"Sec-Fetch-Site": "same-origin"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    page.goto("/groups?q=bam+hai+lan")
    assert page.locator("main table tbody tr").count() == 1
