// What is most frequent: the ten most frequent values of any attribute among what the question finds.
import { combobox } from "./combobox.js";
import { groupName } from "./count.js";
import { make } from "./element.js";
import { Digits } from "./json.js";
import { cell, count, plain } from "./text.js";

/** How many are listed. */
export const TEN = 10;

/** A group's value as somebody reads it. */
export const valueText = (value) => (value instanceof Digits ? value.text : value === null ? "nothing there" : String(value));

export class Top {
  /**
   * @param {{onChoose: (path: string) => void, onOnly: Function, onNot: Function, suggest: Function}} handlers  `onOnly` and `onNot` take
   *     the path and the value
   */
  constructor(element, handlers) {
    this.handlers = handlers;
    this.input = make("input", { id: "top-by", value: "action" });
    this.list = make("ol", { class: "top" });
    this.hint = make("p", { class: "hint" });
    const choose = () => this.input.value.trim() && handlers.onChoose(this.input.value.trim());
    const form = make("form", { class: "head", on: { submit: (event) => (event.preventDefault(), choose()) } },
      make("h2", { id: "top-title" }, make("label", { for: "top-by" }, "Most frequent")), combobox(this.input, handlers.suggest, choose));
    element.append(form, this.list, this.hint);
  }

  get path() {
    return this.input.value.trim();
  }

  wait() {
    this.list.classList.add("waiting");
  }

  fail(text) {
    this.list.classList.remove("waiting");
    this.list.replaceChildren();
    this.hint.textContent = text;
  }

  show({ groups, others, isWhole }, path) {
    const sorted = groups.toSorted((one, other) => other.count - one.count);
    const first = sorted.slice(0, TEN);
    const rest = others + sorted.slice(TEN).reduce((sum, group) => sum + group.count, 0);
    this.list.classList.remove("waiting");
    this.list.replaceChildren(...first.map((group) => this.#item(group, first[0].count, path)));
    const parts = [rest > 0 && `${count(rest)} others.`, !isWhole && "Still counting.", first.length === 0 && "Nothing to count."];
    this.hint.textContent = parts.filter(Boolean).join(" ");
  }

  #item({ by: [value], count: number }, most, path) {
    const text = valueText(value);
    const bar = make("span", { class: "share", "aria-hidden": "true" });
    bar.style.width = `${(number / most) * 100}%`;
    const isNothing = value === null;
    return make("li", { "data-value": groupName(value) }, bar,
      isNothing ? make("span", { class: "value hint" }, text)
        : make("button", { type: "button", class: "value link", title: "Only these", on: { click: () => this.handlers.onOnly(path, value) } }, cell(text)),
      make("span", { class: "number" }, count(number)),
      isNothing ? make("span", { class: "not" }) : make("button", {
        type: "button", class: "not quiet", title: "Not these", "aria-label": `Not ${plain(text)}`, on: { click: () => this.handlers.onNot(path, value) },
      }, "≠"));
  }
}
