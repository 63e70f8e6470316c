// Places' clocks, from the browser's own tables. An instant is a number of milliseconds since 1970, as Date has it.

const formats = new Map();

function format(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en-US", {
      timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", era: "short",
      year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    }));
  }
  return formats.get(zone);
}

/** The zone of whoever looks. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Whether the browser knows a zone by this name. */
export function isZone(name) {
  try {
    format(name);
    return true;
  } catch {
    return false;
  }
}

/** All zones that the browser knows. */
export const allZones = () => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];

/** What a place's clock shows, as if it were UTC: milliseconds. */
function clock(instant, zone) {
  const whole = Math.floor(instant / 1000) * 1000;
  if (zone === "UTC") return instant;
  const parts = Object.fromEntries(format(zone).formatToParts(whole).map(({ type, value }) => [type, value]));
  const date = new Date(0);
  date.setUTCFullYear(parts.era === "BC" ? 1 - parts.year : Number(parts.year), parts.month - 1, parts.day);
  return date.setUTCHours(parts.hour, parts.minute, parts.second) + (instant - whole);
}

/** How far a place's clock is ahead of UTC, in milliseconds. */
export const offset = (instant, zone) => clock(instant, zone) - instant;

const DAY = 86_400_000;

/**
 * The instants at which a place's clock shows a time: one; two where a clock is put back; none where it is put forward.
 *
 * @param {number} local  what the clock shows, as if it were UTC
 */
export function instantsOf(local, zone) {
  const offsets = new Set([offset(local - DAY, zone), offset(local + DAY, zone)]);
  const found = [...offsets].map((each) => local - each).filter((instant) => clock(instant, zone) === local);
  return found.sort((one, other) => one - other);
}

/**
 * The instant from which on a place's clock shows a time or a later one. Of two it is the first; of none, the one at which the
 * clock is put forward past it.
 */
export function firstInstantOf(local, zone) {
  const [first] = instantsOf(local, zone);
  return first ?? change(local, zone);
}

/** The last instant, to the second, at which a place's clock shows a time or an earlier one. */
export function lastInstantOf(local, zone) {
  return instantsOf(local, zone).at(-1) ?? change(local, zone) - 1000;
}

/** The instant at which the clock is put forward past a time that it never shows. */
function change(local, zone) {
  let before = local - DAY - offset(local - DAY, zone);
  let after = local + DAY - offset(local + DAY, zone);
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (clock(middle, zone) < local) before = middle;
    else after = middle;
  }
  return after;
}

const pad = (number, length = 2) => String(number).padStart(length, "0");

/** "2026-11-28T10:15:02" of what a clock shows. */
export function written(local) {
  const date = new Date(local);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}T` +
    `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
}

/** What a place's clock shows at an instant, as {@link written}. */
export const onClock = (instant, zone) => written(clock(instant, zone));

/** What a clock shows, of a day or a time; NaN of anything else. */
export function readClock(text) {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (!match) return NaN;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  // Date takes 31 February for a day in March.
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60 && year > 0;
  return isReal ? date.getTime() : NaN;
}

/** The next day's beginning on a clock, of a time on it. */
export const dayAfter = (local) => (Math.floor(local / DAY) + 1) * DAY;

/** "2026-11-28T10:15:02Z" of an instant. */
export const inUTC = (instant) => `${written(Math.floor(instant / 1000) * 1000)}Z`;

/** "+02:00", as the clock is at an instant. */
export function offsetText(instant, zone) {
  const minutes = Math.round(offset(instant, zone) / 60_000);
  const size = Math.abs(minutes);
  return minutes === 0 ? "UTC" : `UTC${minutes < 0 ? "−" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/**
 * A record's timestamp on a place's clock, with all the fraction digits that it was stored with; as it is where it is none.
 *
 * @param {string} timestamp  RFC 3339
 */
export function timeOf(timestamp, zone) {
  const instant = Date.parse(timestamp.toUpperCase());
  if (Number.isNaN(instant)) return timestamp;
  const fraction = /\.\d+/.exec(timestamp)?.[0] ?? "";
  return onClock(Math.floor(instant / 1000) * 1000, zone).replace("T", " ") + fraction;
}
