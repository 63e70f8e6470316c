// The page: a question, what is asked for it, and what is shown of the answer. Everything else is a module of one noun.
import { Problem, Service } from "./api.js";
import { button, byId, make } from "./element.js";
import { and, condition, typed } from "./filter.js";
import { Follow } from "./follow.js";
import { QuestionForm } from "./form.js";
import { Digits } from "./json.js";
import { RecordList } from "./list.js";
import { notice, originText, problemBox, stopText } from "./notice.js";
import { Overview } from "./overview.js";
import { Entry, PAGE, Pages } from "./pages.js";
import * as questions from "./question.js";
import { around, between } from "./range.js";
import { RecordView } from "./record.js";
import * as settings from "./settings.js";
import { Suggestions } from "./suggestions.js";
import { Taking } from "./taking.js";
import { counted, cut, plain } from "./text.js";
import { allZones, isZone, onClock, ownZone } from "./zone.js";

/** Minutes on each side, of "around this time". */
const AROUND = 5;

class Console {
  #service = null;
  #question = questions.empty();
  /** What was asked: the body, the pages, and the last answer's members. */
  #asked = null;
  #record = "";
  #row = 0;

  constructor() {
    this.suggestions = new Suggestions(() => ({ service: this.#service, body: this.#asked?.body }));
    this.form = new QuestionForm(byId("question"), {
      onAsk: (question) => this.ask(question ?? questions.empty(this.#question.zone)), names: this.suggestions.names,
      paths: this.suggestions.paths, values: this.suggestions.values });
    this.overview = new Overview(byId("histogram"), byId("top"), {
      onZoom: (start, end) => this.#change(between(start, end)), onOnly: (path, value) => this.#only(path, value),
      onNot: (path, value) => this.#not(path, value), suggest: this.suggestions.paths, onTotal: (total, isWhole) => this.#total(total, isWhole) });
    this.list = new RecordList({
      onOpen: (entry, row) => this.open(entry, row), onProblem: (problem) => this.#fail(problem), onChanged: () => this.#tellChanged() });
    this.record = new RecordView(byId("record"), {
      onClose: () => this.close(), onStep: (step) => this.list.openRow(this.#row + step),
      onOnly: (path, value) => this.#only(path, value), onNot: (path, value) => this.#not(path, value),
      onAround: (entry) => this.#change({ user: "", resource: "", text: "", filter: "", ...around(entry.timestamp, AROUND) }),
      onAll: (part) => this.#change({ user: "", resource: "", text: "", filter: "", ...part }),
      link: (entry) => `${location.origin}/#${questions.write(this.#question, entry.id)}`,
      prove: async (entry) => (await this.#service.ask(`/v1/records/${encodeURIComponent(entry.id)}/proof`)).text });
    this.taking = new Taking(byId("taking"));
    this.follow = new Follow((signal) => this.#look(signal));
    this.#makeResults();
    this.#makeSettings();
    addEventListener("popstate", () => this.#readAddress());
    setInterval(() => this.#tellOrigin(), 10_000);
  }

  // -- The key --------------------------------------------------------------------------------------------------------

  start() {
    const key = settings.key.get();
    if (key) this.#enter(key);
    else this.#askForKey("");
  }

  #askForKey(fault) {
    this.follow.stop();
    byId("entry").hidden = false;
    byId("console").hidden = true;
    byId("forget").hidden = true;
    byId("skip").hidden = true;
    byId("scope").hidden = true;
    byId("key").value = "";
    byId("key-error").textContent = fault;
    byId("key").focus();
  }

  #enter(key) {
    this.#service = new Service(key);
    byId("entry").hidden = true;
    byId("console").hidden = false;
    byId("forget").hidden = false;
    byId("skip").hidden = false;
    this.#readAddress();
  }

  // -- The address bar ------------------------------------------------------------------------------------------------

  #readAddress() {
    if (!this.#service) return;
    const { question, record, unknown } = questions.read(location.hash, this.#zone());
    this.#question = question;
    this.form.show(question);
    this.#showZone(question.zone);
    if (unknown.length > 0) {
      this.#refuse(`The address says something that this page does not know: ${unknown.map(plain).join(", ")}. Nothing was asked.`);
      return;
    }
    if (!this.#asked || !questions.isSame(this.#asked.question, question)) this.#run(false);
    if (record && record !== this.#record) this.#openById(record);
    if (!record && this.record.isOpen) this.#closeView();
  }

  #zone() {
    return isZone(byId("zone").value) ? byId("zone").value : ownZone();
  }

  /** Zones have several names: the address may say one that the list has not. */
  #showZone(zone) {
    const select = byId("zone");
    select.value = zone;
    if (select.value !== zone) select.append(make("option", { value: zone, selected: true }, zone));
  }

  #writeAddress(isNew) {
    const address = `#${questions.write(this.#question, this.#record)}`;
    if (address === location.hash) return;
    history[isNew ? "pushState" : "replaceState"](null, "", address);
  }

  // -- Asking ---------------------------------------------------------------------------------------------------------

  /** Asks a question, which comes into the address bar. */
  ask(question) {
    this.#question = question;
    this.form.show(question);
    this.#showZone(question.zone);
    this.#run(true);
  }

  #change(parts) {
    this.ask({ ...this.#question, ...parts });
  }

  /** Only records that have a value: a field has its own part of the question. */
  #only(path, value) {
    const part = { userId: "user", systemId: "system", resourceId: "resource" }[path];
    if (part) this.#change({ [part]: value });
    else this.#change({ filter: and(this.#question.filter, condition(path, "eq", literal(value))) });
  }

  #not(path, value) {
    this.#change({ filter: and(this.#question.filter, condition(path, "ne", literal(value))) });
  }

  /** Reads the first page, and all counts. */
  async #run(isNew, isFresh = false) {
    this.follow.stop();
    this.#tellFollowing();
    const question = this.#question;
    const body = questions.body(question, Date.now());
    const asked = { question, body, pages: null, page: null, total: null, stop: new AbortController() };
    asked.pages = this.#pages(asked, isFresh);
    this.#asked?.stop.abort();
    this.#asked = asked;
    this.#writeAddress(isNew);
    byId("notice").replaceChildren();
    this.title.textContent = "Records";
    this.list.element.classList.add("waiting");
    try {
      const page = await asked.pages.readOn();
      if (this.#asked === asked) this.#show(asked, page);
    } catch (problem) {
      if (this.#asked === asked) this.#fail(problem, () => this.#run(false, true));
    }
  }

  #pages(asked, isFresh = false) {
    const first = { ...asked.body, order: asked.question.order, limit: PAGE };
    return new Pages((cursor) => this.#service.ask("/v1/records/query", cursor ? { cursor } : first,
      { isFresh: isFresh && !cursor, signal: asked.stop.signal }));
  }

  #show(asked, page, fresh = new Set()) {
    asked.page = page;
    this.list.element.classList.remove("waiting");
    this.list.show(asked.pages, asked.question.zone, fresh);
    for (const row of page.entries.keys()) if (row < 40) this.suggestions.learn(page.entries[row]);
    this.#tellScope(page.scope);
    this.#tellOrigin();
    this.#tellStop(page.stopReason);
    const searched = { startDate: page.range?.get("start"), endDate: page.range?.get("end") };
    this.overview.show(this.#service, asked.body, asked.question.zone, searched);
    document.title = title(asked.question);
  }

  /** Says what is wrong: at the place of each part that is, and above the records for all else. */
  #fail(problem, retry = () => this.list.readOn()) {
    if (problem.name === "AbortError") return;
    if (!(problem instanceof Problem)) throw problem;
    this.list.element.classList.remove("waiting");
    if (problem.status === 401) {
      settings.key.forget();
      this.#service = null;
      this.#asked = null;
      this.#closeView();
      this.#askForKey("This key is not accepted (any more): it is not known, it has expired, or it was revoked. Which of them is told to nobody. " +
        "Your question stays in the address; an operator can make another key.");
      return;
    }
    const elsewhere = problem.errors.filter((each) => !this.#faultAtPlace(each));
    if (problem.errors.length === 0 || elsewhere.length > 0) {
      byId("notice").replaceChildren(problemBox(Object.assign(problem, { errors: elsewhere }), retry));
    }
    if (!this.#asked?.page) {
      this.list.clear();
      this.overview.clear("Nothing was counted.");
      this.origin.textContent = "Nothing was read.";
    }
  }

  #faultAtPlace({ parameter, detail }) {
    const part = questions.partOf(parameter);
    if (!part) return false;
    this.form.fault(part, `It ${detail}.`);
    return true;
  }

  #refuse(text) {
    this.#asked?.stop.abort();
    this.#asked = null;
    this.list.clear();
    this.overview.clear();
    byId("notice").replaceChildren(notice(text));
    this.origin.textContent = "";
  }

  // -- Seeing ---------------------------------------------------------------------------------------------------------

  #makeResults() {
    this.title = make("h2", { id: "results-title" }, "Records");
    this.origin = make("p", { class: "hint" });
    this.fresh = button("Read now", () => this.#run(false, true), { class: "quiet" });
    this.followButton = button("Follow", () => this.#toggleFollow(), { "aria-pressed": "false", class: "quiet" });
    const save = button("Save question", () => this.#save(), { class: "quiet" });
    this.saved = make("details", { class: "menu" });
    this.news = make("p", { class: "news", role: "status" });
    byId("results").append(
      make("div", { class: "head" }, make("div", { class: "row" }, this.title, this.origin, this.fresh),
        make("div", { class: "row" }, this.followButton, button("Take along", () => this.#take(), { class: "quiet" }), save, this.saved)),
      this.news, this.list.element);
    this.#drawSaved();
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault();
      this.list.focus();
    });
  }

  #total(total, isWhole) {
    this.#asked.total = isWhole ? total : null;
    this.title.textContent = counted(total, "record");
  }

  #tellOrigin() {
    const { page, question } = this.#asked ?? {};
    if (!page) return;
    const range = ["start", "end"].map((side) => page.range?.get(side));
    const [start, end] = range.map((text) => text && onClock(Date.parse(text), question.zone).replace("T", " "));
    const searched = start || end ? `${start ? `from ${start}` : ""}${end ? ` to before ${end}` : ""}, ${question.zone}. ` : "";
    this.origin.textContent = `${searched.charAt(0).toUpperCase()}${searched.slice(1)}${originText(page.origin)}`;
    this.origin.classList.toggle("error", page.origin.isStale);
  }

  #tellStop(reason) {
    const text = stopText[reason];
    if (text) byId("notice").replaceChildren(notice(text));
  }

  #tellScope(scope) {
    const systems = scope?.get("systems") ?? [];
    byId("scope").hidden = false;
    byId("scope").textContent = systems.includes("*") ? "This key sees all systems"
      : `This key sees ${systems.slice(0, 4).map(plain).join(", ")}${systems.length > 4 ? ` and ${systems.length - 4} more` : ""}`;
    byId("scope").title = systems.map(plain).join("\n");
  }

  #tellChanged() {
    byId("notice").replaceChildren(notice("Records arrived late in what you have scrolled past. From there on the list was read anew."));
  }

  // -- One record -----------------------------------------------------------------------------------------------------

  /** Shows a record beside the list. */
  open(entry, row) {
    const wasOpen = this.record.isOpen;
    this.#record = entry.id;
    this.#row = row;
    this.#writeAddress(!wasOpen);
    // What opens beside the list makes all above it narrower, and higher.
    this.list.keepPlace(row, () => this.record.show(entry, this.#question.zone));
    this.list.opened = entry.id;
    this.suggestions.learn(entry);
    if (!wasOpen) byId("record").focus({ preventScroll: true });
  }

  /** A record of the address: it need not be on the list. */
  async #openById(id) {
    this.#record = id;
    try {
      const { text } = await this.#service.ask(`/v1/records/${encodeURIComponent(id)}`);
      if (this.#record !== id) return;
      this.record.show(new Entry(text), this.#question.zone, { canStep: false });
      this.list.opened = id;
    } catch (problem) {
      this.#record = "";
      this.#fail(problem, () => this.#openById(id));
    }
  }

  close() {
    this.list.keepPlace(this.#row, () => this.#closeView());
    this.#writeAddress(false);
    this.list.focus();
  }

  #closeView() {
    this.#record = "";
    this.record.close();
    this.list.opened = null;
  }

  // -- Following ------------------------------------------------------------------------------------------------------

  #toggleFollow() {
    if (this.follow.isOn) this.follow.stop();
    else this.follow.start();
    this.#tellFollowing();
  }

  #tellFollowing() {
    this.followButton?.setAttribute("aria-pressed", String(this.follow.isOn));
    if (this.news) this.news.textContent = this.follow.isOn ? "Following: new records appear at the top." : "";
  }

  /** Asks the question again. While somebody reads, what is new waits for a word of theirs. */
  async #look(signal) {
    const before = this.#asked;
    const asked = { ...before, body: questions.body(before.question, Date.now()), stop: new AbortController() };
    signal.addEventListener("abort", () => asked.stop.abort(), { once: true });
    asked.pages = this.#pages(asked, true);
    try {
      const page = await asked.pages.readOn();
      if (signal.aborted || this.#asked !== before) return;
      const known = new Set(before.page.entries.map((entry) => entry.id));
      const fresh = new Set(page.entries.filter((entry) => !known.has(entry.id)).map((entry) => entry.id));
      if (fresh.size > 0) this.#offer(asked, page, fresh);
      else this.#tellFollowing();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      if (problem.status === 401) this.#fail(problem);
      else this.news.textContent = `Following, but the last look failed: ${problem.message}`;
    }
  }

  #offer(asked, page, fresh) {
    const show = () => {
      this.#asked = asked;
      this.#show(asked, page, fresh);
      this.#tellFollowing();
    };
    const isReading = this.record.isOpen || byId("list").getBoundingClientRect().top < 0;
    if (!isReading) return show();
    const many = `${counted(fresh.size, "new record")}${fresh.size === PAGE ? " and more" : ""}`;
    this.news.replaceChildren(`Paused while you read. ${many}. `, button("Show", show));
  }

  // -- Taking along, saved questions, settings ------------------------------------------------------------------------

  #take() {
    if (this.#asked) this.taking.open(this.#service, this.#asked.body, this.#asked.question.order, this.#asked.total);
  }

  #save() {
    settings.saved.add(title(this.#question).replace(" · audit-query", ""), questions.write(this.#question));
    this.#drawSaved();
    this.saved.open = true;
  }

  #drawSaved() {
    const all = settings.saved.all();
    this.saved.hidden = all.length === 0;
    this.saved.replaceChildren(make("summary", {}, `Saved (${all.length})`), make("ul", {}, all.map(({ name, address }) => make("li", {},
      make("a", { href: `#${address}` }, plain(name)),
      button("×", () => (settings.saved.remove(name), this.#drawSaved()), { class: "quiet", "aria-label": `Remove: ${plain(name)}` })))));
  }

  #makeSettings() {
    const own = ownZone();
    const zones = [...new Set([own, ...allZones()])];
    byId("zone").append(...zones.map((name) => make("option", { value: name }, name === own ? `${name} (yours)` : name)));
    byId("zone").addEventListener("change", () => this.#service && this.#change({ zone: byId("zone").value }));
    settings.look.apply();
    byId("look").value = settings.look.get();
    byId("look").addEventListener("change", () => settings.look.set(byId("look").value));
    byId("forget").addEventListener("click", () => {
      settings.key.forget();
      location.reload();
    });
    byId("entry-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const key = byId("key").value.trim();
      // What no header can have was never a key.
      if (!/^[!-~]{1,256}$/.test(key)) {
        this.#askForKey("This is no key: one is a word of letters, digits, - and _.");
        return;
      }
      settings.key.set(key);
      this.#enter(key);
    });
  }
}

/** A value as somebody would type it into the form. */
const literal = (value) => (value instanceof Digits ? value.text : typed(value));

/** A question in a few words, for the window's title and for those that are saved. */
function title({ user, system, resource, text, filter, range, from, to }) {
  const parts = [user, system, resource, text && `“${text}”`, filter, range === "from-to" ? `${from}…${to}` : range].filter(Boolean);
  return `${cut(parts.map(plain).join(", "), 90)} · audit-query`;
}

new Console().start();
