// CSV as the API writes it (RFC 4180, cells exact), made of the records' own texts.
import { parse, rawMembers } from "./json.js";

/** The columns, in their order. */
export const COLUMNS = ["timestamp", "userId", "action", "resourceId", "outcome", "sourceIp", "systemId", "auditId", "attributes"];

/** A cell: in quotes where it must be. */
export const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a spreadsheet would take for a formula, with an apostrophe before it, which makes it a text there. */
export const harmless = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** A line of cells. */
const line = (cells) => `${cells.map(quoted).join(",")}\r\n`;

/** The line of names. */
export const header = line(COLUMNS);

/**
 * A record's line.
 *
 * @param {import("./pages.js").Entry} entry
 * @param {boolean} isHarmless  whether formulas are to be texts
 */
export function row(entry, isHarmless) {
  const members = entry.members;
  const attributes = members.get("attributes") ?? "{}";
  const inAttributes = rawMembers(attributes);
  const cells = COLUMNS.map((name) => (name === "attributes" ? attributes : text(members.get(name) ?? inAttributes.get(name))));
  return line(isHarmless ? cells.map(harmless) : cells);
}

/** A value as a cell has it: strings as they are, null and what is absent empty, all else as it was written. */
function text(raw) {
  if (raw === undefined || raw === "null") return "";
  return raw.startsWith('"') ? parse(raw) : raw;
}
