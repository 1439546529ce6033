"""Nothing needs JavaScript."""

from conftest import every_page


def test_every_page_is_there(open_page):
    page = open_page("so", java_script_enabled=True)
    addresses = every_page(page)
    bare = open_page("so", java_script_enabled=False)
    for address in addresses:
        assert bare.goto(address).status == 200
        assert bare.locator("main h1").count() == 1, address


def test_a_cooperative_is_added_with_a_typed_place(open_page):
    page = open_page("so", java_script_enabled=False)
    page.goto("/cooperatives/new")
    page.fill("[name=name]", "HTX Nông nghiệp Không Kịch Bản")
    page.fill("[name=unit]", "Bắc Tân Uyên")
    page.click("main form[method=post] button")
    # More than one place is called so, or it is stored: either way nothing typed is lost.
    if page.url.endswith("/cooperatives"):
        assert page.input_value("[name=name]") == "HTX Nông nghiệp Không Kịch Bản"
    else:
        assert page.get_by_role("heading", level=1).inner_text() == "HTX Nông nghiệp Không Kịch Bản"


def test_a_list_is_searched_and_the_language_changed(open_page):
    page = open_page("xa", java_script_enabled=False)
    page.goto("/cooperatives")
    page.locator("main form[method=get] input[name=q]").first.fill("nong nghiep")
    page.locator("main form[method=get] button").first.click()
    assert "q=nong+nghiep" in page.url
    page.click("footer a[lang=en], footer a[hreflang=en], footer a[href*='lang=en']")
    assert page.locator("html").get_attribute("lang") == "en"
