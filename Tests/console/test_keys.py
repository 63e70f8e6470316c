"""What a key may see, and what becomes of the page when it ends."""
import json

from conftest import WHOLE, answered, enter, row
from playwright.sync_api import expect


def test_a_key_that_hides_attributes_and_has_one_system(tabs, demo):
    tabs.expect("status of 403")
    key = demo.key("limited", "--system", "billing", "--hide", "sourceIp", "--hide", "details.requestId")
    page = tabs.open(demo, key)
    expect(page.locator("#scope")).to_have_text("This key sees billing")
    expect(row(page, 0)).to_contain_text("billing")
    row(page, 0).click()
    expect(page.locator("#record")).to_contain_text('"durationMs"')
    expect(page.locator("#record")).not_to_contain_text("sourceIp")
    expect(page.locator("#record")).not_to_contain_text("requestId")
    expect(page.get_by_role("button", name="Everything of this address")).to_have_count(0)
    page.fill("#top-by", "sourceIp")
    page.press("#top-by", "Enter")
    expect(page.locator(".top")).to_contain_text("nothing there")
    page.fill("#system", "identity")
    page.press("#system", "Enter")
    expect(page.locator("#system-error, #notice").filter(has_text="identity").or_(page.locator("#system-error:not(:empty)")).first).to_be_visible()


def test_a_key_that_is_not_known_is_refused_without_a_hint(tabs, demo):
    tabs.expect("status of 401")
    page = tabs.open(demo, "aq_" + "x" * 43)
    expect(page.locator("#key-error")).to_contain_text("This key is not accepted")
    expect(page.locator("#key")).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0
    enter(page, demo.all)
    expect(row(page, 0)).to_be_visible()


def test_a_key_that_ends_in_the_middle_loses_no_question(tabs, demo):
    tabs.expect("status of 401")
    key = demo.key("short")
    page = tabs.open(demo, key, question=f"{WHOLE}&system=billing")
    expect(row(page, 0)).to_be_visible()
    demo.revoke(key)
    # Workers see it within two seconds; what is asked meanwhile is answered still.
    for _ in range(100):
        page.get_by_role("button", name="Read now").click()
        answered(page)
        if page.locator("#entry").is_visible():
            break
        page.wait_for_timeout(100)
    expect(page.locator("#key-error")).to_contain_text("Your question stays in the address")
    enter(page, demo.all)
    expect(page.locator("#system")).to_have_value("billing")
    expect(row(page, 0)).to_contain_text("billing")


def test_forgetting_the_key_takes_it_and_the_records_away(tabs, demo):
    page = tabs.open(demo, demo.all)
    expect(row(page, 0)).to_be_visible()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.locator("#entry")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0 and page.locator(".rows [role=row]").count() == 0


def test_no_request_has_the_question_or_the_key_in_its_address(tabs, demo):
    page = tabs.open(demo, demo.all)
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.fill("#user", "user-1@example.com")
    page.press("#user", "Enter")
    expect(page.locator("#top")).to_contain_text("Read")
    assert addresses and not [each for each in addresses if demo.all in each or ("user-1" in each and "/v1/names" not in each)]
    assert "user-1" not in (demo.folder / "nginx/access.log").read_text() and json.dumps(demo.all) not in (demo.folder / "log").read_text()


def test_questions_are_answered_from_the_services_cache_unless_somebody_asks_for_more(tabs, demo):
    page = tabs.open(demo)
    statuses = []
    page.on("response", lambda response: "/v1/" in response.url and statuses.append(response.headers["cache-status"]))
    enter(page, demo.all)
    expect(page.locator(".legend")).to_contain_text("denied")
    page.fill("#user", "user-2@example.com")
    expect(page.locator("#user")).to_have_attribute("aria-expanded", "true")
    # A fetch that the browser is not to keep says no-cache by itself, in Chromium.
    assert len(statuses) > 3 and not [each for each in statuses if "fwd=request" in each], statuses
    statuses.clear()
    page.get_by_role("button", name="Read now").click()
    answered(page)
    assert "fwd=request" in statuses[0]
