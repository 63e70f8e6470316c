// What this browser keeps: the key for this tab alone, questions that somebody saved, and how the page looks.

const KEY = "audit-query.key";
const SAVED = "audit-query.questions";
const LOOK = "audit-query.look";
const LOG_KEY = "audit-query.log-key";

/** A store that the browser may refuse: then nothing is kept beyond the page. */
function kept(store, name, value) {
  try {
    if (value === undefined) return globalThis[store].getItem(name);
    if (value === null) globalThis[store].removeItem(name);
    else globalThis[store].setItem(name, value);
  } catch {
    // Private windows, and browsers that keep nothing by order of whoever runs them.
  }
  return null;
}

/** The key of this tab: it is gone with the tab, and no other tab has it. */
export const key = {
  get: () => kept("sessionStorage", KEY) ?? "",
  set: (value) => kept("sessionStorage", KEY, value),
  forget: () => kept("sessionStorage", KEY, null),
};

/** Questions by the names that they were given, as addresses. */
export const saved = {
  all() {
    try {
      const found = JSON.parse(kept("localStorage", SAVED) ?? "[]");
      return Array.isArray(found) ? found.filter((each) => typeof each?.name === "string" && typeof each?.address === "string") : [];
    } catch {
      return [];
    }
  },
  add(name, address) {
    const others = this.all().filter((each) => each.name !== name);
    kept("localStorage", SAVED, JSON.stringify([...others, { name, address }]));
  },
  remove(name) {
    kept("localStorage", SAVED, JSON.stringify(this.all().filter((each) => each.name !== name)));
  },
};

/** The public key of the log of seals, as somebody was given it. It is no secret. */
export const logKey = {
  get: () => kept("localStorage", LOG_KEY) ?? "",
  set: (value) => kept("localStorage", LOG_KEY, value),
};

/** Light, dark, or as the system has it. */
export const look = {
  get: () => kept("localStorage", LOOK) ?? "system",
  set(value) {
    kept("localStorage", LOOK, value === "system" ? null : value);
    this.apply();
  },
  apply() {
    document.documentElement.dataset.look = this.get();
  },
};
