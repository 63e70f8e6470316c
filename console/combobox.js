// A field with suggestions (the combobox pattern of ARIA): by the mouse, by the arrows, and free text all the same.
import { make } from "./element.js";
import { shown } from "./text.js";

/** Milliseconds without a key before somebody is taken to wait for suggestions. */
const REST = 120;

let number = 0;

/**
 * Gives a field suggestions.
 *
 * @param {HTMLInputElement} input
 * @param {(text: string, signal: AbortSignal) => Promise<{value: string, note?: string}[]>} suggest  none, where nothing can be known
 * @param {() => void} onPick  called when one was chosen
 * @returns {HTMLElement} what holds both
 */
export function combobox(input, suggest, onPick = () => {}) {
  number += 1;
  const list = make("ul", { id: `suggestions-${number}`, role: "listbox", class: "suggestions", "aria-label": "Suggestions", hidden: true });
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off", spellcheck: "false",
  })) input.setAttribute(name, value);
  const state = { input, list, suggest, onPick, asked: null, timer: 0, active: -1 };
  input.addEventListener("input", () => soon(state, REST, input.value));
  // Whoever looks what there is wants to see more than what stands there already.
  input.addEventListener("click", () => list.hidden && soon(state, 0, ""));
  input.addEventListener("blur", () => close(state));
  input.addEventListener("keydown", (event) => key(event, state));
  return make("div", { class: "combobox" }, input, list);
}

function soon(state, milliseconds, text) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => open(state, text), milliseconds);
}

async function open(state, text) {
  state.asked?.abort();
  state.asked = new AbortController();
  const { signal } = state.asked;
  let found = [];
  try {
    found = await state.suggest(text, signal);
  } catch {
    // Suggestions are a help. What is wrong is said where the question is asked.
  }
  if (signal.aborted || document.activeElement !== state.input) return;
  state.active = -1;
  state.list.replaceChildren(...found.map((each, index) => option(each, index, state)));
  setOpen(state, found.length > 0);
}

function option({ value, note }, index, state) {
  return make("li", {
    id: `${state.list.id}-${index}`, role: "option", "aria-selected": "false",
    // Before the field loses the focus.
    on: { mousedown: (event) => event.preventDefault(), click: () => pick(state, value) },
  }, make("span", {}, shown(value)), note && make("span", { class: "note" }, note));
}

function pick(state, value) {
  state.input.value = value;
  close(state);
  state.onPick();
}

function setOpen(state, isOpen) {
  state.list.hidden = !isOpen;
  state.input.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) state.input.removeAttribute("aria-activedescendant");
}

function close(state) {
  clearTimeout(state.timer);
  state.asked?.abort();
  setOpen(state, false);
}

function key(event, state) {
  const options = [...state.list.children];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (state.list.hidden) return void open(state, state.input.value);
    const step = event.key === "ArrowDown" ? 1 : -1;
    move(state, options, (state.active + step + options.length) % options.length);
  } else if (event.key === "Enter" && !state.list.hidden && state.active >= 0) {
    event.preventDefault();
    options[state.active].click();
  } else if (event.key === "Escape" && !state.list.hidden) {
    event.stopPropagation();
    close(state);
  }
}

function move(state, options, active) {
  options[state.active]?.setAttribute("aria-selected", "false");
  state.active = active;
  options[active].setAttribute("aria-selected", "true");
  options[active].scrollIntoView({ block: "nearest" });
  state.input.setAttribute("aria-activedescendant", options[active].id);
}
