// JSON.parse rounds numbers, sorts members that look like numbers to the front and forgets how things were written. An audit record
// is evidence: this reader keeps every digit and the order, and tells where a value stood.

/** A number as it was written. */
export class Digits {
  constructor(text) {
    this.text = text;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS = { t: ["true", true], f: ["false", false], n: ["null", null] };

/** Reads values one after the other. Objects are Maps, arrays are arrays, numbers are {@link Digits}. */
export class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** The next character that is no space, without passing it. */
  peek() {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
    return this.text[this.at];
  }

  /** Passes a character if it is next. */
  accept(character) {
    const isNext = this.peek() === character;
    if (isNext) this.at += 1;
    return isNext;
  }

  expect(character) {
    if (!this.accept(character)) throw new SyntaxError(`no JSON: ${character} was expected at ${this.at}`);
  }

  value() {
    const first = this.peek();
    if (first === "{") return new Map(this.members((name) => [name, this.value()]));
    if (first === "[") return this.elements(() => this.value());
    if (first === '"') return this.string();
    if (first in WORDS) return this.word(...WORDS[first]);
    return this.number();
  }

  /** What `read` makes of each member of an object; the reader stands before the member's value. */
  members(read) {
    const found = [];
    this.expect("{");
    if (this.accept("}")) return found;
    do {
      this.peek();
      const name = this.string();
      this.expect(":");
      found.push(read(name));
    } while (this.accept(","));
    this.expect("}");
    return found;
  }

  /** What `read` makes of each element of an array. */
  elements(read) {
    const found = [];
    this.expect("[");
    if (this.accept("]")) return found;
    do found.push(read());
    while (this.accept(","));
    this.expect("]");
    return found;
  }

  string() {
    let end = this.at;
    let slashes;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw new SyntaxError(`no JSON: a string at ${this.at} has no end`);
      for (slashes = 0; this.text[end - 1 - slashes] === "\\"; slashes += 1);
    } while (slashes % 2 === 1);
    const raw = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    return JSON.parse(raw);
  }

  word(text, value) {
    if (!this.text.startsWith(text, this.at)) throw new SyntaxError(`no JSON at ${this.at}`);
    this.at += text.length;
    return value;
  }

  number() {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) throw new SyntaxError(`no JSON at ${this.at}`);
    this.at = NUMBER.lastIndex;
    return new Digits(match[0]);
  }

  /** The text of the next value, which is passed. */
  raw() {
    this.peek();
    const start = this.at;
    this.value();
    return this.text.slice(start, this.at);
  }
}

/** The value of a text. */
export function parse(text) {
  const reader = new Reader(text);
  const value = reader.value();
  if (reader.peek() !== undefined) throw new SyntaxError(`no JSON: something follows at ${reader.at}`);
  return value;
}

/** The text of each member of an object, by name. */
export function rawMembers(text) {
  const reader = new Reader(text);
  return new Map(reader.members((name) => [name, reader.raw()]));
}
