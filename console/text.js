// What a record says is shown as it is, whatever it is: characters that steer what is shown, or that nobody sees, are named.
import { make } from "./element.js";

// Controls, formats (bidi, zero width), separators of lines, halves of pairs, and what Unicode has not assigned.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}]/gu;

/** As many characters of a cell as anybody reads there; the record has them all. */
const CELL = 200;

const codeName = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Nodes that show a text, with `<U+202E>` for what would be hidden. They are one isolated run: nothing reorders what is around. */
export function shown(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > at) nodes.push(text.slice(at, match.index));
    nodes.push(make("span", { class: "hidden-character" }, `<${codeName(match[0])}>`));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return make("bdi", {}, nodes);
}

/** The same as plain text, for labels. */
export const plain = (text) => cut(text, 80).replace(HIDDEN, (character) => `<${codeName(character)}>`);

/** What has one direction, and nothing that is not seen. */
const PLAIN = /^[ -~]*$/;

/** A text for a cell or a button, which is a run of its own already: its beginning, where it is long. */
export function cell(text) {
  const beginning = cut(text, CELL);
  return PLAIN.test(beginning) ? beginning : shown(beginning);
}

/** The beginning of a text, never half of a pair. */
export function cut(text, length) {
  if (text.length <= length) return text;
  const end = text.codePointAt(length - 1) > 0xffff ? length - 1 : length;
  return `${text.slice(0, end)}…`;
}

const whole = new Intl.NumberFormat(navigator.languages);

/** A count as the reader's languages write it. */
export const count = (number) => whole.format(number);

/** "1 record", "2,000 records". */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** How long ago, in the largest unit that is at least one. */
export function ago(seconds) {
  if (seconds < 2) return "just now";
  if (seconds < 120) return `${Math.floor(seconds)} seconds ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} minutes ago`;
  return `${Math.floor(seconds / 3600)} hours ago`;
}
