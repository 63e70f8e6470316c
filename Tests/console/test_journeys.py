"""What people come for, each from the beginning to what they take away."""
import collections
import csv
import datetime
import json
import re

from conftest import WHOLE, YESTERDAY, answered, counted, enter, line, row, total
from playwright.sync_api import expect


def records(demo, **body):
    """What the API finds: of all the days that the demo data has."""
    start = str(YESTERDAY - datetime.timedelta(days=40))
    status, answer = demo.post("/v1/records/query", {"startDate": start, "systemId": "billing", "limit": 1000} | body, demo.all)
    assert status == 200, answer
    return json.loads(answer)["records"]


def denied(page):
    """Chooses what was denied, by the mouse alone."""
    page.click("#path")
    page.get_by_role("option", name="outcome").click()
    page.click("#value")
    page.get_by_role("option", name="denied").click()


def test_a_question_by_the_mouse_alone(tabs, demo):
    page = tabs.open(demo, demo.all)
    page.click("#system")
    page.get_by_role("option", name="billing").click()
    expect(page).to_have_url(re.compile("system=billing"))
    denied(page)
    expect(page.locator("#filter")).to_have_value('outcome eq "denied"')
    # Newest first, as the API has them.
    found = records(demo, filter='outcome eq "denied"')
    answered(page)
    expect(row(page, 0)).to_contain_text(found[0]["userId"])
    expect(row(page, 0)).to_contain_text("denied")
    rows = page.locator(".rows [role=row]")
    assert [text.split("\n")[1] for text in rows.all_inner_texts()] == [each["userId"] for each in found[:rows.count()]]
    page.get_by_role("button", name="Remove: outcome").click()
    expect(page.locator("#filter")).to_have_value("")
    page.select_option("#order", "asc")
    expect(page).to_have_url(re.compile("order=asc"))


def test_the_address_is_the_question_and_the_key_is_not_in_it(tabs, demo):
    page = tabs.open(demo, demo.all)
    denied(page)
    expect(page).to_have_url(re.compile("filter=outcome"))
    counted(page)
    address = page.url
    assert demo.all not in address and demo.all not in page.content()
    # Somebody else opens it, with a key of theirs.
    other = tabs.open(demo, None, question=address.partition("#")[2])
    assert other.evaluate("sessionStorage.length") == 0
    enter(other, demo.all)
    expect(other.locator("#filter")).to_have_value('outcome eq "denied"')
    expect(row(other, 0)).to_contain_text("denied")
    # The way back is the question before.
    page.go_back()
    expect(page.locator("#filter")).to_have_value("")
    # The tab keeps its key when it is loaded anew; another tab has none.
    page.reload()
    expect(row(page, 0)).to_be_visible()
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_what_an_address_says_that_is_not_known_is_not_left_out(tabs, demo):
    page = tabs.open(demo, demo.all, question="usr=mallory&range=24h")
    expect(page.locator("#notice")).to_contain_text("does not know: usr. Nothing was asked.")
    assert page.locator(".rows [role=row]").count() == 0


def test_a_record_leads_to_others(tabs, demo):
    page = tabs.open(demo, demo.all, question=f"{WHOLE}&system=billing")
    # What opens beside the list leaves the row where it was. Counts that arrive move it.
    expect(page.locator(".legend")).to_contain_text("denied")
    expect(page.locator(".top")).to_contain_text("Read")
    row(page, 2).scroll_into_view_if_needed()
    place = row(page, 2).bounding_box()["y"]
    row(page, 2).click()
    expect(row(page, 2)).to_have_attribute("aria-selected", "true")
    assert abs(row(page, 2).bounding_box()["y"] - place) < 2
    first = records(demo)[2]
    view = page.locator("#record")
    expect(view).to_contain_text(json.dumps(first["auditId"]))
    expect(page).to_have_url(re.compile("record="))
    page.get_by_role("button", name="The record below").click()
    expect(view).to_contain_text(records(demo)[3]["auditId"])
    page.get_by_role("button", name="The record above").click()
    expect(view).to_contain_text(first["auditId"])
    # Only these, not these: of a field the parameter, of an attribute the filter.
    view.get_by_text('"action"').hover()
    view.get_by_role("button", name=f"Not action {first['attributes']['action']}").click()
    expect(page.locator("#filter")).to_have_value(f'action ne "{first["attributes"]["action"]}"')
    view.get_by_text('"durationMs"').hover()
    view.get_by_role("button", name=re.compile("^Only details.durationMs")).click()
    expect(page.locator("#filter")).to_have_value(re.compile(f"and details.durationMs eq {first['attributes']['details']['durationMs']}$"))
    view.get_by_role("button", name="Everything of this user").click()
    expect(page.locator("#user")).to_have_value(first["userId"])
    expect(page.locator("#filter")).to_have_value("")
    view.get_by_role("button", name="Everything of this address").click()
    expect(page.locator("#filter")).to_have_value(f'sourceIp eq "{first["attributes"]["sourceIp"]}"')
    view.get_by_role("button", name="Around this time").click()
    expect(page.locator("#filter")).to_have_value("")
    expect(page.locator("#range")).to_have_value("from-to")
    expect(row(page, 0)).to_be_visible()
    view.get_by_role("button", name="Close").click()
    expect(view).to_be_hidden()
    expect(page.locator("#list")).to_be_focused()


def test_a_records_link_opens_it_where_it_is_not_on_the_list(tabs, demo):
    record = records(demo)[7]
    page = tabs.open(demo, demo.all, question=f"range=1h&record={record['id']}")
    expect(page.locator("#record")).to_contain_text(record["auditId"])


def test_time_zooms_by_a_drag_and_by_a_table(tabs, demo):
    page = tabs.open(demo, demo.all)
    expect(page.locator(".legend")).to_contain_text("denied")
    box = page.locator(".chart svg").bounding_box()
    day = box["width"] / page.locator(".chart svg > g").count()
    # From the middle of the 10th bar to that of the 12th: three days of UTC.
    page.mouse.move(box["x"] + 9.5 * day, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 11.5 * day, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page.locator("#range")).to_have_value("from-to")
    expect(page.locator("#histogram-title")).to_have_text("When, by the hour")
    expect(page.locator(".chart svg > g")).to_have_count(72)
    assert page.locator("#from-time").input_value().startswith("00:00") and page.locator("#to-time").input_value() == "23:59:59"
    before = counted(page)
    # The same without a drag.
    page.get_by_text("As a table").click()
    page.get_by_role("button", name=re.compile("^Zoom to")).nth(30).click()
    expect(page.locator(".chart svg > g")).to_have_count(1)
    page.go_back()
    total(page, before)


def test_what_is_most_frequent_and_what_else(tabs, demo):
    page = tabs.open(demo, demo.all, question=f"{WHOLE}&system=billing")
    first = page.locator(".top li").first
    page.click("#top-by")
    page.get_by_role("option", name="userId").click()
    expect(first).to_contain_text("user-")
    counts = collections.Counter(each["userId"] for each in records(demo))
    name = first.locator("button.value").inner_text()
    # The month begins a day later than the demo data.
    assert 0 <= counts[name] - int(first.locator(".number").inner_text()) < 4
    first.get_by_role("button", name=f"Not {name}").click()
    expect(page.locator("#filter")).to_have_value(f'userId ne "{name}"')
    first.locator("button.value").click()
    expect(page.locator("#user")).to_have_value(re.compile("user-"))


def test_wrong_filters_dates_and_words_are_told_at_their_places(tabs, demo):
    tabs.expect("status of 400")
    page = tabs.open(demo, demo.all, question=f"{WHOLE}&text=ab&filter=outcome+is+%22x%22")
    expect(page.locator("#filter-error")).to_contain_text("character 9")
    expect(page.locator("#text-error")).not_to_be_empty()
    expect(page.locator("#filter")).to_have_attribute("aria-invalid", "true")
    # What is wrong is marked.
    assert page.evaluate("document.getElementById('filter').value.slice(document.getElementById('filter').selectionStart)").startswith("is")
    page.fill("#filter", 'outcome eq "denied"')
    page.fill("#text", "")
    page.get_by_role("button", name="Ask").click()
    expect(row(page, 0)).to_contain_text("denied")
    expect(page.locator("#filter-error")).to_be_empty()
    # More than the 31 days that all systems may be asked for.
    page.select_option("#range", "from-to")
    page.fill("#from", "2020-01-01")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#from-error, #to-error").filter(has_text="31 days").first).to_be_visible()


def saved(page, form, tmp_path):
    with page.expect_download() as download:
        page.locator("dialog").get_by_role("button", name=form, exact=True).click()
    expect(page.locator("dialog [role=status]")).to_contain_text("Complete: ")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_all_pages_are_taken_along_as_csv_and_ndjson(tabs, demo, tmp_path):
    page = tabs.open(demo, demo.all)
    total(page, re.compile("1,9[0-9][0-9] records|2,000 records"))
    expected = int(counted(page).split()[0].replace(",", ""))
    page.get_by_role("button", name="Take along").click()
    lines = saved(page, "NDJSON", tmp_path).read_text().splitlines()
    found = [json.loads(each) for each in lines]
    assert len(found) == expected == len({each["id"] for each in found})
    with open(saved(page, "CSV", tmp_path), newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(each["timestamp"], each["auditId"], each["action"]) for each in rows] == [
        (each["timestamp"], each["auditId"], each["attributes"]["action"]) for each in found]
    expect(page.locator("dialog pre").first).to_contain_text("curl -H \"X-Api-Key: $API_KEY\"")
    assert demo.all not in page.locator("dialog").inner_text()


def test_what_is_stopped_or_fails_says_that_it_is_not_complete(tabs, demo):
    tabs.expect("Failed to load resource")
    page = tabs.open(demo, demo.all)
    expect(row(page, 0)).to_be_visible()
    page.get_by_role("button", name="Take along").click()
    # The second page never comes: somebody stops it.
    page.route("**/v1/records/query", lambda route: None if "cursor" in route.request.post_data else route.continue_())
    page.locator("dialog").get_by_role("button", name="NDJSON").click()
    expect(page.locator("dialog [role=status]")).to_contain_text("1,000 records")
    page.locator("dialog").get_by_role("button", name="Stop").click()
    expect(page.locator("dialog [role=status]")).to_contain_text("Not complete: 1,000 records were read, and there are more. It was stopped.")
    expect(page.get_by_role("link", name=re.compile("INCOMPLETE.ndjson"))).to_be_visible()


def test_new_records_appear_while_one_follows_and_wait_while_one_reads(tabs, serve):
    installation = serve(lines=b"".join(line(number) for number in range(300)))
    key = installation.key("all")
    installation.start()
    page = tabs.open(installation, key)
    total(page, "300 records")
    page.get_by_role("button", name="Follow").click()
    installation.load(line(900, timestamp=f"{YESTERDAY}T13:00:00Z", userId="newcomer"))
    expect(row(page, 0)).to_contain_text("newcomer")
    row(page, 1).click()
    installation.load(line(901, timestamp=f"{YESTERDAY}T13:00:01Z", userId="latecomer"))
    expect(page.locator(".news")).to_contain_text("Paused while you read. 1 new record.")
    expect(row(page, 0)).to_contain_text("newcomer")
    page.locator(".news").get_by_role("button", name="Show").click()
    expect(row(page, 0)).to_contain_text("latecomer")


def test_saved_questions_are_kept_in_the_browser(tabs, demo):
    page = tabs.open(demo, demo.all, question=f"{WHOLE}&user=user-1%40example.com")
    page.get_by_role("button", name="Save question").click()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#user")).to_have_value("")
    page.get_by_role("link", name=re.compile("user-1@example.com")).click()
    expect(page.locator("#user")).to_have_value("user-1@example.com")
    page.get_by_role("button", name=re.compile("Remove: user-1")).click()
    expect(page.locator(".menu")).to_be_hidden()
