// The question as a value: the form shows it, the address bar has it behind its #, where no server, no log and no other page sees
// it, and the service is asked it. There is no key in it.
import { dates, isMoment, RANGES } from "./range.js";
import { isZone, ownZone } from "./zone.js";

/** The parts of a question, by their names in the address bar, and those of the API where they have the same meaning. */
const PARTS = { user: "userId", system: "systemId", resource: "resourceId", text: "search", filter: "filter" };
const NAMES = [...Object.keys(PARTS), "range", "from", "to", "zone", "order"];

/** What is asked where nothing is said. */
export const empty = (zone = ownZone()) => (
  { user: "", system: "", resource: "", text: "", filter: "", range: "24h", from: "", to: "", zone, order: "desc" });

const VALID = {
  range: (value) => RANGES.has(value),
  zone: isZone,
  order: (value) => value === "desc" || value === "asc",
  from: isMoment,
  to: isMoment,
};

/**
 * What stands behind the # of an address.
 *
 * @param {string} zone  where the address names none
 * @returns {{question: Object, record: string, unknown: string[]}} `unknown` has what this page does not understand: it is said, and
 *     nothing is asked as if it were not there
 */
export function read(hash, zone) {
  const question = empty(zone);
  const unknown = [];
  let record = "";
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (name === "record") record = value;
    else if (!NAMES.includes(name) || (value && VALID[name] && !VALID[name](value))) unknown.push(name);
    else if (value) question[name] = value;
  }
  if ((question.from || question.to) && !hash.includes("range=")) question.range = "from-to";
  return { question, record, unknown };
}

/** The address of a question, behind the #: what is as it is where nothing is said is left out, but for the zone. */
export function write(question, record = "") {
  const usual = empty("");
  const parts = NAMES.filter((name) => question[name] !== usual[name] && isMeant(question, name)).map((name) => [name, question[name]]);
  return new URLSearchParams(record ? [...parts, ["record", record]] : parts).toString();
}

/** From and to are meant only where the range says so. */
const isMeant = ({ range }, name) => range === "from-to" || (name !== "from" && name !== "to");

/** Whether two are one question. */
export const isSame = (one, other) => write(one) === write(other);

/**
 * What the service is asked: the members of a body, without limit, order and cursor.
 *
 * @param {number} now  an instant, for ranges that end with it
 */
export function body(question, now) {
  const parts = Object.entries(PARTS).filter(([name]) => question[name]).map(([name, member]) => [member, question[name]]);
  return { ...Object.fromEntries(parts), ...dates(question, now) };
}

/** The part that a parameter of the API comes from, to say there what is wrong with it. */
export function partOf(parameter) {
  const found = Object.entries(PARTS).find(([, member]) => member === parameter);
  return found ? found[0] : { startDate: "from", endDate: "to" }[parameter];
}
