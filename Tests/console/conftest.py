"""A real Chromium, against real nginx, workers and store. After each test: no request went elsewhere, no script failed, no policy was broken."""
import datetime
import json
import pathlib
import re
import shutil

import pytest
from installation import ROOT, Installation
from playwright.sync_api import expect, sync_playwright

PROGRAM = ROOT / ".build/debug/audit-query"
# A busy machine takes its time. What waits ends as soon as it may.
PATIENCE = 60_000
# The day before today, so that none of the records is from the future.
YESTERDAY = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1)
WHOLE = "range=30d&zone=UTC"


def pytest_addoption(parser):
    parser.addoption("--program", type=pathlib.Path, default=PROGRAM, help="the program that is served")
    parser.addoption("--pictures", action="store_true", help="make the pictures of docs/console.md anew")


@pytest.fixture(scope="session")
def program(pytestconfig):
    program = pytestconfig.getoption("--program").absolute()
    assert program.exists(), f"there is no {program} yet: swift build makes it, and scripts/test does so before these tests"
    return program


def line(number, **members):
    """A record of today, at noon of its UTC day before."""
    record = {"auditId": f"made-{number:06}", "timestamp": f"{YESTERDAY}T12:00:{number % 60:02}.{number % 1000:03}Z", "systemId": "made", "userId": "mallory",
              "resourceId": "thing/1"}
    return json.dumps(record | members).encode() + b"\n"


@pytest.fixture(scope="session")
def serve(tmp_path_factory, program):
    """Starts installations; all end with the tests."""
    started = []

    def start(lines=b"", demo=0, **settings):
        installation = Installation(tmp_path_factory.mktemp("installation"), program, settings)
        if demo:
            installation.load_demo(demo, YESTERDAY)
        if lines:
            installation.load(lines)
        started.append(installation)
        return installation

    yield start
    for each in started:
        each.stop()


@pytest.fixture(scope="session")
def demo(serve):
    """Two thousand records of demo data, and a key that sees all of them."""
    installation = serve(demo=2000)
    installation.all = installation.key("all")
    return installation.start()


@pytest.fixture(scope="session")
def chromium():
    executable = shutil.which("chromium")
    assert executable, "there is no chromium: scripts/test installs Debian's"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # Root, which CI is, cannot have Chromium's own sandbox; what is shown is our own.
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


# In the page, before all else: what the content policy refused is said where it is heard.
TELL = "addEventListener('securitypolicyviolation', (event) => console.error('refused', event.violatedDirective, event.blockedURI))"


class Tabs:
    """Opens tabs, and keeps what they complained of."""

    def __init__(self, browser):
        self.browser, self.contexts, self.complaints, self.expected = browser, [], [], ()

    def open(self, installation, key=None, question=WHOLE, width=1440, height=1000, **options):
        context = self.browser.new_context(viewport={"width": width, "height": height}, ignore_https_errors=True, **options)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL)
        self.contexts.append(context)
        context.on("request", lambda request: self.hear_request(request.url, installation.address))
        context.on("console", lambda message: message.type in ("error", "warning") and self.hear(message.text))
        context.on("weberror", lambda error: self.hear(str(error.error)))
        page = context.new_page()
        page.goto(f"{installation.address}#{question}")
        if key:
            enter(page, key)
        return page

    def hear(self, text):
        if not any(each in text for each in self.expected):
            self.complaints.append(text)

    def hear_request(self, url, address):
        if not url.startswith((address, f"blob:{address}")):
            self.complaints.append(f"a request elsewhere: {url}")

    def expect(self, *texts):
        """Chromium itself writes a line for each answer that is an error."""
        self.expected = texts


@pytest.fixture
def tabs(chromium):
    tabs = Tabs(chromium)
    yield tabs
    for each in tabs.contexts:
        each.close()
    assert tabs.complaints == []


def enter(page, key):
    page.fill("#key", key)
    page.press("#key", "Enter")


def row(page, number):
    return page.locator(f"#row-{number}")


def answered(page):
    """Waits until what was asked is answered, one way or the other."""
    expect(page.locator("#results .waiting")).to_have_count(0)


def total(page, text):
    """Waits until so many records were counted."""
    expect(page.locator("#results-title")).to_have_text(text)


def counted(page):
    """What the title says of the question asked last: it says Records until they are counted."""
    total(page, re.compile("[0-9] records?$"))
    return page.locator("#results-title").inner_text()


@pytest.fixture
def modules(tabs, demo):
    """Runs a function in the page that gets modules by their names: pure ones need no key."""
    page = tabs.open(demo)

    def run(names, function, argument=None):
        imports = ", ".join(f"import('/console/{name}.js')" for name in names)
        return page.evaluate(f"async (argument) => ({function})(argument, ...(await Promise.all([{imports}])))", argument)

    return run
