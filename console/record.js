// One record whole: as readable JSON, in which each value leads to a question.
import { button, make } from "./element.js";
import { pathOf } from "./filter.js";
import { Digits } from "./json.js";
import { proving } from "./proving.js";
import { cut, plain, shown } from "./text.js";
import { offsetText, timeOf } from "./zone.js";

/** Characters of a string, and members or elements, before somebody has to ask for more. */
const LONG = 1500;
const MANY = 200;
/** Levels that are opened; what is deeper is one text. Stored records have 32. */
const DEEP = 100;
/** Bytes of a filter. */
const FILTER = 4096;

const FIELDS = ["auditId", "timestamp", "systemId", "userId", "resourceId"];

export class RecordView {
  /**
   * @param {HTMLElement} element
   * @param {{onClose: Function, onStep: Function, onOnly: Function, onNot: Function, onAround: Function, onAll: Function, link: Function,
   *     prove: Function}} handlers
   */
  constructor(element, handlers) {
    this.element = element;
    this.handlers = handlers;
    element.addEventListener("keydown", (event) => event.key === "Escape" && handlers.onClose());
  }

  get isOpen() {
    return !this.element.hidden;
  }

  close() {
    this.element.hidden = true;
    this.element.replaceChildren();
    document.body.classList.remove("reading");
  }

  /** @param {import("./pages.js").Entry} entry */
  show(entry, zone, { canStep = true } = {}) {
    const instant = Date.parse(entry.timestamp.toUpperCase());
    this.element.replaceChildren(
      make("div", { class: "head sticky" },
        make("h2", { id: "record-title" }, "Record"),
        make("div", { class: "row" },
          canStep && button("↑", () => this.handlers.onStep(-1), { class: "quiet", "aria-label": "The record above" }),
          canStep && button("↓", () => this.handlers.onStep(1), { class: "quiet", "aria-label": "The record below" }),
          button("Close", this.handlers.onClose, { class: "quiet" }))),
      make("p", { class: "moment" }, make("strong", {}, timeOf(entry.timestamp, zone)), ` ${Number.isNaN(instant) ? "" : offsetText(instant, zone)}`),
      make("p", { class: "hint" }, "Stored as ", shown(entry.timestamp)),
      this.#leads(entry),
      make("pre", { class: "json", tabindex: "0", "aria-label": "The record as JSON" }, this.#json(entry)),
      make("p", { class: "row" }, this.#copy("Copy as JSON", () => entry.raw), this.#copy("Copy its link", () => this.handlers.link(entry))),
      proving(entry, this.handlers.prove));
    this.element.hidden = false;
    document.body.classList.add("reading");
  }

  /** What else there is of the same person, thing, address and time. */
  #leads(entry) {
    const lead = (text, listener) => make("li", {}, button(text, listener, { class: "lead" }));
    return make("ul", { class: "leads", "aria-label": "Go on from here" },
      lead("Around this time", () => this.handlers.onAround(entry)),
      lead("Everything of this user", () => this.handlers.onAll({ user: entry.userId })),
      lead("Everything of this resource", () => this.handlers.onAll({ resource: entry.resourceId })),
      typeof entry.sourceIp === "string" && entry.sourceIp && lead("Everything of this address",
        () => this.handlers.onAll({ filter: `sourceIp eq ${JSON.stringify(entry.sourceIp)}` })));
  }

  #copy(text, content) {
    const element = button(text, async () => {
      try {
        await navigator.clipboard.writeText(content());
        element.textContent = "Copied";
      } catch {
        element.textContent = "The browser does not allow it";
      }
    }, { class: "quiet" });
    return element;
  }

  #json(entry) {
    const value = entry.value;
    const members = [];
    for (const name of FIELDS) members.push([name, value.get(name), [name]]);
    for (const [name, each] of value.get("attributes") ?? []) members.push([name, each, [name]]);
    return [punctuation("{\n"), ...this.#members(members, 1), punctuation("}")];
  }

  #members(members, depth) {
    return this.#many(members, depth, ([name, value, path], comma) => this.#line(value, path, depth, comma, name));
  }

  #many(all, depth, draw) {
    const some = all.slice(0, MANY).map((each, index) => draw(each, index < all.length - 1 ? "," : ""));
    if (all.length <= MANY) return some;
    const more = make("span", {}, indent(depth), button(`${all.length - MANY} more`, () => {
      more.replaceWith(...all.slice(MANY).map((each, index) => draw(each, index + MANY < all.length - 1 ? "," : "")));
    }, { class: "quiet" }), "\n");
    return [...some, more];
  }

  /** A line, or the lines of an object or array. */
  #line(value, path, depth, comma, name) {
    const begin = [indent(depth), name === undefined ? null : [make("span", { class: "name" }, shown(JSON.stringify(name))), ": "]];
    const isObject = value instanceof Map;
    if ((isObject || Array.isArray(value)) && depth < DEEP) {
      const [open, close] = isObject ? "{}" : "[]";
      const children = isObject ? [...value].map(([key, each]) => [key, each, [...path, key]]) : value;
      if (children.length === 0) return make("span", { class: "line" }, begin, `${open}${close}${comma}\n`);
      // Brackets of an array add nothing to a path: in a filter it stands for each of its elements.
      const inside = isObject ? this.#members(children, depth + 1)
        : this.#many(children, depth + 1, (each, end) => this.#line(each, path, depth + 1, end));
      return make("span", {}, make("span", { class: "line" }, begin, `${open}\n`), inside,
        make("span", { class: "line" }, indent(depth), `${close}${comma}\n`));
    }
    return make("span", { class: "line" }, begin, scalar(value), comma, this.#actions(value, path), "\n");
  }

  /** "Only these" and "not these", where a filter can say it. */
  #actions(value, path) {
    const literal = value instanceof Digits ? value.text : JSON.stringify(value);
    const name = pathOf(path);
    if (value instanceof Map || Array.isArray(value) || new TextEncoder().encode(name + literal).length > FILTER - 100) return null;
    const label = `${plain(name)} ${plain(String(value?.text ?? value))}`;
    if (name === "timestamp") return null;
    return make("span", { class: "actions" },
      button("=", () => this.handlers.onOnly(name, value), { "aria-label": `Only ${label}`, title: "Only these" }),
      button("≠", () => this.handlers.onNot(name, value), { "aria-label": `Not ${label}`, title: "Not these" }));
  }
}

const indent = (depth) => "  ".repeat(Math.min(depth, 20));
const punctuation = (text) => make("span", { class: "line" }, text);

function scalar(value) {
  if (value instanceof Digits) return make("span", { class: "number" }, value.text);
  if (typeof value === "string") return string(value);
  if (value instanceof Map || Array.isArray(value)) return make("span", { class: "hint" }, "deeper than is shown: copy the record as JSON");
  return make("span", { class: "word" }, String(value));
}

function string(value) {
  const element = make("span", { class: "string" });
  const draw = (text) => element.replaceChildren(shown(JSON.stringify(text)));
  draw(cut(value, LONG));
  if (value.length <= LONG) return element;
  const more = button(`${value.length - LONG} characters more`, () => {
    draw(value);
    more.remove();
  }, { class: "quiet" });
  return [element, more];
}
