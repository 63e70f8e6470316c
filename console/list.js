// The list: as many rows as a screen has, whatever the number of records. The page's own scroll bar moves through all of them.
import { button, make } from "./element.js";
import { cell, counted } from "./text.js";
import { timeOf } from "./zone.js";
import { tone } from "./histogram.js";

/** A row's height in pixels, as style.css has it, on wide pages and on narrow ones. */
const HEIGHT = { wide: 36, narrow: 92 };
/** Rows that are ready above and below what is seen. */
const SPARE = 8;
/** Browsers know no page that is higher than some 17 million pixels. */
const HIGHEST = 16_000_000;
/** Pages without an end that are read by themselves, where the service pauses. */
const PATIENCE = 20;

const NAMES = { time: "Time", user: "User", action: "Action", resource: "Resource", outcome: "Outcome", address: "Address", system: "System" };

export class RecordList {
  #rows = new Map();
  #pages = null;
  #zone = "UTC";
  #active = 0;
  #opened = null;
  #fresh = new Set();
  #isReading = false;
  #frame = 0;
  #spare = 0;

  /**
   * @param {{onOpen: (entry: Object, row: number) => void, onProblem: (problem: Error) => void, onChanged: () => void}} handlers
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.narrow = matchMedia("(max-width: 760px)");
    this.body = make("div", { role: "rowgroup", class: "rows" });
    this.grid = make("div", {
      id: "list", role: "grid", tabindex: "0", class: "list", "aria-label": "Records", "aria-rowcount": "-1",
      on: { keydown: (event) => this.#key(event), click: (event) => this.#click(event) },
    }, make("div", { role: "rowgroup", class: "names" }, make("div", { role: "row", "aria-rowindex": "1", class: "record-row" },
      Object.entries(NAMES).map(([name, text]) => make("span", { role: "columnheader", class: name }, text)))), this.body);
    this.end = make("p", { class: "end", role: "status" });
    this.element = make("div", {}, this.grid, this.end);
    for (const event of ["scroll", "resize"]) addEventListener(event, () => this.#soon(), { passive: true });
    this.narrow.addEventListener("change", () => this.redraw());
    addEventListener("beforeprint", () => this.#forPrint());
    addEventListener("afterprint", () => this.redraw());
  }

  /** Shows other records. @param {Set<string>} fresh  ids of those that are new */
  show(pages, zone, fresh = new Set()) {
    Object.assign(this, { quiet: 0 });
    this.#pages = pages;
    this.#zone = zone;
    this.#fresh = fresh;
    this.#active = 0;
    this.#isReading = false;
    this.grid.hidden = false;
    this.redraw();
  }

  clear() {
    this.#pages = null;
    this.grid.hidden = true;
    this.end.replaceChildren();
  }

  /** Which record is open, by its id. */
  set opened(id) {
    this.#opened = id;
    this.redraw();
  }

  /** Does what moves the list on the page, and has a row stay where it is seen. */
  keepPlace(row, change) {
    const top = () => this.body.getBoundingClientRect().top + row * this.#height;
    const before = top();
    change();
    if (!this.grid.hidden && before > 0 && before < innerHeight) scrollBy(0, top() - before);
    this.#draw();
  }

  /** Goes to a row and opens it. */
  async openRow(row) {
    if (row < 0 || row >= this.#pages.length) return;
    this.#moveTo(row);
    if (!this.#pages.at(row)) await this.#bring(row);
    const entry = this.#pages.at(row);
    if (entry) this.handlers.onOpen(entry, row);
  }

  focus() {
    this.grid.focus({ preventScroll: true });
  }

  /** Draws all rows anew. */
  redraw() {
    for (const element of this.#rows.values()) element.remove();
    this.#rows.clear();
    this.#draw();
  }

  get #height() {
    return this.narrow.matches ? HEIGHT.narrow : HEIGHT.wide;
  }

  get #length() {
    return Math.min(this.#pages?.length ?? 0, Math.floor(HIGHEST / this.#height));
  }

  #soon() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#spare);
    this.#frame = 0;
    if (!this.#pages) return;
    const height = this.#height;
    const length = this.#length;
    const above = -this.body.getBoundingClientRect().top;
    this.body.style.height = `${length * height}px`;
    const first = Math.max(0, Math.floor(above / height));
    const end = Math.min(length, Math.ceil((above + innerHeight) / height));
    const ready = [Math.max(0, first - SPARE), Math.min(length, end + SPARE)];
    this.#drawRows(first, end);
    this.#letGo(...ready);
    // A screen is as much as one frame has time for.
    this.#spare = setTimeout(() => this.#pages && this.#drawRows(...ready));
    this.#tellEnd();
    if (end >= length - 3 * SPARE) this.#readOn();
  }

  #drawRows(first, end) {
    for (let row = first; row < end; row += 1) {
      if (this.#rows.has(row)) continue;
      const element = this.#row(row);
      this.#rows.set(row, element);
      this.body.append(element);
    }
    this.#markActive();
    this.grid.setAttribute("aria-rowcount", this.#pages.isWhole ? String(this.#pages.length + 1) : "-1");
  }

  #letGo(first, end) {
    for (const [row, element] of this.#rows) {
      if (row >= first && row < end) continue;
      element.remove();
      this.#rows.delete(row);
    }
  }

  #row(row) {
    const entry = this.#pages.at(row);
    if (!entry) this.#bring(row);
    const element = make("div", {
      id: `row-${row}`, role: "row", class: "record-row", "aria-rowindex": String(row + 2),
      "aria-selected": String(Boolean(entry) && entry.id === this.#opened),
    }, entry ? cells(entry, this.#zone) : make("span", { role: "gridcell", class: "time" }, "…"));
    if (entry && this.#fresh.has(entry.id)) element.classList.add("fresh");
    element.style.transform = `translateY(${row * this.#height}px)`;
    return element;
  }

  /** Reads the page of a row that was let go. */
  async #bring(row) {
    const pages = this.#pages;
    try {
      const isSame = await pages.fetch(row);
      if (!isSame) this.handlers.onChanged();
    } catch (problem) {
      if (pages === this.#pages) this.handlers.onProblem(problem);
      return;
    }
    if (pages === this.#pages) this.redraw();
  }

  async #readOn() {
    const pages = this.#pages;
    if (this.#isReading || pages.isWhole || this.#length < pages.length || this.quiet >= PATIENCE) return;
    this.#isReading = true;
    this.#tellEnd();
    try {
      const page = await pages.readOn();
      if (pages !== this.#pages) return;
      this.quiet = page.entries.length > 0 ? 0 : this.quiet + 1;
    } catch (problem) {
      if (pages !== this.#pages) return;
      // Not again by itself, each time that somebody scrolls.
      this.quiet = PATIENCE;
      this.handlers.onProblem(problem);
    }
    this.#isReading = false;
    this.#draw();
  }

  /** What stands below the last row. */
  #tellEnd() {
    const { length, isWhole } = this.#pages;
    let parts = ["Reading on…"];
    if (this.#length < length) parts = ["No browser shows more on one page. Ask for a shorter time, or take the records along."];
    else if (isWhole) parts = [length === 0 ? "No record matches." : `That is all: ${counted(length, "record")}.`];
    else if (!this.#isReading && this.quiet >= PATIENCE) parts = ["This is not the end. ", button("Read on", () => this.readOn())];
    else if (this.#isReading && this.quiet > 0) parts = [`Searching: ${counted(length, "record")} so far…`];
    const text = parts.map((part) => part.textContent ?? part).join("");
    if (this.end.textContent !== text) this.end.replaceChildren(...parts);
  }

  /** Goes on where it stopped by itself. */
  readOn() {
    this.quiet = 0;
    this.#readOn();
  }

  #moveTo(row) {
    this.#active = Math.max(0, Math.min(row, this.#length - 1));
    const top = this.body.getBoundingClientRect().top + this.#active * this.#height;
    // The names of the columns stay above.
    if (top < 90) scrollBy(0, top - 90);
    else if (top + this.#height > innerHeight - 12) scrollBy(0, top + this.#height - innerHeight + 12);
    this.#draw();
  }

  #markActive() {
    for (const [row, element] of this.#rows) element.classList.toggle("active", row === this.#active);
    if (this.#rows.has(this.#active)) this.grid.setAttribute("aria-activedescendant", `row-${this.#active}`);
    else this.grid.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    const screen = Math.max(1, Math.floor(innerHeight / this.#height) - 4);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: screen, PageUp: -screen, Home: -Infinity, End: Infinity };
    if (event.key in steps) this.#moveTo(Math.min(Math.max(this.#active + steps[event.key], 0), this.#length - 1));
    else if (event.key === "Enter" || event.key === " ") this.openRow(this.#active);
    else return;
    event.preventDefault();
  }

  #click(event) {
    const element = event.target.closest("[id^=row-]");
    // Whoever marks a text to copy it opens nothing.
    if (element && !String(getSelection())) this.openRow(Number(element.id.slice(4)));
  }

  /** On paper there is no scrolling: the first thousand rows, and a line that says so. */
  #forPrint() {
    if (!this.#pages) return;
    this.#drawRows(0, Math.min(this.#length, 1000));
    this.body.style.height = "auto";
    if (this.#pages.length > 1000) this.end.replaceChildren(`The first 1,000 of the records that were read, ${counted(this.#pages.length, "record")}.`);
  }
}

/** The cells of a record. */
function cells(entry, zone) {
  const texts = {
    time: timeOf(entry.timestamp, zone), user: entry.userId, action: entry.action, resource: entry.resourceId, outcome: entry.outcome,
    address: entry.sourceIp, system: entry.systemId,
  };
  return Object.keys(NAMES).map((name) => make("span", { role: "gridcell", class: name, ...(name === "outcome" && { "data-tone": tone(entry.outcome) }) },
    cell(texts[name] ?? "")));
}
