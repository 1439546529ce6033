"""A cooperative is graded by four people with the training instrument, to the signed Word document."""

import io
import re
import zipfile

YEAR = 2024
POST = {"Sec-Fetch-Site": "same-origin"}


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    assert page.locator(".notice.bad").count() == 0, page.locator(".notice.bad").first.inner_text()


def open_round(page):
    """The department prepares the round of the year and opens it."""
    page.goto("/assessment-rounds/new")
    page.fill("[name=year]", str(YEAR))
    page.fill("[name=instrument]", "BÀI TẬP")
    for name, day in [("self", "28/02"), ("review", "31/03"), ("check", "30/04")]:
        page.fill(f"[name={name}_due_on]", f"{day}/{YEAR + 1}")
    page.click("main form[method=post] button")
    press(page, "Mở đợt")
    return page.url.split("?")[0]


def report(director, cooperative):
    """The cooperative's return of the year, with a comparison to the year before, handed in."""
    for year, revenue, cost in [(YEAR - 1, 4_000, 3_500), (YEAR, 5_000, 4_500)]:
        director.goto(f"{cooperative}/returns/new")
        fields = {"year": year, "revenue": revenue, "cost": cost, "profit": 500, "revenue_contracts": 1_250}
        for name, value in fields.items():
            director.fill(f"[name={name}]", str(value if name == "year" else value * 1_000_000))
        director.select_option("[name=is_sanctioned]", "0")
        director.fill("[name=explanation]", "Số liệu tập dượt")
        director.click("main form[method=post] button")
        if director.locator(".problem, .notice.bad").count():
            raise AssertionError(director.locator("main").inner_text())
        press(director, "Nộp báo cáo")


def others_left_out(page, round_address, own):
    """Everybody else is left out on grounds, so that the areas are done; through the same forms, sent by the browser."""
    number = round_address.rsplit("/", 1)[1]
    addresses = []
    page.goto(f"/assessment-cases?round={number}&state=self")
    while True:
        assert page.locator("main table").count(), page.locator("main").inner_text()
        links = page.locator("main table a[href^='/assessment-cases/']")
        addresses += [links.nth(i).get_attribute("href").split("?")[0] for i in range(links.count())]
        following = page.locator("a[rel=next]")
        if not following.count():
            break
        following.first.click()
    for address in addresses:
        if address != own:
            form = {"version": "1", "exclusion": "other", "words-exclude": "Tập dượt"}
            answer = page.request.post(f"{address}/exclude", form=form, headers=POST)
            assert answer.ok, answer.text()


def test_four_people_take_a_cooperative_to_a_signed_decision(open_page):
    department, director = open_page("so"), open_page("giamdoc")
    round_address = open_round(department)
    director.goto("/cooperatives")
    cooperative = director.locator("main table a[href^='/cooperatives/']").first.get_attribute("href").split("?")[0]
    name = director.locator("main table a[href^='/cooperatives/']").first.inner_text()
    report(director, cooperative)

    director.goto("/assessment-cases")
    director.locator("main table a[href^='/assessment-cases/']").first.click()
    case = re.sub(r"^.*?(/assessment-cases/\d+).*$", r"\1", director.url)
    assert "chưa đủ" in director.locator("main").inner_text()
    director.select_option("[name='answer.T2.2']", "late")
    director.fill("[name='answer.T2.3']", "12,5")
    press(director, "Lưu")
    # Closed and opened again: what was saved is there.
    director.goto("/")
    director.goto(case)
    assert director.input_value("[name='answer.T2.3']") == "12,5"
    director.fill("[name=board_agreed_on]", f"05/01/{YEAR + 1}")
    director.fill("[name=supervisors_agreed_on]", f"06/01/{YEAR + 1}")
    press(director, "Nộp bản tự chấm")
    assert director.locator("button", has_text="Nộp bản tự chấm").count() == 0

    commune = open_page("xa")
    commune.goto(case)
    commune.fill("[name='points.T2.3']", "10")
    commune.fill("[name='why.T2.3']", "Phiếu lấy ý kiến thấp hơn")
    press(commune, "Hoàn thành thẩm định")

    department.goto(case)
    assert "Phiếu lấy ý kiến thấp hơn" in department.locator("main").inner_text()
    press(department, "Hoàn thành kiểm tra")
    assert "Khá" in department.locator(".notice.good").last.inner_text()

    others_left_out(department, round_address, case)
    # Each commune, then the province: a button appears once everything below is approved.
    for _ in range(100):
        department.goto(round_address)
        buttons = department.get_by_role("button", name="Duyệt", exact=True)
        if not buttons.count():
            break
        buttons.last.click()
    department.goto(round_address)
    assert "chưa duyệt" not in department.locator("main").inner_text()

    department.goto(f"{round_address}/decisions/new")
    department.fill("[name=signer]", "Nguyễn Văn Ký")
    department.click("main form[method=post] button")
    decision = re.sub(r"^.*?(/grade-decisions/\d+).*$", r"\1", department.url)

    leader = open_page("lanhdao")
    leader.goto(decision)
    leader.fill("[name=number]", "5")
    leader.fill("[name=signed_on]", f"15/05/{YEAR + 1}")
    press(leader, "Ký quyết định")
    assert "05/QĐ-UBND" in leader.locator("h1").inner_text()
    document = leader.request.get(f"{decision}/document.docx")
    text = zipfile.ZipFile(io.BytesIO(document.body())).read("word/document.xml").decode()
    words = re.sub(r"<[^>]+>", "", text)
    assert "Số: 05/QĐ-UBND" in words and f"ngày 15 tháng 5 năm {YEAR + 1}" in words and name in words
    # The cooperative finds its grade, with the decision that gave it.
    director.goto(cooperative)
    assert "05/QĐ-UBND" in director.locator("main").inner_text()
