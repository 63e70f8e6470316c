"""For everybody: axe's rules, the keyboard alone, narrow, dark, in other countries, on paper. And the pictures of docs/console.md."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import WHOLE, answered, enter, row, total
from installation import ROOT
from playwright.sync_api import expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Some 400 names, for each of which each rule would be asked.
CONTEXT = {"exclude": [["#zone option"]]}


def findings(page, rules=None):
    options = {"runOnly": rules or RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, context=CONTEXT, options=options).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("width,look,rules", [(320, "dark", None), (1440, "light", None), (1440, "dark", ["color-contrast"])])
def test_axe_finds_nothing(tabs, demo, width, look, rules):
    # Its own script writes into the page, which the content policy forbids.
    page = tabs.open(demo, width=width, color_scheme=look, bypass_csp=True, reduced_motion="reduce")
    assert findings(page, rules) == []
    enter(page, demo.all)
    expect(page.locator(".legend")).to_contain_text("denied")
    expect(page.locator(".top")).to_contain_text("Read")
    page.click("#top-by")
    expect(page.locator("#top-by")).to_have_attribute("aria-expanded", "true")
    assert findings(page, rules) == []
    page.keyboard.press("Escape")
    page.get_by_text("As a table").click()
    page.evaluate("document.getElementById('results').scrollIntoView()")
    row(page, 1).click()
    expect(page.locator("#record")).to_contain_text("auditId")
    assert findings(page, rules) == []
    page.locator("#record").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Take along").click()
    assert findings(page, rules) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim().slice(0, 40)")


def enter_condition(page):
    """Enter while there are suggestions is none for the condition, and they may come between the two keys."""
    for _ in range(50):
        if page.input_value("#filter"):
            return
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")


def test_the_keyboard_is_enough(tabs, demo):
    page = tabs.open(demo)
    page.keyboard.insert_text(demo.all)
    page.keyboard.press("Enter")
    expect(row(page, 0)).to_be_visible()
    # To the first name that begins so, by its suggestions: those of all that is typed, not of its beginning.
    page.evaluate("document.getElementById('skip').focus()")
    while focused(page) != "user":
        page.keyboard.press("Tab")
    page.keyboard.type("user-1@")
    expect(page.locator("[role=listbox]:visible [role=option]").first).to_contain_text("user-1@example.com")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#user")).to_have_value("user-1@example.com")
    expect(page).to_have_url(re.compile("user=user-1"))
    # A condition.
    while focused(page) != "path":
        page.keyboard.press("Tab")
    page.keyboard.type("outcome")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("success")
    enter_condition(page)
    expect(page.locator("#filter")).to_have_value('outcome eq "success"')
    # Past all else to the records, and one of them.
    page.evaluate("document.getElementById('skip').focus()")
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()
    expect(row(page, 3)).to_be_attached()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("#list")).to_have_attribute("aria-activedescendant", "row-1")
    page.keyboard.press("Enter")
    expect(page.locator("#record")).to_contain_text("user-1@example.com")
    expect(page.locator("#record")).to_be_focused()
    # Each of its values leads on.
    while not focused(page).startswith("="):
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#record")).to_be_hidden()
    expect(page.locator("#list")).to_be_focused()


@pytest.mark.parametrize("locale,number", [("de-DE", "1.9"), ("pl-PL", "19"), ("en-GB", "1,9")])
def test_numbers_are_written_as_the_reader_writes_them(tabs, demo, locale, number):
    page = tabs.open(demo, demo.all, locale=locale, timezone_id="Europe/Warsaw", question="range=30d")
    total(page, re.compile(f"^{re.escape(number)}.* records$"))
    # A time is the same everywhere: it is compared with other logs.
    expect(row(page, 0).locator(".time")).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$"))
    expect(page).to_have_url(re.compile("zone=Europe%2FWarsaw"))


def test_times_are_those_of_the_zone_that_is_chosen(tabs, demo):
    page = tabs.open(demo, demo.all)
    row(page, 0).click()
    before = row(page, 0).locator(".time").inner_text()
    page.select_option("#zone", "Asia/Tokyo")
    expect(row(page, 0).locator(".time")).not_to_have_text(before)
    minutes = page.evaluate("([one, other]) => (Date.parse(other.replace(' ', 'T') + 'Z') - Date.parse(one.replace(' ', 'T') + 'Z')) / 60000",
                            [before, row(page, 0).locator(".time").inner_text()])
    assert minutes == 540


def test_it_looks_as_somebody_likes(tabs, demo):
    page = tabs.open(demo, color_scheme="dark")
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(colour)
    page.select_option("#look", "light")
    light = page.evaluate(colour)
    assert light != dark
    page.reload()
    assert page.evaluate(colour) == light


def test_on_paper_there_are_the_records_and_no_controls(tabs, demo):
    page = tabs.open(demo, demo.all)
    total(page, re.compile("records"))
    # Counted or listed first: two questions.
    expect(row(page, 0)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#question")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".rows [role=row]").count() == 200
    assert len(page.pdf()) > 20_000


# -- Pictures ---------------------------------------------------------------------------------------------------------

def picture(page, name):
    file = ROOT / "docs/pictures" / f"console-{name}.png"
    page.screenshot(path=file)
    assert file.stat().st_size < 150_000, f"{file}: {file.stat().st_size} bytes"


def pictures_by_the_mouse(page):
    """Of what is asked for one action's, and from which addresses they came; then everything of a day: by the mouse alone."""
    page.click("#path")
    page.get_by_role("option", name="action", exact=True).click()
    page.click("#value")
    page.locator("[role=listbox]:visible [role=option]").first.click()
    page.click("#top-by")
    page.get_by_role("option", name="sourceIp", exact=True).click()
    expect(page.locator(".top li").first).to_contain_text(re.compile(r"\d+\.\d+"))
    expect(page.locator("#filter")).to_have_value(re.compile("outcome.* and action"))
    answered(page)
    picture(page, "addresses")
    # Everything of one day: what was asked before is taken back, and a bar is clicked on.
    page.get_by_role("button", name="Remove: action").click()
    expect(page.locator("#filter")).to_have_value('outcome eq "denied"')
    page.get_by_role("button", name="Remove: outcome").click()
    expect(page.locator(".legend")).to_contain_text("success")
    page.locator(".chart svg > g").nth(20).click()
    expect(page.locator("#histogram-title")).to_have_text("When, by the hour")
    expect(page.locator(".legend")).to_contain_text("denied")
    answered(page)
    picture(page, "day")
    page.go_back()
    page.go_back()
    expect(page.locator("#filter")).to_have_value('outcome eq "denied"')


def test_pictures(tabs, serve, pytestconfig):
    """Made by --pictures, looked at by people: a changed pixel is no fault."""
    if not pytestconfig.getoption("--pictures"):
        pytest.skip("pictures are made with --pictures")
    installation = serve(demo=20_000)
    key = installation.key("all")
    installation.start()
    size = {"width": 1280, "height": 860, "reduced_motion": "reduce"}
    page = tabs.open(installation, key, question="range=30d&zone=Europe/Berlin", **size)
    expect(page.locator(".legend")).to_contain_text("denied")
    expect(page.locator(".top")).to_contain_text("Read")
    picture(page, "overview")
    page.click("#path")
    page.get_by_role("option", name="outcome").click()
    page.click("#value")
    page.get_by_role("option", name="denied").wait_for()
    picture(page, "condition")
    page.get_by_role("option", name="denied").click()
    expect(page.locator("#top")).to_contain_text("others")
    expect(page.locator("#results-title")).to_have_text(re.compile("^9"))
    pictures_by_the_mouse(page)
    # Less of it: text is what makes a picture large.
    page.set_viewport_size({"width": 1280, "height": 500})
    page.evaluate("document.getElementById('results').scrollIntoView()")
    row(page, 3).click()
    page.locator("#record").get_by_text('"sourceIp"').hover()
    picture(page, "record")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 860})
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("button", name="Take along").click()
    page.mouse.move(0, 0)
    picture(page, "take-along")
    dark = tabs.open(installation, key, question="range=30d&zone=Europe/Berlin&user=user-1%40example.com", color_scheme="dark", **size)
    expect(dark.locator(".legend")).to_contain_text("denied")
    expect(dark.locator(".top")).to_contain_text("Read")
    picture(dark, "dark")
    phone = tabs.open(installation, key, question=WHOLE, width=360, height=760, reduced_motion="reduce", has_touch=True, is_mobile=True)
    expect(phone.locator(".legend")).to_contain_text("denied")
    phone.evaluate("document.getElementById('results').scrollIntoView()")
    expect(row(phone, 2)).to_be_visible()
    picture(phone, "phone")
