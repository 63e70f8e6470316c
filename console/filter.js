// The text of a filter: what stands in it is never understood by half. The service reads it; here it is only taken apart at the
// "and"s that stand between whole conditions, and put together.

/** The comparisons to choose from, in words. */
export const COMPARISONS = new Map([
  ["eq", "is"], ["ne", "is not"], ["co", "contains"], ["sw", "begins with"], ["ew", "ends with"], ["cidr", "is of the network"],
  ["gt", "is more than"], ["ge", "is at least"], ["lt", "is less than"], ["le", "is at most"], ["pr", "is there"],
]);

const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|[()[\]]|[^\s"()[\]]+|"/gsy;
const CLOSES = { "(": ")", "[": "]" };

/** The tokens of a text with their depth, or null where brackets or quotes have no end. */
function tokens(text) {
  const found = [];
  const open = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '"') return null;
    if (token in CLOSES) open.push(CLOSES[token]);
    else if ((token === ")" || token === "]") && open.pop() !== token) return null;
    found.push({ token, depth: open.length });
  }
  return open.length === 0 ? found : null;
}

const isWord = ({ token, depth }, word) => depth === 0 && token.toLowerCase() === word;

// Behind one of these a value follows: an attribute may be called "and", but nothing begins with one.
const takesValue = new Set([...COMPARISONS.keys()].filter((name) => name !== "pr"));

/**
 * The conditions that must all hold, as they are written; one where "or" stands between them; none of an empty text; null where
 * it cannot be told.
 */
export function conditions(text) {
  const all = tokens(text);
  if (!all) return null;
  const parts = [""];
  let hasAlternatives = false;
  let previous = "";
  for (const each of all) {
    const isOperator = previous !== "" && !takesValue.has(previous.toLowerCase()) && parts.at(-1).trim() !== "";
    if (isOperator && isWord(each, "or")) hasAlternatives = true;
    if (isOperator && isWord(each, "and")) {
      parts.push("");
      previous = "";
    } else {
      parts[parts.length - 1] += each.token;
      if (each.token.trim()) previous = each.token;
    }
  }
  if (hasAlternatives) return [text.trim()];
  const trimmed = parts.map((part) => part.trim());
  if (trimmed.length === 1 && trimmed[0] === "") return [];
  return trimmed.includes("") ? null : trimmed;
}

/** The text without one of its conditions. */
export const without = (text, index) => (conditions(text) ?? []).filter((_, each) => each !== index).join(" and ");

/** The text with one condition more. What cannot be told apart, and what has alternatives, is put into parentheses. */
export function and(text, condition) {
  const before = text.trim();
  if (before === "") return condition;
  const parts = conditions(before);
  if (parts?.includes(condition)) return before;
  const isSafe = parts !== null && (parts.length > 1 || !hasOr(before));
  return `${isSafe ? before : `(${before})`} and ${condition}`;
}

const hasOr = (text) => (tokens(text) ?? []).some((each) => isWord(each, "or"));

/** A name as a path has it: in quotes unless it is plain. */
const nameInPath = (name) => (/^[A-Za-z_][A-Za-z0-9_$-]*$/.test(name) ? name : JSON.stringify(name));

/** The path of names, from the record on. */
export const pathOf = (names) => names.map(nameInPath).join(".");

/**
 * A condition as it is written.
 *
 * @param {string} value  what somebody typed: digits are a number, true, false and null are themselves, all else is a string; in
 *     quotes anything is a string. `co`, `sw`, `ew` and `cidr` take strings alone.
 */
export function condition(path, comparison, value) {
  if (comparison === "pr") return `${path} pr`;
  return `${path} ${comparison} ${operand(path, comparison, value)}`;
}

/** What is a string in every record. */
const TEXTS = ["auditId", "timestamp", "systemId", "userId", "resourceId"];

function operand(path, comparison, value) {
  const takesText = TEXTS.includes(path) || ["co", "sw", "ew", "cidr"].includes(comparison);
  if (/^"(?:[^"\\]|\\.)*"$/.test(value)) return value;
  const isLiteral = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(value);
  return !takesText && isLiteral ? value : JSON.stringify(value);
}

/** A value as somebody would type it: what would be taken for something else stands in quotes. */
export const typed = (value) => (typeof value === "string" && operand("", "eq", value) !== JSON.stringify(value) ? JSON.stringify(value) : String(value));

/** A condition in words, where it is a plain comparison: `outcome is "denied"`. */
export function inWords(text) {
  const match = /^((?:"(?:[^"\\]|\\.)*"|[^\s"()[\]])+)\s+([A-Za-z]+)(?:\s+("(?:[^"\\]|\\.)*"|[^\s"()[\]]+))?$/s.exec(text);
  const comparison = match && COMPARISONS.get(match[2].toLowerCase());
  if (!comparison || (match[2].toLowerCase() === "pr") !== (match[3] === undefined)) return text;
  return [match[1], comparison, match[3]].filter(Boolean).join(" ");
}
