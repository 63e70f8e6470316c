// The form of a question.
import { combobox } from "./combobox.js";
import { button, make } from "./element.js";
import { and, COMPARISONS, condition, conditions, inWords, without } from "./filter.js";
import { dates, fields, isMoment, RANGES } from "./range.js";
import { shown } from "./text.js";

export class QuestionForm {
  #question;
  #faults = new Map();

  /**
   * @param {HTMLFormElement} element
   * @param {{onAsk: (question: Object) => void, names: Function, paths: Function, values: Function}} handlers  the last three suggest: names
   *     of a kind, attributes' paths, and values at a path
   */
  constructor(element, handlers) {
    this.element = element;
    this.handlers = handlers;
    const ask = () => this.#ask();
    this.user = make("input", { id: "user", placeholder: "anybody" });
    this.system = make("input", { id: "system", placeholder: "all systems" });
    this.resource = make("input", { id: "resource", placeholder: "anything" });
    this.text = make("input", { id: "text", placeholder: "words of 3 letters and more", autocomplete: "off" });
    this.range = make("select", { id: "range", on: { change: () => this.#rangeChanged() } },
      [...RANGES].map(([value, name]) => make("option", { value }, name)));
    this.order = make("select", { id: "order", on: { change: ask } },
      make("option", { value: "desc" }, "Newest first"), make("option", { value: "asc" }, "Oldest first"));
    this.moments = make("div", { class: "moments", hidden: true }, this.#moment("from", "From"), this.#moment("to", "Through"));
    element.append(
      make("div", { class: "fields" },
        this.#field("user", "Who", combobox(this.user, (text, signal) => handlers.names("user", text, signal), ask)),
        this.#field("system", "System", combobox(this.system, (text, signal) => handlers.names("system", text, signal), ask)),
        this.#field("resource", "Resource", combobox(this.resource, (text, signal) => handlers.names("resource", text, signal), ask)),
        this.#field("text", "Words in it", this.text)),
      make("div", { class: "when" },
        this.#field("range", "When", this.range), this.moments, this.#field("order", "Order", this.order),
        make("div", { class: "asking" }, make("button", { class: "primary" }, "Ask"), button("Clear", () => handlers.onAsk(null), { class: "quiet" }))),
      this.#conditions());
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask();
    });
  }

  #field(part, name, ...controls) {
    const fault = make("p", { class: "error", id: `${part}-error` });
    this.#faults.set(part, fault);
    for (const control of controls.map((each) => (each.matches("input, select, textarea") ? each : each.querySelector("input"))).filter(Boolean)) {
      control.setAttribute("aria-describedby", fault.id);
    }
    return make("div", { class: `field ${part}` }, make("label", { for: part }, name), controls, fault);
  }

  /** A day, with the browser's calendar, and a time of it that may be left out. */
  #moment(part, name) {
    const edited = () => { this[part].isEdited = true; };
    const date = make("input", { id: part, type: "date", max: "9999-12-31", on: { input: edited } });
    const time = make("input", { id: `${part}-time`, type: "time", step: "1", "aria-label": `${name}: time`, on: { input: edited } });
    this[part] = { date, time, isEdited: false };
    return this.#field(part, name, make("div", { class: "row" }, date, time));
  }

  #conditions() {
    this.chips = make("ul", { class: "chips", "aria-label": "Conditions" });
    this.filter = make("textarea", { id: "filter", rows: "2", spellcheck: "false", placeholder: 'outcome eq "denied" and not (action sw "List")',
      on: { input: () => this.#drawChips() } });
    this.path = make("input", { id: "path", placeholder: "attribute" });
    this.comparison = make("select", { id: "comparison", on: { change: () => this.#comparisonChanged() } },
      [...COMPARISONS].map(([value, name]) => make("option", { value }, name)));
    this.value = make("input", { id: "value", placeholder: "value" });
    for (const input of [this.path, this.value]) {
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.defaultPrevented || input.getAttribute("aria-expanded") === "true") return;
        event.preventDefault();
        this.#addCondition();
      });
    }
    this.valueBox = combobox(this.value, (text, signal) => this.handlers.values(this.path.value.trim(), text, signal), () => this.#addCondition());
    const builder = make("div", { class: "builder", role: "group", "aria-label": "A condition more" },
      make("label", { for: "path", class: "unseen" }, "Attribute"), combobox(this.path, this.handlers.paths),
      make("label", { for: "comparison", class: "unseen" }, "Comparison"), this.comparison,
      make("label", { for: "value", class: "unseen" }, "Value"), this.valueBox,
      button("Add", () => this.#addCondition()));
    // Open where there is room for it, and wherever there are some.
    this.more = make("details", { class: "more", open: matchMedia("(min-width: 761px)").matches }, make("summary", {}, "Conditions"),
      make("div", { class: "conditions" },
        make("div", {}, make("p", { class: "label" }, "An attribute, how it compares, and with what"), this.chips, builder),
        this.#field("filter", "As a filter's text", this.filter)));
    return this.more;
  }

  #comparisonChanged() {
    this.valueBox.hidden = this.comparison.value === "pr";
  }

  #addCondition() {
    const path = this.path.value.trim();
    const isThere = this.comparison.value === "pr";
    if (!path || (!isThere && this.value.value === "")) {
      (path ? this.value : this.path).focus();
      return;
    }
    this.filter.value = and(this.filter.value, condition(path, this.comparison.value, this.value.value));
    this.path.value = "";
    this.value.value = "";
    this.#ask();
  }

  #drawChips() {
    const found = conditions(this.filter.value);
    const chips = (found ?? []).map((text, index) => make("li", {}, shown(inWords(text)),
      button("×", () => this.#removeCondition(index), { "aria-label": `Remove: ${inWords(text)}`, title: "Remove" })));
    this.chips.replaceChildren(...chips);
  }

  #removeCondition(index) {
    this.filter.value = without(this.filter.value, index);
    this.#ask();
  }

  #rangeChanged() {
    const isFromTo = this.range.value === "from-to";
    // What was searched is where to begin from.
    if (isFromTo && !this.#question.from && !this.#question.to) {
      const { startDate = "", endDate = "" } = dates(this.#question, Date.now());
      Object.assign(this.#question, { from: startDate, to: endDate });
      this.#showMoments();
    }
    this.moments.hidden = !isFromTo;
    if (!isFromTo) this.#ask();
  }

  #showMoments() {
    for (const part of ["from", "to"]) {
      const { date = "", time = "" } = this.#question[part] ? fields(this.#question[part], this.#question.zone) : {};
      this[part].date.value = date;
      this[part].time.value = time;
      this[part].isEdited = false;
    }
  }

  /** Shows a question. */
  show(question) {
    this.#question = { ...question };
    for (const part of ["user", "system", "resource", "text", "filter", "range", "order"]) this[part].value = question[part];
    this.moments.hidden = question.range !== "from-to";
    if (question.filter) this.more.open = true;
    this.#showMoments();
    this.#drawChips();
    this.clearFaults();
  }

  /** The question as the form has it. */
  read() {
    const question = { ...this.#question };
    for (const part of ["user", "system", "resource", "filter", "range", "order"]) question[part] = this[part].value;
    question.text = this.text.value.trim();
    question.filter = question.filter.trim();
    for (const part of ["from", "to"]) if (this[part].isEdited) question[part] = moment(this[part]);
    return question;
  }

  #ask() {
    const question = this.read();
    this.clearFaults();
    let isRight = true;
    for (const part of question.range === "from-to" ? ["from", "to"] : []) {
      const isHalf = this[part].date.value === "" && this[part].time.value !== "";
      if (isHalf || (question[part] && !isMoment(question[part]))) {
        this.fault(part, isHalf ? "A time needs its day." : "This is no day.");
        isRight = false;
      }
    }
    if (isRight) this.handlers.onAsk(question);
  }

  clearFaults() {
    for (const [part, fault] of this.#faults) {
      fault.textContent = "";
      this.#control(part)?.removeAttribute("aria-invalid");
    }
  }

  #control(part) {
    return this.element.querySelector(`#${part}`);
  }

  /** Says what is wrong with a part, at its place. */
  fault(part, text) {
    const isFirst = [...this.#faults.values()].every((fault) => fault.textContent === "");
    if (part === "filter") this.more.open = true;
    if (part === "from" || part === "to") this.moments.hidden = false;
    this.#faults.get(part).textContent = text;
    const control = this.#control(part);
    control.setAttribute("aria-invalid", "true");
    if (isFirst) control.focus({ preventScroll: true });
    const place = part === "filter" && /character (\d+)/.exec(text);
    if (place) this.#select(Number(place[1]));
  }

  /** Marks the place in the filter that the service names: characters are code points there. */
  #select(character) {
    const before = [...this.filter.value].slice(0, character - 1).join("").length;
    this.filter.setSelectionRange(before, this.filter.value.length);
  }
}

/** A moment of its two fields; the seconds are stated, so that the end is through that very second. */
function moment({ date, time }) {
  if (!date.value) return "";
  if (!time.value) return date.value;
  return `${date.value}T${time.value.length === 5 ? `${time.value}:00` : time.value.slice(0, 8)}`;
}
