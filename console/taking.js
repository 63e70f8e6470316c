// Taking along: the records as a file, and the question as a line for curl or for the command.
import { curlLine, queryCommand } from "./command.js";
import { fileName, readAll } from "./download.js";
import { button, make } from "./element.js";
import { count, counted, shown } from "./text.js";

const megabytes = (bytes) => (bytes < 1_000_000 ? `${count(Math.ceil(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

export class Taking {
  #stop = null;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    // What is half read is not worth going on with unseen.
    dialog.addEventListener("close", () => this.#stop?.abort());
  }

  /**
   * @param {import("./api.js").Service} service
   * @param {Object} body  as the service was asked
   * @param {string} order
   * @param {number|null} expected  how many records there are, where it is known
   */
  open(service, body, order, expected) {
    Object.assign(this, { service, body, order, expected });
    this.progress = make("progress", { hidden: true, "aria-label": "Records read", max: expected ?? 1 });
    this.status = make("p", { role: "status" });
    this.files = make("p", { class: "row" });
    const harmless = make("input", { type: "checkbox", id: "harmless", checked: true });
    const begin = (form) => this.#read(form, harmless.checked);
    this.starts = [button("CSV", () => begin("csv"), { class: "primary" }), button("NDJSON", () => begin("ndjson"), { class: "primary" })];
    this.dialog.replaceChildren(
      make("div", { class: "head" }, make("h2", { id: "taking-title" }, "Take along"), button("Close", () => this.dialog.close(), { class: "quiet" })),
      make("p", {}, `All pages of the question${expected === null ? "" : `, ${counted(expected, "record")}`}, as one file:`),
      make("p", { class: "row" }, this.starts),
      make("p", { class: "check" }, harmless,
        make("label", { for: "harmless" }, "CSV for a spreadsheet: an apostrophe before what it would take for a formula")),
      this.progress, this.status, this.files,
      this.#line("For curl", curlLine(location.origin, body, order)), this.#line("For the command", queryCommand(location.origin, body, order)));
    this.dialog.showModal();
  }

  #line(name, text) {
    const copy = button("Copy", async () => {
      await navigator.clipboard.writeText(text).catch(() => {});
      copy.textContent = "Copied";
    }, { class: "quiet", "aria-label": `Copy: ${name}` });
    return make("section", {}, make("div", { class: "head" }, make("h3", {}, name), copy), make("pre", { tabindex: "0", "aria-label": name },
      text.split("\n").map((line, index) => [index > 0 && "\n", shown(line)])));
  }

  async #read(form, isHarmless) {
    this.#stop?.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const stop = button("Stop", () => this.#stop.abort());
    this.files.replaceChildren(stop);
    this.progress.hidden = false;
    for (const each of this.starts) each.disabled = true;
    const file = await readAll(this.service, { ...this.body, order: this.order }, { form, isHarmless, signal }, (read) => this.#tell(read));
    for (const each of this.starts) each.disabled = false;
    if (this.dialog.open) this.#offer(form, file);
  }

  #tell({ records, bytes, waits }) {
    if (this.expected !== null) this.progress.value = Math.min(records, this.expected);
    else this.progress.removeAttribute("value");
    this.status.textContent = waits ?? `${counted(records, "record")}, ${megabytes(bytes)} so far.`;
  }

  #offer(form, { blob, records, bytes, isWhole, fault }) {
    this.progress.hidden = true;
    const name = fileName(form, isWhole, Date.now());
    const reason = fault?.name === "AbortError" ? "It was stopped." : fault?.message;
    this.status.textContent = isWhole ? `Complete: ${counted(records, "record")}, ${megabytes(bytes)}.`
      : `Not complete: ${counted(records, "record")} were read, and there are more. ${reason}`;
    this.status.className = isWhole ? "good" : "error";
    const link = make("a", { class: "button", href: URL.createObjectURL(blob), download: name }, isWhole ? `Save ${name}` : `Save what there is: ${name}`);
    this.files.replaceChildren(link);
    // What is whole was asked for: it is saved at once.
    if (isWhole) link.click();
    this.dialog.addEventListener("close", () => URL.revokeObjectURL(link.href), { once: true });
  }
}
