"""A store that fails, records that mean harm, and more of them than any screen has."""
from conftest import YESTERDAY, answered, line, row, total
from playwright.sync_api import expect


def test_a_store_that_fails_is_no_empty_list(tabs, serve):
    tabs.expect("status of 503")
    installation = serve(lines=b"".join(line(number) for number in range(20)), cache={"ttl-seconds": 1})
    key = installation.key("all")
    installation.start()
    page = tabs.open(installation, key)
    total(page, "20 records")
    away = installation.folder / "away.db"
    for name in ("audit.db", "audit.db-wal", "audit.db-shm"):
        if (installation.folder / name).exists():
            (installation.folder / name).rename(away.with_name(f"away-{name}"))
    # Answers that were given before are shown, and say that they are old.
    assert is_stale_in_the_end(page)
    expect(page.locator("#results .hint.error")).to_contain_text("This is an older answer")
    page.get_by_role("button", name="Read now").click()
    expect(page.locator("#notice")).to_contain_text("This is no empty answer")
    assert page.get_by_text("No record matches").count() == 0
    for file in installation.folder.glob("away-*"):
        file.rename(installation.folder / file.name.removeprefix("away-"))
    page.locator("#notice").get_by_role("button", name="Try again").click()
    expect(row(page, 0)).to_contain_text("mallory")
    expect(page.locator("#notice")).to_be_empty()


def is_stale_in_the_end(page):
    """Asks until the answer is an older one: entries live for a second there."""
    for _ in range(100):
        page.get_by_role("button", name="Ask").click()
        answered(page)
        if page.locator("#results .hint.error").count() > 0:
            return True
        page.wait_for_timeout(100)
    return False


EVIL = [
    {"userId": "<img src=x onerror=alert(1)>", "action": "<script>alert(1)</script>", "resourceId": "javascript:alert(1)", "outcome": "</span><b>denied"},
    {"userId": "admin\u202egnp.exe", "action": "\u2066left\u2069", "resourceId": "zero\u200bwidth\ufeff", "details": {"\u202ename": "\u0007bell\u001b[31m"}},
    {"userId": "x" * 1024, "action": "y" * 200_000, "resourceId": "/" * 1000, "outcome": "ü" * 5000},
    {"userId": "deep", "details": None},
    {"userId": "many", "list": list(range(5000)), "members": {f"name{number}": number for number in range(1500)}},
    {"userId": "odd", "__proto__": {"polluted": 1}, "constructor": "c", "toString": 1, "10": 1, "2": 2, "": None, "n": 1},
    {"userId": "{{7*7}}${7*7}`", "action": "=cmd|' /C calc'!A0", "outcome": 'denied" style="color:red', "sourceIp": "data:text/html,<script>"},
]


def deep(levels):
    value = "bottom"
    for _ in range(levels):
        value = {"in": [value]} if _ % 2 else {"in": value}
    return value


def test_hostile_records_are_shown_harmlessly(tabs, serve):
    evil = [dict(each) for each in EVIL]
    evil[3]["details"] = deep(20)
    del evil[5][""]
    installation = serve(lines=b"".join(line(number, **members) for number, members in enumerate(evil)))
    key = installation.key("all")
    installation.start()
    page = tabs.open(installation, key)
    total(page, "7 records")
    for number, members in enumerate(reversed(evil)):
        row(page, number).click()
        view = page.locator("#record")
        expect(view).to_contain_text(f"made-{6 - number:06}")
        # Nothing of a record is an element, and nothing that is hidden stays hidden.
        assert page.locator("#record img, #record script, #results img, #results script, #record b, #results b, [onerror]").count() == 0
        assert not {"\u202e", "\u2066", "\u200b", "\ufeff", "\u0007", "\u001b"} & set(page.locator("body").inner_text())
        if members["userId"].startswith("admin"):
            expect(view).to_contain_text("admin<U+202E>gnp.exe")
    assert page.evaluate("({}).polluted") is None
    # What is long can be had whole.
    row(page, 4).click()
    expect(page.locator("#record")).to_contain_text("198500 characters more")
    page.get_by_role("button", name="198500 characters more").click()
    assert "y" * 200_000 in page.locator("#record pre").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def many(count):
    """Records half a second apart, the last of which is the newest."""
    for number in range(count):
        second, fraction = divmod(number, 2)
        time = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{fraction * 5}"
        yield (f'{{"auditId":"{number:06}","timestamp":"{YESTERDAY}T{time}Z","systemId":"made","userId":"user-{number % 40}",'
               f'"resourceId":"thing/{number}"}}\n').encode()


def longest_task(page, function, argument):
    """Milliseconds of processor time that the longest task of the page's main thread took meanwhile: others on the machine do not count."""
    session, events, ended = page.context.browser.new_browser_cdp_session(), [], []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": ["toplevel"]}, "transferMode": "ReportEvents"})
    page.evaluate(function, argument)
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)
    main = {(each["pid"], each["tid"]) for each in events if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"}
    tasks = [each for each in events if each["name"].endswith("RunTask") and each["ph"] == "X" and (each["pid"], each["tid"]) in main]
    return max(each["tdur"] for each in tasks) / 1000


# Scrolls to the end again and again, until so many rows are there.
SCROLL = """async (wanted) => {
  const rows = document.querySelector('.rows');
  while (rows.getBoundingClientRect().height < wanted * 36) {
    scrollTo(0, document.documentElement.scrollHeight);
    await new Promise((done) => requestAnimationFrame(done));
  }
  scrollTo(0, document.documentElement.scrollHeight);
  return rows.childElementCount; }"""


def held(session):
    """What the page's scripts hold, once what nobody needs was let go."""
    session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"]


def test_a_hundred_thousand_records_are_scrolled_in_the_same_memory(tabs, serve):
    count = 100_000
    installation = serve(lines=b"".join(many(count)))
    key = installation.key("all")
    installation.start()
    page = tabs.open(installation, key)
    total(page, "100,000 records")
    session = page.context.new_cdp_session(page)
    page.evaluate(SCROLL, 10_000)
    early = held(session)
    longest = longest_task(page, SCROLL, 20_000)
    assert page.evaluate(SCROLL, count) < 120
    late = held(session)
    expect(page.get_by_text("That is all: 100,000 records.")).to_be_visible()
    print(f"figure: heap after 10,000 rows {early / 1e6:.1f} MB, after 100,000 {late / 1e6:.1f} MB; longest task {longest:.0f} ms of a processor")
    assert late - early < 4_000_000
    # The last row, then the first again, which was let go meanwhile.
    expect(row(page, count - 1)).to_contain_text("thing/0")
    page.evaluate("document.getElementById('list').focus()")
    page.keyboard.press("Home")
    expect(row(page, 0)).to_contain_text(f"thing/{count - 1}")
    page.keyboard.press("End")
    expect(row(page, count - 1)).to_contain_text("thing/0")
    assert held(session) - early < 4_000_000


def test_an_answer_that_is_not_the_services_is_said_to_be_none(tabs, demo):
    tabs.expect("Failed to load resource")
    page = tabs.open(demo)
    page.route("**/v1/records/query", lambda route: route.abort())
    page.fill("#key", demo.all)
    page.press("#key", "Enter")
    expect(page.locator("#notice")).to_contain_text("The server did not answer.")
    page.unroute("**/v1/records/query")
    page.get_by_role("button", name="Try again").click()
    expect(row(page, 0)).to_be_visible()


def test_a_page_that_ends_early_says_so_and_goes_on(tabs, demo):
    """The real answers, but for the words of the first: no demo data takes a store that long."""
    page = tabs.open(demo)

    def short(route):
        answer = route.fetch()
        body = answer.text().replace('"stopReason":"limit"', '"stopReason":"budget"')
        route.fulfill(response=answer, body=body)

    page.route("**/v1/records/query", short, times=1)
    page.fill("#key", demo.all)
    page.press("#key", "Enter")
    expect(page.locator("#notice")).to_contain_text("The service pauses when it has searched long enough.")
    expect(row(page, 0)).to_be_visible()
