"""The served sample, and browsers that look at it. `bin/check-pages` runs these tests."""

import os
import re
import shutil
import subprocess

import pytest
from playwright.sync_api import sync_playwright

PASSWORD = "hoa sen tháng sáu"
HOPTAC = os.environ["HOPTAC"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Served:
    """A server over the sample that can be killed and started again on its port."""

    def __init__(self, folder):
        self.environment = dict(os.environ, HOPTAC_DATABASE=f"{folder}/sample.sqlite")
        self.log = open(f"{folder}/serve.log", "w")
        self.process = None
        self.port = "0"
        examples = f"{ROOT}/Examples/BinhDuong"
        self.run("init")
        self.run("units", "load")
        self.run("import", f"{examples}/htx-2024-06.xlsx", "--apply", expected=(0, 1))
        self.run("import", f"{examples}/tht-2024-06.xlsx", "--type", "group", "--apply", expected=(0, 1))
        self.run("import", f"{examples}/htx-2024-06.xlsx", "--type", "outcome", "--apply", expected=(0, 1))
        self.run("import", f"{examples}/returns-2023.xlsx", "--type", "annual_return", "--apply", expected=(0, 1))
        self.run("demo")
        self.start()

    def run(self, *arguments, expected=(0,)):
        done = subprocess.run([HOPTAC, *arguments], env=self.environment, capture_output=True, text=True)
        assert done.returncode in expected, done.stdout + done.stderr
        return done.stdout

    def start(self):
        self.process = subprocess.Popen(
            [HOPTAC, "serve", "--port", self.port], env=self.environment, stdout=subprocess.PIPE, stderr=self.log,
            text=True)
        for line in self.process.stdout:
            found = re.search(r"http://localhost:(\d+)", line)
            if found:
                self.address, self.port = found[0], found[1]
                return
        raise AssertionError("the server ended")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    served = Served(tmp_path_factory.mktemp("served"))
    yield served
    served.kill()


@pytest.fixture(scope="session")
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, served):
    """Opens a browser of its own and signs in: `open_page("xa")`; `None` stays outside."""
    contexts = []

    def opened(person, **options):
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "vi-VN", "base_url": served.address} | options
        context = chromium.new_context(**options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: request.url.startswith((served.address, "data:")) or page.faults.append(request.url))
        if person:
            page.goto("/sign-in")
            page.fill("input[name=name]", f"{person}@demo.vn")
            page.fill("input[name=password]", PASSWORD)
            page.click("main button")
            assert "/sign-in" not in page.url
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            assert page.faults == [], "script errors, or requests that left the server"
        context.close()


FILES = re.compile(r"\.(xlsx|csv|json|jsonl|docx|html|css|js|svg|yaml)$")


def shape(address):
    """A page by its kind: numbers, codes and days stand for themselves no more, and of a query only its names count."""
    path, _, query = address.partition("?")
    path = "/".join(":id" if any(c.isdigit() for c in part) else part for part in path.split("/"))
    names = sorted({part.split("=")[0] for part in query.split("&") if part} - {"as_of", "lang"})
    return path + ("?" + "&".join(names[:1]) if names else "")


def every_page(page, start="/"):
    """One page of each kind that can be reached by links from `start`."""
    seen, found, waiting = {shape(start)}, [], [start]
    while waiting:
        address = waiting.pop(0)
        response = page.goto(address)
        assert response.status == 200, f"{address}: {response.status}"
        found.append(address)
        links = page.eval_on_selector_all(
            "a[href^='/']", "links => links.filter(l => !l.hasAttribute('download')).map(l => l.getAttribute('href'))")
        for link in links:
            link = link.split("#")[0]
            if FILES.search(link.split("?")[0]) or "lang=" in link or "/content" in link:
                continue
            if shape(link) not in seen:
                seen.add(shape(link))
                waiting.append(link)
    return found
