"""The page's pure modules, in the browser that runs them: properties on made-up input, and times where clocks change."""
import json

RANDOM = """
  // The same numbers each time (mulberry32).
  let seed = 20261129;
  const random = () => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
  const below = (number) => Math.floor(random() * number);
  const pick = (all) => all[below(all.length)];
  const texts = ['', 'a', 'user@example.com', 'a b+c&d=e#f?%25', 'ünï', '👩‍💻', '"', '\\\\', "it's",
    'x'.repeat(300), '\\u202e', 'and', '=1+1', ',', 'a\\r\\nb'];
"""


def test_a_question_is_the_same_behind_the_address(modules):
    wrong = modules(["question"], """(_, { empty, read, write, isSame }) => {""" + RANDOM + """
      const wrong = [];
      for (let round = 0; round < 3000; round += 1) {
        const question = { ...empty(pick(['UTC', 'Europe/Berlin', 'Asia/Kathmandu'])), user: pick(texts), system: pick(texts), resource: pick(texts),
          text: pick(texts), filter: pick(texts), order: pick(['asc', 'desc']), range: pick(['1h', '24h', 'today', 'any', 'from-to']) };
        const moments = { from: pick(['', '2026-03-29', '2026-03-29T02:30:00']), to: pick(['', '2026-10-25T01:00:00Z']) };
        if (question.range === 'from-to') Object.assign(question, moments);
        const record = pick(['', 'AQx_-']);
        const back = read('#' + write(question, record), 'America/New_York');
        if (JSON.stringify(back) !== JSON.stringify({ question, record, unknown: [] }) || !isSame(back.question, question)) wrong.push([question, back]);
      }
      return wrong.slice(0, 3);
    }""")
    assert wrong == []


def test_what_an_address_says_that_is_not_known_is_told(modules):
    addresses = ["usr=x", "range=99y", "zone=Mars/Base", "order=up", "from=2026-02-31", "to=noon", "key=aq_x", "user=a&range=24h"]
    unknown = modules(["question"], "(addresses, { read }) => addresses.map((address) => read('#' + address, 'UTC').unknown)", addresses)
    assert unknown == [["usr"], ["range"], ["zone"], ["order"], ["from"], ["to"], ["key"], []]


def test_dates_are_those_of_the_zone_also_where_its_clocks_change(modules):
    dates = modules(["range"], """(cases, { dates }) => cases.map(([zone, range, from, to, now]) => dates({ zone, range, from, to }, Date.parse(now)))""", [
        # Berlin's clocks are put forward on 2026-03-29 at 01:00Z, and back on 2026-10-25 at 01:00Z.
        ["Europe/Berlin", "from-to", "2026-03-29", "2026-03-29", "2026-04-01T00:00:00Z"],
        ["Europe/Berlin", "from-to", "2026-10-25", "2026-10-25", "2026-11-01T00:00:00Z"],
        ["Europe/Berlin", "from-to", "2026-03-29T02:30:00", "2026-03-29T02:30:00", "2026-04-01T00:00:00Z"],
        ["Europe/Berlin", "from-to", "2026-10-25T02:30:00", "2026-10-25T02:30:00", "2026-11-01T00:00:00Z"],
        ["Europe/Warsaw", "yesterday", "", "", "2026-03-29T22:30:00Z"],
        ["Africa/Cairo", "from-to", "2026-04-24", "2026-04-24", "2026-05-01T00:00:00Z"],
        ["Asia/Kathmandu", "today", "", "", "2026-11-28T19:00:00Z"],
        ["America/New_York", "last-month", "", "", "2026-04-01T03:59:59Z"],
        ["Europe/Berlin", "24h", "", "", "2026-10-25T12:34:56.789Z"],
        ["UTC", "from-to", "", "2026-01-31T10:00:00Z", "2026-11-28T19:00:00Z"],
    ])
    assert [(each.get("startDate"), each.get("endDate")) for each in dates] == [
        ("2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"),
        ("2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"),
        # What the clock never shows: from the instant of the change on, and to the second before it.
        ("2026-03-29T01:00:00Z", "2026-03-29T00:59:59Z"),
        # What it shows twice: from the first time, through the second.
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"),
        # Cairo's day begins at one o'clock.
        ("2026-04-23T22:00:00Z", "2026-04-24T20:59:59Z"),
        ("2026-11-28T18:15:00Z", None),
        ("2026-02-01T05:00:00Z", "2026-03-01T04:59:59Z"),
        ("2026-10-24T12:34:00Z", None),
        (None, "2026-01-31T10:00:00Z"),
    ]


def test_a_clock_and_its_instants_agree_all_through_a_year(modules):
    wrong = modules(["zone"], """(zones, { onClock, instantsOf, firstInstantOf, lastInstantOf, readClock }) => {
      const wrong = [];
      for (const zone of zones) {
        for (let instant = Date.UTC(2026, 0, 1); instant < Date.UTC(2027, 0, 1); instant += 6007000) {
          const local = readClock(onClock(instant, zone));
          const all = instantsOf(local, zone);
          if (!all.includes(instant) || firstInstantOf(local, zone) > instant || lastInstantOf(local, zone) < instant) wrong.push([zone, instant, all]);
        }
      }
      return wrong.slice(0, 3);
    }""", ["Europe/Berlin", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu", "UTC"])
    assert wrong == []


def test_a_timestamp_keeps_its_digits_in_any_zone(modules):
    shown = modules(["zone"], "(all, { timeOf }) => all.map(([text, zone]) => timeOf(text, zone))", [
        ["2026-10-25T01:30:00.123456789Z", "Europe/Berlin"], ["2026-10-25T00:30:00Z", "Europe/Berlin"], ["2026-10-25t02:30:00.5+02:00", "UTC"],
        ["0001-01-01T00:00:00Z", "UTC"], ["no time", "UTC"]])
    assert shown == ["2026-10-25 02:30:00.123456789", "2026-10-25 02:30:00", "2026-10-25 00:30:00.5", "0001-01-01 00:00:00", "no time"]


def test_a_filter_comes_apart_only_between_whole_conditions(modules):
    found = modules(["filter"], "(all, { conditions }) => all.map(conditions)", [
        "", 'a eq "x and y" and b pr', 'a eq 1 or b eq 2 and c pr', '(a eq 1 or b eq 2) and c pr', 'a[b eq 1 and c eq 2] AND d pr',
        'and eq "or" and or eq "and"',
        'a eq "x\\" and y"', "not (a pr and b pr) and c pr", '(a pr', 'a eq "x', 'a pr and', 'a."b and c" pr and d pr'])
    assert found == [
        [], ['a eq "x and y"', "b pr"], ["a eq 1 or b eq 2 and c pr"], ["(a eq 1 or b eq 2)", "c pr"], ["a[b eq 1 and c eq 2]", "d pr"],
        ['and eq "or"', 'or eq "and"'], ['a eq "x\\" and y"'], ["not (a pr and b pr)", "c pr"], None, None, None, ['a."b and c" pr', "d pr"]]


def test_a_condition_more_changes_none_of_those_before(modules):
    made = modules(["filter"], "(all, { and }) => all.map(([text, more]) => and(text, more))", [
        ["", "a pr"], ["a pr", "b pr"], ["a pr or b pr", "c pr"], ["a pr and b pr", "a pr"], ["(broken", "c pr"], ["a pr and b pr", "c pr"]])
    assert made == ["a pr", "a pr and b pr", "(a pr or b pr) and c pr", "a pr and b pr", "((broken) and c pr", "a pr and b pr and c pr"]


def test_any_value_becomes_a_condition_that_the_service_reads(modules, demo):
    """Conditions of made-up paths and values, all asked of the real service: it refuses none."""
    filters = modules(["filter"], """(_, { condition, pathOf, typed, COMPARISONS }) => {""" + RANDOM + """
      const names = ['a', 'source.ip', 'authorization.k8s.io/decision', 'not', 'and', 'eq', 'ü', '$x', '1a', '"', 'a b', '_x-y'];
      const values = [...texts.slice(1), '1', '-0.5e3', '01', 'true', 'null', '"quoted"', '1e400'];
      const operators = [...COMPARISONS.keys()].filter((name) => name !== 'cidr');
      const made = [];
      for (let round = 0; round < 150; round += 1) {
        const operator = pick(operators);
        const value = pick(values);
        if (['gt', 'ge', 'lt', 'le'].includes(operator) && ['true', 'false', 'null'].includes(value)) continue;
        made.push(condition(pathOf([pick(names), pick(names)]), operator, round % 2 ? typed(value) : value));
      }
      return made;
    }""")
    assert len(filters) > 100
    for text in filters:
        status, answer = demo.post("/v1/records/query", {"userId": "nobody", "filter": text}, demo.all)
        assert status == 200, (text, answer)


def test_json_keeps_every_digit_and_the_order(modules):
    text = '{"10":1,"2":1.50,"n":12345678901234567890.0123456789,"e":-1E+400,"s":"\\u0041\\ud800\\"\\\\","a":[true,false,null,{},[]],"__proto__":{"x":0}}'
    written = modules(["json"], """(text, { parse, rawMembers, Digits }) => {
      const write = (value) => value instanceof Digits ? value.text
        : value instanceof Map ? `{${[...value].map(([n, v]) => `${JSON.stringify(n)}:${write(v)}`)}}`
        : Array.isArray(value) ? `[${value.map(write)}]` : JSON.stringify(value);
      return [write(parse(text)), Object.fromEntries(rawMembers(text)).s];
    }""", text)
    assert written[0].replace("A", "\\u0041", 1) == text and written[1] == '"\\u0041\\ud800\\"\\\\"'


def test_what_is_no_json_is_refused(modules):
    texts = ["", "{", '{"a"}', '{"a":1,}', "[1 2]", '"a', "tru", "01x", "-", '{"a":1', "[1,", "nul"]
    taken = "(texts, { parse }) => texts.filter((text) => { try { parse(text); return true; } catch { return false; } })"
    assert modules(["json"], taken, texts) == []


def test_cells_of_csv_are_read_back_as_they_were(modules):
    import csv
    import io
    values = ["", "a", "a,b", 'say "x"', "two\r\nlines", "=1+1", "-2", "@x", "ü", "'", "+"]
    records = [{"id": "A", "auditId": "a", "timestamp": "2026-01-01T00:00:00Z", "systemId": "s", "userId": value, "resourceId": "r",
                "attributes": {"action": value, "outcome": None, "sourceIp": ["10.0.0.1", 1], "n": 1}} for value in values]
    write = "([texts, harmless], { header, row }, { Entry }) => header + texts.map((text) => row(new Entry(text), harmless)).join('')"
    for harmless in (False, True):
        text = modules(["csv", "pages"], write,
                       [[json.dumps(record) for record in records], harmless])
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert list(rows[0]) == ["timestamp", "userId", "action", "resourceId", "outcome", "sourceIp", "systemId", "auditId", "attributes"]
        for value, found in zip(values, rows, strict=True):
            assert found["userId"] == found["action"] == (f"'{value}" if harmless and value[:1] in ("=", "-", "@", "+") and value else value)
            assert found["outcome"] == "" and found["sourceIp"] == '["10.0.0.1", 1]' and json.loads(found["attributes"])["n"] == 1


def test_lines_for_a_shell_mean_what_was_asked(modules, tmp_path):
    import subprocess
    body = {"userId": "it's $HOME `x`", "filter": 'a eq "\\"" and b pr', "startDate": "2026-01-01T00:00:00Z"}
    lines = modules(["command"], "(body, { curlLine, queryCommand }) => [curlLine('https://h', body, 'asc'), queryCommand('https://h', body, 'asc')]", body)
    for name in ("curl", "audit-query"):
        (tmp_path / name).write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": str(tmp_path), "API_KEY": "k"}
    curl, command = (subprocess.run(["/bin/sh", "-c", text], env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
                     for text in (lines[0].replace("curl", f"{tmp_path}/curl", 1), lines[1].replace("audit-query", f"{tmp_path}/audit-query", 1)))
    parameters = [word for name, value in [*body.items(), ("order", "asc")] for word in ("--data-urlencode", f"{name}={value}")]
    assert curl == ["-H", "X-Api-Key: k", "--get", *parameters, "https://h/v1/records"]
    assert command == ["query", "--url", "https://h", "--key-file", "key.txt", "--user", body["userId"], "--filter", body["filter"],
                       "--from", body["startDate"], "--order", "asc", "--all"]


def test_pages_are_each_read_once_and_again_when_they_are_looked_at(modules):
    """Against a store of made-up pages: what is held is bounded, and a page that has changed takes those behind it along."""
    found = modules(["pages"], """async (_, { Pages, PAGE }) => {
      let extra = 0;
      const fields = { auditId: 'a', timestamp: 't', systemId: 's', userId: 'u', resourceId: 'r', attributes: {} };
      const record = (number) => JSON.stringify({ id: `r${number}`, ...fields });
      let asked = 0;
      const pages = new Pages(async (cursor) => {
        asked += 1;
        const start = Number(cursor ?? 0);
        // One more has its place as the sixth of the second page, later.
        const number = (index) => start + index - (start > 200 || index > 5 ? extra : 0);
        const isLate = (index) => extra && start === 200 && index === 5;
        const records = Array.from({ length: PAGE }, (_, index) => record(start < 200 ? index : isLate(index) ? 'late' : number(index)));
        return { text: `{"records":[${records}],"hasMore":${start < 19800},"nextCursor":"${start + PAGE}"}` };
      });
      while (!pages.isWhole) await Promise.all([pages.readOn(), pages.readOn()]);
      const held = Array.from({ length: pages.length }, (_, row) => pages.at(row)).filter(Boolean).length;
      const once = asked;
      const isSame = await pages.fetch(450);
      const back = pages.at(450).id;
      extra = 1;
      const changed = await pages.fetch(300);
      return { length: 20000, held, once, isSame, back, changed, now: pages.length, late: pages.at(205).id };
    }""")
    assert found == {"length": 20000, "held": 12 * 200, "once": 100, "isSame": True, "back": "r450", "changed": False, "now": 400, "late": "rlate"}
