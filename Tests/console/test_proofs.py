"""A record's proof, followed in the browser from what is shown to the log's checkpoint."""
import datetime
import json

import pytest
from conftest import WHOLE, YESTERDAY, line, row
from installation import Installation
from playwright.sync_api import expect

# Spellings that stores change, and names whose order in UTF-16 is not that of their bytes.
AWKWARD = {"n": 1e2, "big": 12345678901234567890.5, "small": 1e-9, "minus": -0.0, "text": "\b\f\n\u001f\\b\"", "\ue000": 1, "\U0001f600": [1.50, None, True]}

# A day that is over for sure, whenever this runs.
DAY = YESTERDAY - datetime.timedelta(days=1)


def made(number):
    return line(number, timestamp=f"{DAY}T12:00:0{number}Z", **(AWKWARD if number == 2 else {}))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory, program):
    folder = tmp_path_factory.mktemp("sealed")
    installation = Installation(folder, program, {"seal": {
        "enabled": True, "after-hours": 1, "origin": "audit.example.com/prod", "folder": str(folder / "seals"), "key-file": str(folder / "seal.key")}})
    installation.load(b"".join(map(made, range(5))))
    installation.command("seal", "key", "--config", installation.configuration)
    installation.command("seal", "--config", installation.configuration)
    installation.all = installation.key("all")
    installation.limited = installation.key("limited", "--hide", "secret")
    yield installation.start()
    installation.stop()


def prove(page, number):
    row(page, number).click()
    expect(page.locator("#record")).to_contain_text("auditId")
    page.get_by_role("button", name="Prove it").click()
    return page.locator("#record .proof")


def test_a_record_is_proved_and_its_log_is_known_by_its_key(tabs, sealed):
    page = tabs.open(sealed, sealed.all, question=f"{WHOLE}&system=made")
    proof = prove(page, 2)
    expect(proof).to_contain_text(f"Record 3 of 5 records of made on {DAY}")
    expect(proof).to_contain_text("seal 1 of 1 seal of the log audit.example.com/prod")
    key = (sealed.folder / "seal.key.pub").read_text().strip()
    page.fill("#log-key", key[:-1] + ("A" if key[-1] != "A" else "B"))
    page.get_by_role("button", name="Check the signature").click()
    expect(proof).to_contain_text("Not signed by this key")
    page.fill("#log-key", "a key")
    page.get_by_role("button", name="Check the signature").click()
    expect(proof).to_contain_text("This is no public key of a log")
    page.fill("#log-key", key)
    page.get_by_role("button", name="Check the signature").click()
    expect(proof).to_contain_text("Signed by this key.")
    # It is asked for once.
    proof = prove(page, 1)
    expect(proof).to_contain_text("Record 4 of 5")
    expect(page.locator("#log-key")).to_have_value(key)


def test_who_hides_anything_gets_no_proof_and_is_told(tabs, sealed):
    tabs.expect("status of 403")
    page = tabs.open(sealed, sealed.limited, question=f"{WHOLE}&system=made")
    expect(prove(page, 0)).to_contain_text("No proof.")


TRY = """async ({ raw, proof }, { follow }) => {
  const said = async (record, answer) => {
    try { await follow(record, JSON.stringify(answer)); return "proved"; } catch (error) { return error.message; } };
  const other = (change) => { const copy = structuredClone(proof); change(copy); return said(raw, copy); };
  const flip = (hash) => (hash[0] === "A" ? "B" : "A") + hash.slice(1);
  return {
    whole: await said(raw, proof),
    record: await said(raw.replace('"mallory"', '"nobody"'), proof),
    index: await other((it) => { it.index += 1; }),
    outside: await other((it) => { it.index = 5; }),
    path: await other((it) => { it.path[0] = flip(it.path[0]); }),
    shorter: await other((it) => { it.path.pop(); }),
    longer: await other((it) => { it.path.push(it.path[0]); }),
    count: await other((it) => { it.seal.count = 4; }),
    day: await other((it) => { it.seal.day = "2020-01-01"; }),
    root: await other((it) => { it.seal.root = flip(it.seal.root); }),
    log: await other((it) => { it.checkpoint = it.checkpoint.replace(/\\n1\\n./, "\\n1\\n/"); }),
    none: await other((it) => { it.checkpoint = "a word"; }) }; }"""


def test_a_change_anywhere_proves_nothing(sealed, tabs):
    status, _, answer = sealed.request("GET", f"/v1/records?systemId=made&startDate={DAY}&endDate={DAY}", {"X-Api-Key": sealed.all})
    assert status == 200, answer
    ids = [each["id"] for each in json.loads(answer)["records"]]
    page = tabs.open(sealed)
    for place, number in enumerate(ids):
        raw, proof = (sealed.request("GET", f"/v1/records/{number}{end}", {"X-Api-Key": sealed.all})[2].decode() for end in ("", "/proof"))
        said = page.evaluate(f"async (given) => ({TRY})(given, await import('/console/proof.js'))", {"raw": raw, "proof": json.loads(proof)})
        assert said.pop("whole") == "proved"
        # The last of five stands alone: its path is of one hash.
        assert "proved" not in said.values(), (place, said)
