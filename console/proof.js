// That a record is in its day's seal, and the seal in the installation's log: computed here, from the record as it is shown, with
// nothing of the service's but the hashes between. docs/evidence.md says what that means.
import { Digits, parse } from "./json.js";

const FIELDS = ["attributes", "auditId", "resourceId", "systemId", "timestamp", "userId"];

/** Why something proves nothing, in words. */
export class Unproved extends Error {}

// -- Canonical JSON -----------------------------------------------------------------------------------------------------

/** The one spelling of a value: members in the order of their names' bytes, numbers as ECMAScript lays out decimals. */
export function canonical(value) {
  if (value instanceof Digits) return decimal(value.text);
  if (value instanceof Map) {
    const members = [...value].sort(([one], [other]) => byCharacters(one, other));
    return `{${members.map(([name, each]) => `${text(name)}:${canonical(each)}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return typeof value === "string" ? text(value) : String(value);
}

/** The order of UTF-8, which is that of characters; that of JavaScript's own units is another. */
function byCharacters(one, other) {
  const [left, right] = [[...one], [...other]];
  for (let place = 0; place < left.length && place < right.length; place += 1) {
    const difference = left[place].codePointAt(0) - right[place].codePointAt(0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const SHORT = { "\\b": "\\u0008", "\\f": "\\u000c" };
const text = (value) => JSON.stringify(value).replace(/\\./g, (escape) => SHORT[escape] ?? escape);

/** A number by its value, with all of its digits. */
function decimal(written) {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written);
  const all = whole + fraction;
  const digits = all.replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") return "0";
  const point = whole.length + Number(exponent) - (all.length - all.replace(/^0+/, "").length);
  return sign + layOut(digits, point);
}

/** Digits of which so many stand before the point. */
function layOut(digits, point) {
  if (point >= 1 && point <= 21) {
    return point < digits.length ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits + "0".repeat(point - digits.length);
  }
  if (point > -6 && point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${digits[0]}${rest}e${point > 0 ? "+" : "-"}${Math.abs(point - 1)}`;
}

/** An instant in UTC, to the millisecond where that loses nothing. */
function instant(written) {
  const match = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(written);
  if (!match) return written;
  const nanoseconds = (match[2] ?? "").padEnd(9, "0");
  const fraction = nanoseconds.endsWith("000000") ? nanoseconds.slice(0, 3) : nanoseconds;
  return `${new Date(Date.parse(match[1].toUpperCase() + match[3].toUpperCase())).toISOString().slice(0, 19)}.${fraction}Z`;
}

// -- Trees (RFC 9162, section 2.1) --------------------------------------------------------------------------------------

async function digest(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const utf8 = (value) => new TextEncoder().encode(value);
const leaf = (value) => digest([0], utf8(value));
const node = (left, right) => digest([1], left, right);
const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));

/** The hash of a record as seals have it. @param {string} raw  the record as the service wrote it */
export async function recordLeaf(raw) {
  const record = parse(raw);
  record.set("timestamp", instant(record.get("timestamp")));
  return base64Of(await leaf(canonical(new Map(FIELDS.map((name) => [name, record.get(name)])))));
}

/** The root that a path leads to (section 2.1.3.2). */
export async function rootByPath(hash, index, size, path) {
  let [found, place, last] = [bytesOf(hash), index, size - 1];
  if (!(place >= 0 && place <= last)) throw new Unproved("The proof names a place that its tree does not have.");
  for (const sibling of path.map(bytesOf)) {
    if (last === 0) throw new Unproved("The proof has more hashes than its tree.");
    if (place % 2 === 1 || place === last) {
      found = await node(sibling, found);
      while (place % 2 === 0 && place > 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      found = await node(found, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Unproved("The proof has fewer hashes than its tree.");
  return base64Of(found);
}

// -- Checkpoints (C2SP, signed-note and tlog-checkpoint) ----------------------------------------------------------------

/** What a checkpoint says: whose log, how many seals, which root. */
export function readCheckpoint(note) {
  const [body, signatures] = note.split("\n\n");
  const [origin, size, root, ...more] = (body ?? "").split("\n");
  if (!signatures || !root || !/^\d{1,15}$/.test(size) || more.includes("")) throw new Unproved("What came is no checkpoint of a log.");
  return { origin, size: Number(size), root, signed: `${body}\n`, signatures: signatures.split("\n").filter(Boolean) };
}

/**
 * Whether a log's key has signed a checkpoint.
 *
 * @param {string} key  as `audit-query seal key` prints it: the log's name, the key's number, the key
 * @returns {Promise<boolean>}
 * @throws {Unproved} that it is no such key, or that this browser knows no Ed25519
 */
export async function isSigned(checkpoint, key) {
  const [, name, number, material] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(key.trim()) ?? [];
  const bytes = material ? bytesOf(material) : [];
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Unproved("This is no public key of a log: `audit-query seal key` prints it, as name+number+key.");
  let verifier;
  try {
    verifier = await crypto.subtle.importKey("raw", bytes.slice(1), "Ed25519", false, ["verify"]);
  } catch {
    throw new Unproved("This browser cannot verify signatures of Ed25519: `audit-query verify` can.");
  }
  for (const line of checkpoint.signatures) {
    const [dash, signer, signature] = line.split(" ");
    if (dash !== "—" || signer !== name || name !== checkpoint.origin || !signature) continue;
    const found = bytesOf(signature);
    const isOfKey = [...found.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("") === number;
    if (isOfKey && await crypto.subtle.verify("Ed25519", verifier, found.slice(4), utf8(checkpoint.signed))) return true;
  }
  return false;
}

// -- Proofs -------------------------------------------------------------------------------------------------------------

/**
 * Follows a proof from the record that is shown to the checkpoint of the log.
 *
 * @param {string} raw  the record as the service wrote it
 * @param {string} answer  what `/v1/records/{id}/proof` answered
 * @returns {Promise<{index: number, count: number, day: string, sealed: string, sealIndex: number, checkpoint: Object, note: string}>}
 * @throws {Unproved} where one step does not hold
 */
export async function follow(raw, answer) {
  const proof = parse(answer);
  const number = (name, of = proof) => Number(of.get(name)?.text);
  const seal = proof.get("seal");
  const checkpoint = readCheckpoint(proof.get("checkpoint"));
  const day = await rootByPath(await recordLeaf(raw), number("index"), number("count", seal), proof.get("path"));
  if (day !== seal.get("root")) throw new Unproved("The record as it is shown here is not the one that was sealed.");
  const hash = base64Of(await leaf(canonical(seal)));
  const root = await rootByPath(hash, number("sealIndex"), checkpoint.size, proof.get("sealPath"));
  if (root !== checkpoint.root) throw new Unproved("The day's seal is not in the log that the checkpoint is of.");
  return {
    index: number("index"), count: number("count", seal), day: seal.get("day"), sealed: seal.get("sealed"), sealIndex: number("sealIndex"),
    checkpoint, note: proof.get("checkpoint") };
}
