// The records of a question, page after page. Pages that are far from what is looked at are let go and read again by their cursor, so
// that the memory is the same after a hundred records and after a million.
import { parse, rawMembers, Reader } from "./json.js";

/** Records of a page, and pages that are kept. */
export const PAGE = 200;
const KEPT = 12;

const SHOWN = new Set(["action", "outcome", "sourceIp"]);

/** One record: what the list shows, and its text as the service wrote it. */
export class Entry {
  constructor(raw) {
    this.raw = raw;
    const reader = new Reader(raw);
    reader.members((name) => {
      if (name !== "attributes") this[name] = reader.value();
      else this.#attributes(reader);
    });
  }

  /** Of the attributes those that the list shows. */
  #attributes(reader) {
    reader.members((name) => {
      const value = reader.value();
      if (SHOWN.has(name)) this[name] = typeof value === "string" ? value : value?.text ?? "";
    });
  }

  /** The record as Maps. */
  get value() {
    return parse(this.raw);
  }

  /** The text of each member. */
  get members() {
    return rawMembers(this.raw);
  }
}

/** A page's records and its other members. */
export function readPage(text) {
  const reader = new Reader(text);
  const page = { entries: [] };
  reader.members((name) => {
    if (name === "records") page.entries = reader.elements(() => new Entry(reader.raw()));
    else page[name] = reader.value();
  });
  return page;
}

export class Pages {
  #ask;
  /** Of each page that was read: its cursor, its first row, its last id, and its entries while they are kept. */
  #pages = [];
  #reading = new Map();

  /**
   * @param {(cursor: string|null) => Promise<{text: string}>} ask  reads a page: the first without a cursor
   */
  constructor(ask) {
    this.#ask = ask;
    this.isWhole = false;
    this.#next = null;
  }

  #next;

  /** How many records there are, as far as was read. */
  get length() {
    const last = this.#pages.at(-1);
    return last ? last.start + last.count : 0;
  }

  /** Reads the page behind the last. Two at one time are one. @returns {Promise<Object>} the page */
  readOn() {
    return this.#once("next", async () => {
      const cursor = this.#next;
      const page = await this.#read(cursor);
      this.#add(cursor, page);
      return page;
    });
  }

  #add(cursor, page) {
    this.#pages.push({
      cursor, start: this.length, count: page.entries.length, last: page.entries.at(-1)?.id, entries: page.entries, used: performance.now() });
    this.isWhole = !page.hasMore;
    this.#next = page.nextCursor;
    this.#letGo();
  }

  async #read(cursor) {
    const answer = await this.#ask(cursor);
    return { ...readPage(answer.text), origin: answer.origin };
  }

  #once(name, work) {
    if (!this.#reading.has(name)) this.#reading.set(name, work().finally(() => this.#reading.delete(name)));
    return this.#reading.get(name);
  }

  #pageOf(row) {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#pages[middle].start <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The record of a row, or undefined while its page is not here: then {@link fetch} brings it. */
  at(row) {
    const page = this.#pages[this.#pageOf(row)];
    if (page) page.used = performance.now();
    return page?.entries?.[row - page.start];
  }

  /** Reads the page of a row again. @returns {Promise<boolean>} whether it is as it was; if not, the pages behind it are let go */
  fetch(row) {
    const index = this.#pageOf(row);
    return this.#once(index, async () => {
      const known = this.#pages[index];
      const page = await this.#read(known.cursor);
      const isSame = page.entries.length === known.count && page.entries.at(-1)?.id === known.last;
      // Records that arrived late stand in it now. The next page begins elsewhere then: what is behind is read anew from here.
      if (!isSame) {
        this.#pages.length = index;
        this.#add(known.cursor, page);
      } else {
        Object.assign(known, { entries: page.entries, used: performance.now() });
        this.#letGo();
      }
      return isSame;
    });
  }

  /** Lets go of what was looked at longest ago. */
  #letGo() {
    const held = this.#pages.filter((page) => page.entries).sort((one, other) => other.used - one.used);
    for (const page of held.slice(KEPT)) page.entries = null;
  }
}
