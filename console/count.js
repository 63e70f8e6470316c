// Counts of the service. One that takes it too long comes in parts, which are added up here.
import { askPatiently } from "./api.js";
import { Digits, parse } from "./json.js";

/** The value of a group as one text: numbers as they are written, strings in quotes. */
export const groupName = (value) => (value instanceof Digits ? value.text : JSON.stringify(value));

/**
 * Counts what a question finds.
 *
 * @param {Object} body  as the service is asked
 * @param {string[]} by  what is counted apart, at most two
 * @param {(counted: Object) => void} onPart  called with what is counted so far
 * @returns {Promise<{count: number, groups: {by: Array, count: number}[], others: number, range: Map, isWhole: boolean}>} the values of `by`
 *     are strings, {@link Digits}, true, false or null; `others` are records of groups that are not listed
 */
export async function count(service, body, by, { top, signal, onPart = () => {} }) {
  const sums = new Map();
  const counted = { count: 0, groups: [], others: 0, range: null, isWhole: false };
  for (let cursor = null; !counted.isWhole;) {
    const asked = cursor ? { cursor } : { ...body, ...(by.length > 0 && { by }), ...(top && { top }) };
    const { text } = await askPatiently(service, "/v1/records/count", asked, signal);
    const part = parse(text);
    counted.count += Number(part.get("count").text);
    counted.range ??= part.get("range");
    counted.isWhole = !part.get("hasMore");
    cursor = part.get("nextCursor");
    add(part, sums);
    const other = part.get("other");
    if (other) counted.others = Number(other.get("count").text);
    counted.groups = [...sums.values()];
    onPart(counted);
  }
  return counted;
}

function add(part, sums) {
  for (const group of part.get("groups") ?? []) {
    const values = [...group.get("by").values()];
    const name = values.map(groupName).join(" ");
    const sum = sums.get(name) ?? { by: values, count: 0 };
    sum.count += Number(group.get("count").text);
    sums.set(name, sum);
  }
}
