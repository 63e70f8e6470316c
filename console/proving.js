// Whether a record is as it was sealed, in words, and what that means.
import { Problem } from "./api.js";
import { button, make } from "./element.js";
import { follow, isSigned, Unproved } from "./proof.js";
import * as settings from "./settings.js";
import { counted, shown } from "./text.js";

/**
 * A button, and below it what it finds.
 *
 * @param {import("./pages.js").Entry} entry
 * @param {(entry: Object) => Promise<string>} ask  what the service says of the record's proof
 */
export function proving(entry, ask) {
  const found = make("div", { role: "status" });
  const start = button("Prove it", async () => {
    start.disabled = true;
    try {
      found.replaceChildren(...proved(await follow(entry.raw, await ask(entry)), entry));
    } catch (error) {
      found.replaceChildren(make("p", { class: "error" }, reason(error)));
    }
    start.disabled = false;
  }, { class: "quiet" });
  return make("section", { class: "proof", "aria-label": "Proof" }, make("p", {}, start), found);
}

function reason(error) {
  if (error instanceof Unproved) return `Not proved. ${error.message}`;
  if (error instanceof Problem) return `No proof. ${error.detail || error.title}`;
  throw error;
}

function proved({ index, count, day, sealed, sealIndex, checkpoint, note }, entry) {
  return [
    make("p", {}, make("strong", {}, "As it was sealed. "), `Record ${index + 1} of ${counted(count, "record")} of `, shown(entry.systemId),
      ` on ${day}, sealed at ${sealed}: seal ${sealIndex + 1} of ${counted(checkpoint.size, "seal")} of the log `, shown(checkpoint.origin), "."),
    make("p", { class: "hint" }, "This page has computed that from the record as it stands here. It says that the record is the one that was sealed; " +
      "not that what its source wrote was true. Whether the log is the one it always was, its signature tells, and a checkpoint that somebody kept."),
    signature(checkpoint),
    make("details", {}, make("summary", {}, "The checkpoint, to keep"), make("pre", { class: "json" }, note)),
  ];
}

/** Whose log it is, by the public key that somebody was given on another way. */
function signature(checkpoint) {
  const input = make("input", { id: "log-key", spellcheck: "false", autocomplete: "off", placeholder: `${checkpoint.origin}+…` });
  input.value = settings.logKey.get();
  const verdict = make("p", { class: "hint", role: "status" });
  const check = async () => {
    try {
      const isTrue = await isSigned(checkpoint, input.value);
      verdict.textContent = isTrue ? "Signed by this key." : "Not signed by this key: somebody else's log, or another key.";
      verdict.className = isTrue ? "hint" : "error";
      if (isTrue) settings.logKey.set(input.value.trim());
    } catch (error) {
      if (!(error instanceof Unproved)) throw error;
      verdict.textContent = error.message;
      verdict.className = "error";
    }
  };
  const form = make("form", { class: "row", on: { submit: (event) => (event.preventDefault(), check()) } },
    make("label", { for: "log-key" }, "The log's public key"), input, make("button", { class: "quiet" }, "Check the signature"));
  return make("div", {}, form, verdict);
}
