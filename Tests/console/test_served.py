"""What nginx sends: the files as they are, with headers of their own, and nothing of the API is other for it."""
import re

import pytest
from conftest import WHOLE, enter
from installation import ROOT, eventually

FILES = sorted(path.name for path in (ROOT / "console").iterdir())
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
# RFC 9110 lets an answer have them in any order.
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"}
SHARED = ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Strict-Transport-Security")


@pytest.mark.parametrize("path", ["/", *(f"/console/{name}" for name in FILES)])
def test_a_file_is_sent_with_the_headers_of_the_api_and_a_policy_of_its_own(demo, path):
    status, headers, body = demo.request("GET", path)
    name = path.rpartition("/")[2] or "index.html"
    assert status == 200 and body == (ROOT / "console" / name).read_bytes()
    assert headers["Content-Type"].startswith(TYPES[name.rpartition(".")[2]])
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["Cache-Control"] == "no-cache" and headers["X-Request-Id"]
    api = demo.request("GET", "/v1/records")[1]
    assert [headers[each] for each in SHARED] == [api[each] for each in SHARED]
    assert demo.request("GET", path, {"If-None-Match": headers["ETag"]})[0] == 304
    assert demo.request("HEAD", path)[0] == 200


@pytest.mark.parametrize("path", [
    "/v1/records", "/console", "/console/none.js", "/console/../nginx/render", "/console/%2e%2e/Package.swift", "/index.html", "//", "/console/.."])
def test_what_is_no_file_of_the_page_is_answered_as_before(demo, path):
    status, headers, body = demo.request("GET", path)
    assert (status, headers["Content-Type"]) in [(401 if path.startswith("/v1") else 404, "application/problem+json"), (200, "text/html; charset=utf-8")]
    if status == 200:
        assert body == (ROOT / "console/index.html").read_bytes() and path in ("//", "/console/..")
    else:
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'" and headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_the_page_is_only_read(demo, method):
    for path in ("/", "/console/main.js"):
        status, headers, _ = demo.request(method, path)
        assert status == 405 and headers["Allow"] == "GET, HEAD" and headers["Content-Type"] == "application/problem+json"


def test_one_line_switches_it_off(serve):
    installation = serve(demo=10)
    installation.key("one")
    installation.start()
    assert installation.request("GET", "/")[0] == 200
    switch = installation.folder / "nginx/console.map"
    switch.write_text(switch.read_text().replace("# console off;", "console off;"))
    installation.reload()

    def is_off(path):
        status, headers, _ = installation.request("GET", path)
        return status == 404 and headers["Content-Type"] == "application/problem+json"

    # Processes of before may take a connection still, also behind one that those of now have answered.
    for path in ("/", "/console/main.js"):
        eventually(lambda path=path: is_off(path), "nginx has read it")
    assert installation.request("GET", "/healthz")[0] == 200


def test_all_modules_are_asked_for_at_once():
    named = re.findall(r'rel="modulepreload" href="/console/([^"]+)"', (ROOT / "console/index.html").read_text())
    assert named == [name for name in FILES if name.endswith(".js")]


# And nothing comes from elsewhere: an address is that of SVG's namespace.
MARKUP = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|style=\"|<script>|https?://(?!www\.w3\.org)"


def test_nothing_makes_markup_of_a_text():
    for name in FILES:
        assert not re.search(MARKUP, (ROOT / "console" / name).read_text()), name


# Milliseconds from the key's Enter to the first record in a frame that was drawn, by the page's own clock.
FIRST = """() => {
  const began = new Promise((heard) => addEventListener('keydown', (event) => event.key === 'Enter' && heard(performance.now()), true));
  const came = new Promise((seen) => new MutationObserver(() => document.querySelector('#row-0 .user') &&
    requestAnimationFrame(() => setTimeout(() => seen(performance.now())))).observe(document, { subtree: true, childList: true }));
  globalThis.first = Promise.all([began, came]).then(([from, to]) => to - from); }"""


def test_the_page_is_light_and_quick(tabs, demo):
    page = tabs.open(demo, question=WHOLE)
    sizes = page.evaluate("[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((each) => each.transferSize)")
    weight = sum(sizes)
    assert len(sizes) >= len(FILES) - 1 and 0 < weight < 120_000
    page.evaluate(FIRST)
    enter(page, demo.all)
    print(f"figure: the page weighs {weight / 1000:.0f} kB compressed; first records {page.evaluate('first'):.0f} ms after the key")
