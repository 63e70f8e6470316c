// When: what the form and the address bar say, and what the service is asked.
import { dayAfter, firstInstantOf, inUTC, lastInstantOf, onClock, readClock } from "./zone.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The ranges to choose from, by their names in the address bar. */
export const RANGES = new Map([
  ["1h", "Last hour"], ["24h", "Last 24 hours"], ["7d", "Last 7 days"], ["30d", "Last 30 days"],
  ["today", "Today"], ["yesterday", "Yesterday"], ["month", "This month"], ["last-month", "Last month"],
  ["from-to", "From … to …"], ["any", "Any time"],
]);

const LENGTHS = { "1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY };

/**
 * The dates to ask with, both inclusive at their precision as the API has them, or absent where a side is open.
 *
 * @param {{range: string, from: string, to: string, zone: string}} question
 * @param {number} now  an instant
 * @returns {{startDate?: string, endDate?: string}}
 */
export function dates({ range, from, to, zone }, now) {
  if (range in LENGTHS) {
    // The minute's beginning: whoever asks again within it asks the same, and the service has the answer.
    return { startDate: inUTC(Math.floor((now - LENGTHS[range]) / MINUTE) * MINUTE) };
  }
  const today = onClock(now, zone).slice(0, 10);
  const month = `${today.slice(0, 7)}-01`;
  switch (range) {
    case "today": return { startDate: start(today, zone) };
    case "yesterday": return day(before(today), zone);
    case "month": return { startDate: start(month, zone) };
    case "last-month": return { startDate: start(`${before(month).slice(0, 7)}-01`, zone), endDate: end(before(month), zone) };
    case "from-to": return { ...(from && { startDate: start(from, zone) }), ...(to && { endDate: end(to, zone) }) };
    default: return {};
  }
}

const day = (text, zone) => ({ startDate: start(text, zone), endDate: end(text, zone) });

/** The day before a day. */
const before = (text) => new Date(readClock(text) - DAY).toISOString().slice(0, 10);

const isInstant = (text) => text.endsWith("Z");

/** Whether a text says from when, or until when: a day, a time on the zone's clock, or an instant in UTC. */
export const isMoment = (text) => !Number.isNaN(readClock(isInstant(text) ? text.slice(0, -1) : text)) && (!isInstant(text) || text.length > 11);

/** The first instant of a day, or of a second. */
function start(text, zone) {
  return isInstant(text) ? text : inUTC(firstInstantOf(readClock(text), zone));
}

/** The last second of a day, or a second itself. */
function end(text, zone) {
  if (isInstant(text)) return text;
  const local = readClock(text);
  return inUTC(text.length > 10 ? lastInstantOf(local, zone) : firstInstantOf(dayAfter(local), zone) - 1000);
}

/** A moment as the form's two fields have it: a day and, unless it is the whole day, a time. */
export function fields(text, zone) {
  const local = isInstant(text) ? onClock(Date.parse(text), zone) : text;
  return { date: local.slice(0, 10), time: local.slice(11) };
}

/** A range of instants, as the question has it: the end is exclusive here. */
export const between = (startInstant, endInstant) => ({ range: "from-to", from: inUTC(startInstant), to: inUTC(endInstant - 1000) });

/** Minutes on both sides of a record's timestamp. */
export function around(timestamp, minutes) {
  const instant = Math.floor(Date.parse(timestamp.toUpperCase()) / 1000) * 1000;
  return between(instant - minutes * MINUTE, instant + minutes * MINUTE + 1000);
}
