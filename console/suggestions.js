// What fields suggest: names that there are, attributes that were seen, and values that are frequent.
import { count } from "./count.js";
import { pathOf, typed } from "./filter.js";
import { Digits, parse } from "./json.js";
import { count as written } from "./text.js";

/** How many are suggested. */
const MANY = 12;
/** Attributes that are remembered, and how deep they are looked for. */
const SEEN = 400;
const DEEP = 6;

const FIELDS = ["userId", "systemId", "resourceId", "auditId", "timestamp"];

export class Suggestions {
  #paths = new Set(["action", "outcome", "sourceIp", ...FIELDS]);

  /** @param {() => {service: Object, body: Object}} asked  who is asked now, and what was asked last */
  constructor(asked) {
    this.asked = asked;
  }

  /** Names of a kind by their beginning. Where the store has no index of them, none. */
  names = async (kind, text, signal) => {
    const parameters = new URLSearchParams({ kind, limit: MANY, ...(text && { prefix: text }) });
    const { text: answer } = await this.asked().service.ask(`/v1/names?${parameters}`, null, { signal });
    return parse(answer).get("names").map((value) => ({ value }));
  };

  /** Attributes that were seen in records, and the fields. */
  paths = async (text) => {
    const wanted = text.toLowerCase();
    return [...this.#paths].filter((path) => path.toLowerCase().includes(wanted)).slice(0, MANY).map((value) => ({ value }));
  };

  /** The most frequent values at a path among what is asked now. */
  values = async (path, text, signal) => {
    const { service, body } = this.asked();
    if (!path || !body) return [];
    let found = null;
    // The first part is enough for a suggestion.
    await count(service, body, [path], { top: 100, signal, onPart: (part) => { found ??= [...part.groups]; throw new Enough(); } })
      .catch((error) => { if (!(error instanceof Enough)) throw error; });
    const wanted = text.toLowerCase();
    return found.filter(({ by: [value] }) => value !== null).sort((one, other) => other.count - one.count)
      .map(({ by: [value], count: number }) => ({ value: value instanceof Digits ? value.text : typed(value), note: written(number) }))
      .filter(({ value }) => value.toLowerCase().includes(wanted)).slice(0, MANY);
  };

  /** Remembers the attributes of a record. */
  learn(entry) {
    if (this.#paths.size < SEEN) this.#learn(entry.value.get("attributes"), []);
  }

  #learn(value, names) {
    if (Array.isArray(value)) value.slice(0, 5).forEach((each) => this.#learn(each, names));
    else if (value instanceof Map && names.length < DEEP) for (const [name, each] of value) this.#learn(each, [...names, name]);
    else if (names.length > 0 && !(value instanceof Map)) this.#paths.add(pathOf(names));
  }
}

class Enough extends Error {}
