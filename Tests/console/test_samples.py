"""Real logs, as their producers wrote them: what the page shows of them is what the API answers."""
import json
import re
import subprocess
import urllib.parse

import pytest
from conftest import answered, row, total
from installation import PATIENCE, ROOT
from playwright.sync_api import expect

SAMPLES = ROOT / "Tests/formats/samples"
# A year in which somebody failed to sign in.
YEAR = {"range": "from-to", "from": "2022-01-01", "to": "2022-12-31", "zone": "UTC"}


@pytest.fixture(scope="module")
def real(serve):
    """The samples of all formats, and a key that sees all of them."""
    installation = serve()
    for folder in sorted(path for path in SAMPLES.iterdir() if path.is_dir()):
        loaded = subprocess.run([
            installation.program, "load", "--config", installation.configuration, "--format", folder.name, folder],
            capture_output=True, timeout=PATIENCE * 3, check=False)
        # Some have lines that are no events, on purpose.
        assert loaded.returncode in (0, 1), loaded.stderr.decode()
    installation.all = installation.key("all")
    return installation.start()


def names(real, kind):
    status, _, answer = real.request("GET", f"/v1/names?kind={kind}&limit=1000", {"X-Api-Key": real.all})
    assert status == 200, answer
    return json.loads(answer)["names"]


def records(real, **body):
    status, answer = real.post("/v1/records/query", {"limit": 200} | body, real.all)
    assert status == 200, answer
    return json.loads(answer)["records"]


def ask(page, **question):
    page.evaluate("hash => { location.hash = hash; }", urllib.parse.urlencode(question))
    answered(page)


def test_each_users_records_are_those_of_the_api(tabs, real):
    users = names(real, "user")
    assert len(users) > 80
    page = tabs.open(real, real.all, question="range=1h&zone=UTC")
    # Each third: what they did is of all formats still.
    for user in users[::3]:
        found = records(real, userId=user)
        ask(page, user=user, range="any", zone="UTC")
        expect(page.locator("#user")).to_have_value(user)
        total(page, "1 record" if len(found) == 1 else f"{len(found)} records")
        expect(page.locator("#list")).to_have_attribute("aria-rowcount", str(len(found) + 1))
        expect(row(page, 0).locator(".time")).to_have_text(found[0]["timestamp"].replace("T", " ").removesuffix("Z"))
        shown = page.locator(".rows .time").all_inner_texts()
        assert shown == [each["timestamp"].replace("T", " ").removesuffix("Z") for each in found[:len(shown)]]
        row(page, 0).click()
        expect(page.locator("#record pre")).to_contain_text(f'"auditId": {json.dumps(found[0]["auditId"])}')
        page.keyboard.press("Escape")


def test_failed_sign_ins_and_from_where_by_the_mouse(tabs, real):
    page = tabs.open(real, real.all, question=urllib.parse.urlencode(YEAR | {"system": "signin.amazonaws.com"}))
    signed = records(real, systemId="signin.amazonaws.com", startDate="2022-01-01", endDate="2022-12-31")
    total(page, f"{len(signed)} records")
    page.click("#path")
    page.get_by_role("option", name="outcome", exact=True).click()
    page.click("#value")
    page.get_by_role("option", name="failure").click()
    failed = [each for each in signed if each["attributes"]["outcome"] == "failure"]
    total(page, f"{len(failed)} records")
    page.click("#top-by")
    page.get_by_role("option", name="sourceIp", exact=True).click()
    address = failed[0]["attributes"]["sourceIp"]
    expect(page.locator(".top")).to_contain_text(address)
    row(page, 0).click()
    page.locator("#record").get_by_role("button", name="Everything of this address").click()
    expect(page.locator("#filter")).to_have_value(f'sourceIp eq "{address}"')
    expect(row(page, 0)).to_contain_text(re.compile("ConsoleLogin|CheckMfa|Password"))
