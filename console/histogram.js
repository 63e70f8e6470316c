// When: a bar an hour, a day or a month, of what the question finds. A drag over bars, or a click on one, asks for their time.
import { button, make, makeSVG } from "./element.js";
import { count, counted, cut, plain, shown } from "./text.js";
import { onClock, readClock } from "./zone.js";

const HOUR = 3_600_000;
const UNITS = { hour: 13, day: 10, month: 7 };
/** Bars at most, before the next unit is taken. */
const BARS = 150;

/** How an outcome is coloured; its word stands beside it always. */
export function tone(outcome) {
  if (!outcome) return "none";
  if (/^(success|succeeded|ok|allow|allowed|permit|granted|completed|200)/i.test(outcome)) return "good";
  return /fail|den|error|refus|reject|forbid|block|unauth|invalid|40[13]/i.test(outcome) ? "bad" : "other";
}

/** The unit that a range is counted by. An open range is of months. */
export function unitOf(range, now) {
  const start = range.startDate ? Date.parse(range.startDate) : NaN;
  const hours = ((range.endDate ? Date.parse(range.endDate) : now) - start) / HOUR;
  if (hours <= BARS) return "hour";
  return hours <= BARS * 24 ? "day" : "month";
}

/** The instant at which a group's time begins, of "2024-01-31T10", "2024-01-31" or "2024-01": all in UTC. */
const begin = (text) => readClock(text.length === 13 ? `${text}:00` : text.padEnd(10, "-01"));

/** The group's time behind one. */
function after(text) {
  const date = new Date(begin(text));
  if (text.length === 7) date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setTime(date.getTime() + (text.length === 13 ? HOUR : 24 * HOUR));
  return date.toISOString().slice(0, text.length);
}

/**
 * Bars of groups, with those in which nothing is.
 *
 * @param {{by: Array, count: number}[]} groups  by time, and by outcome where there are two
 * @param {{start: string|null, end: string|null}} range  what was searched; an open side begins or ends with the first or last group
 */
export function bars(groups, unit, range) {
  const byTime = new Map();
  for (const { by: [time, outcome], count: number } of groups) {
    const bar = byTime.get(time) ?? { time, count: 0, outcomes: new Map() };
    bar.count += number;
    bar.outcomes.set(outcome ?? null, (bar.outcomes.get(outcome ?? null) ?? 0) + number);
    byTime.set(time, bar);
  }
  const times = [...byTime.keys()].sort();
  const first = range.start ? range.start.slice(0, UNITS[unit]) : times[0];
  const end = range.end ? new Date(Date.parse(range.end) - 1).toISOString().slice(0, UNITS[unit]) : times.at(-1);
  const found = [];
  for (let time = first; time !== undefined && time <= end && found.length < 2000; time = after(time)) {
    found.push(byTime.get(time) ?? { time, count: 0, outcomes: new Map() });
  }
  return found;
}

const ORDER = ["good", "other", "none", "bad"];

export class Histogram {
  #bars = [];
  #drag = null;

  /**
   * @param {HTMLElement} element
   * @param {{onZoom: (start: number, end: number) => void, onOutcome: (outcome: string) => void}} handlers
   */
  constructor(element, handlers) {
    this.handlers = handlers;
    this.title = make("h2", { id: "histogram-title" }, "When");
    this.hint = make("p", { class: "hint", "aria-live": "off" });
    this.chart = make("div", { class: "chart" });
    this.axis = make("div", { class: "axis", "aria-hidden": "true" });
    this.legend = make("ul", { class: "legend" });
    this.table = make("details", { class: "as-table" }, make("summary", {}, "As a table"));
    element.append(make("div", { class: "head" }, this.title, this.hint), this.chart, this.axis, make("div", { class: "head" }, this.legend, this.table));
    this.table.addEventListener("toggle", () => this.#drawTable());
  }

  /** Shows that it is counted anew. */
  wait() {
    this.chart.classList.add("waiting");
  }

  /** Shows that there is nothing to show, and why. */
  fail(text) {
    this.#bars = [];
    this.chart.classList.remove("waiting");
    this.hint.textContent = text;
    for (const each of [this.chart, this.axis, this.legend]) each.replaceChildren();
    this.table.hidden = true;
  }

  /** @param {{bars: Object[], unit: string, zone: string, total: number, isWhole: boolean}} counted */
  show({ bars: found, unit, zone, total, isWhole }) {
    Object.assign(this, { unit, zone });
    this.#bars = found;
    this.chart.classList.remove("waiting");
    this.table.hidden = found.length === 0;
    const places = unit === "hour" ? "" : " of UTC";
    this.title.textContent = `When, ${unit === "hour" ? "by the hour" : unit === "day" ? "by the day" : "by the month"}`;
    this.hintText = `${counted(total, "record")}${isWhole ? "" : " so far"}${places && `, ${unit}s${places}`}. Drag to zoom.`;
    this.hint.textContent = this.hintText;
    this.#draw();
    this.#drawLegend();
    this.#drawTable();
  }

  #draw() {
    const highest = Math.max(1, ...this.#bars.map((bar) => bar.count));
    const svg = makeSVG("svg", {
      viewBox: `0 0 ${Math.max(1, this.#bars.length)} 100`, preserveAspectRatio: "none", role: "img",
      "aria-label": `Records over time: ${this.hintText} The table below has the same numbers.`,
    }, this.#bars.map((bar, index) => this.#bar(bar, index, highest)));
    this.selection = makeSVG("rect", { class: "selection", y: 0, height: 100, width: 0 });
    svg.append(this.selection);
    svg.addEventListener("pointerdown", (event) => this.#down(event, svg));
    svg.addEventListener("pointermove", (event) => this.#move(event, svg));
    svg.addEventListener("pointerup", () => this.#up());
    svg.addEventListener("pointercancel", () => this.#cancel());
    svg.addEventListener("pointerleave", () => this.#drag === null && (this.hint.textContent = this.hintText));
    this.chart.replaceChildren(svg, make("span", { class: "highest", "aria-hidden": "true" }, this.#bars.length > 0 ? count(highest) : ""));
    const labels = this.#bars.length === 0 ? [] : [0, 0.25, 0.5, 0.75].map((share) => this.#bars[Math.floor(share * this.#bars.length)]);
    this.axis.replaceChildren(...[...new Set(labels)].map((bar) => make("span", {}, this.#label(bar, true))));
  }

  #bar(bar, index, highest) {
    const parts = new Map(ORDER.map((name) => [name, 0]));
    for (const [outcome, number] of bar.outcomes) {
      const name = this.isSplit(bar) ? tone(outcome) : "all";
      parts.set(name, (parts.get(name) ?? 0) + number);
    }
    let bottom = 100;
    const rects = [...parts].filter(([, number]) => number > 0).map(([name, number]) => {
      // What is there is seen, however little it is.
      const height = Math.max(1.2, (number / highest) * 96);
      bottom -= height;
      return makeSVG("rect", { x: index + 0.08, width: 0.84, y: bottom, height, "data-tone": name });
    });
    return makeSVG("g", {}, rects);
  }

  /** Whether outcomes were counted apart. */
  isSplit(bar) {
    return bar.outcomes.size > 1 || !bar.outcomes.has(null);
  }

  #label(bar, isShort = false) {
    if (this.unit !== "hour") return bar.time;
    const text = onClock(begin(bar.time), this.zone).replace("T", " ").slice(0, 16);
    return isShort ? text.slice(5) : text;
  }

  #describe(bar) {
    const outcomes = this.isSplit(bar) ? [...bar.outcomes].map(([outcome, number]) => `${plain(String(outcome ?? "no outcome"))} ${count(number)}`) : [];
    return `${this.#label(bar)}: ${counted(bar.count, "record")}${outcomes.length > 0 ? ` (${outcomes.join(", ")})` : ""}`;
  }

  #at(event, svg) {
    const { left, width } = svg.getBoundingClientRect();
    return Math.max(0, Math.min(this.#bars.length - 1, Math.floor(((event.clientX - left) / width) * this.#bars.length)));
  }

  #down(event, svg) {
    if (this.#bars.length === 0 || event.button !== 0) return;
    this.#drag = { from: this.#at(event, svg), to: this.#at(event, svg) };
    svg.setPointerCapture(event.pointerId);
    this.#mark();
  }

  #move(event, svg) {
    const index = this.#at(event, svg);
    const bar = this.#bars[index];
    if (!bar) return;
    this.hint.textContent = this.#describe(bar);
    if (this.#drag === null) return;
    this.#drag.to = index;
    this.#mark();
  }

  #mark() {
    const [from, to] = [this.#drag.from, this.#drag.to].sort((one, other) => one - other);
    this.selection.setAttribute("x", from);
    this.selection.setAttribute("width", to - from + 1);
  }

  #up() {
    if (this.#drag === null) return;
    const [from, to] = [this.#drag.from, this.#drag.to].sort((one, other) => one - other);
    this.#cancel();
    this.#zoom(this.#bars[from], this.#bars[to]);
  }

  #cancel() {
    this.#drag = null;
    this.selection.setAttribute("width", 0);
  }

  #zoom(first, last) {
    this.handlers.onZoom(begin(first.time), begin(after(last.time)));
  }

  #drawLegend() {
    const sums = new Map();
    for (const bar of this.#bars.filter((each) => this.isSplit(each))) {
      for (const [outcome, number] of bar.outcomes) sums.set(outcome, (sums.get(outcome) ?? 0) + number);
    }
    const sorted = [...sums].sort((one, other) => other[1] - one[1]).slice(0, 8);
    this.legend.replaceChildren(...sorted.map(([outcome, number]) => make("li", { "data-tone": tone(typeof outcome === "string" ? outcome : "") },
      outcome === null || typeof outcome !== "string" ? `no outcome ${count(number)}`
        : make("button", { type: "button", class: "link", title: "Only these", on: { click: () => this.handlers.onOutcome(outcome) } },
          shown(cut(outcome, 40)), ` ${count(number)}`))));
  }

  #drawTable() {
    this.table.querySelector("table")?.remove();
    if (!this.table.open) return;
    const rows = this.#bars.map((bar) => make("tr", {}, make("td", {}, this.#describe(bar)),
      make("td", {}, button("Zoom", () => this.#zoom(bar, bar), { class: "quiet", "aria-label": `Zoom to ${this.#label(bar)}` }))));
    this.table.append(make("table", {}, make("caption", { class: "unseen" }, "Records over time"),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Time and records"), make("th", { scope: "col" }, "Zoom"))), make("tbody", {}, rows)));
  }
}
