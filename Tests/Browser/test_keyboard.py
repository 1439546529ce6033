"""The pages by keyboard alone: everything can be reached, is seen when it is, and nothing holds one fast."""

from conftest import PASSWORD, every_page

# What the focus is on: whether it is on the page, inside the window and has a visible ring or another look.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  e.scrollIntoView({block: 'nearest'});
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {
    id: [...document.querySelectorAll('*')].indexOf(e), name: e.outerHTML.slice(0, 120),
    seen: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth,
    marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
  };
}"""

# Of a group of radio buttons one has the focus: the chosen one, otherwise the first.
REACHABLE = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility())
  .filter(e => {
    if (e.type !== 'radio') return true;
    const group = [...(e.form ?? document).querySelectorAll('input[type=radio]')].filter(r => r.name === e.name);
    return e === (group.find(r => r.checked) ?? group[0]);
  })
  .map(e => [...document.querySelectorAll('*')].indexOf(e))"""


def test_every_page_is_walked_with_tab(open_page):
    page = open_page("so")
    for address in every_page(page):
        page.goto(address)
        wanted = set(page.evaluate(REACHABLE))
        reached = set()
        # Some lists are long, and a field for a day has several stops.
        for _ in range(len(wanted) * 4 + 20):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus is None:
                break
            assert focus["seen"] and focus["marked"], f"{address}: {focus['name']}"
            reached.add(focus["id"])
        assert wanted <= reached, f"{address}: {len(wanted - reached)} of {len(wanted)} are not reached"


def test_the_first_stop_skips_to_the_content(open_page):
    page = open_page("xa")
    page.goto("/cooperatives")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_slash_goes_to_the_search_from_anywhere_but_a_field(open_page):
    page = open_page("xa")
    page.goto("/cooperatives")
    page.keyboard.press("/")
    page.keyboard.type("nong nghiep")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=nong+nghiep**")
    assert page.locator("main a[href^='/cooperatives/']").count() > 0


def test_a_record_is_changed(open_page):
    page = open_page(None)
    page.goto("/sign-in")
    page.locator("input[name=name]").focus()
    page.keyboard.type("xa@demo.vn")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/cooperatives")
    page.locator("main table a[href^='/cooperatives/']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cooperatives/*")
    page.locator("main a[href$='/edit']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")
    page.locator("#address").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Ấp gõ bằng bàn phím")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/edit"))
    assert page.get_by_text("Ấp gõ bằng bàn phím").count() > 0
