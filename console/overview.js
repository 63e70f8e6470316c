// What a question finds, counted: over time and by an attribute. Each new question ends the counts of the one before.
import { count } from "./count.js";
import { bars, Histogram, unitOf } from "./histogram.js";
import { Top } from "./top.js";

/** Records up to which outcomes are told apart without being asked to: it means a look at each. */
const SPLIT = 250_000;

export class Overview {
  #stop = new AbortController();
  #asked = null;

  /** @param {{onZoom: Function, onOnly: Function, onNot: Function, suggest: Function, onTotal: (total: number, isWhole: boolean) => void}} handlers */
  constructor(histogram, top, handlers) {
    this.handlers = handlers;
    this.histogram = new Histogram(histogram, { onZoom: handlers.onZoom, onOutcome: (outcome) => handlers.onOnly("outcome", outcome) });
    this.top = new Top(top, { onChoose: () => this.#countTop(), onOnly: handlers.onOnly, onNot: handlers.onNot, suggest: handlers.suggest });
  }

  /**
   * @param {Object} body  as the service is asked
   * @param {string} zone
   * @param {{startDate: string|null, endDate: string|null}} searched  what the service took for the range, where nothing was said of it
   */
  async show(service, body, zone, searched) {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#asked = { service, body, zone, searched, signal: this.#stop.signal };
    this.histogram.wait();
    await Promise.all([this.#countTimes(this.#asked), this.#countTop()]);
  }

  /** Nothing was asked, or what was asked is wrong. */
  clear(text = "") {
    this.#stop.abort();
    this.#asked = null;
    this.histogram.fail(text);
    this.top.fail("");
  }

  async #countTimes(asked) {
    const unit = unitOf(asked.searched, Date.now());
    const draw = (counted) => {
      if (asked.signal.aborted) return;
      const range = { start: counted.range?.get("start") ?? null, end: counted.range?.get("end") ?? null };
      this.histogram.show({ bars: bars(counted.groups, unit, range), unit, zone: asked.zone, total: counted.count, isWhole: counted.isWhole });
    };
    try {
      const { service, body, signal } = asked;
      const total = await count(service, body, [unit], { top: 1000, signal, onPart: draw });
      this.handlers.onTotal(total.count, total.isWhole);
      if (total.count === 0 || total.count > SPLIT) return;
      const split = await count(service, body, [unit, "outcome"], { top: 1000, signal });
      // Groups that are not listed would be missing in bars.
      if (split.others === 0) draw(split);
    } catch (problem) {
      if (problem.name !== "AbortError") this.histogram.fail(`Not counted: ${problem.message}`);
    }
  }

  async #countTop() {
    const asked = this.#asked;
    const { path } = this.top;
    if (!asked || !path) return;
    this.top.wait();
    const draw = (counted) => !asked.signal.aborted && this.top.path === path && this.top.show(counted, path);
    try {
      await count(asked.service, asked.body, [path], { top: 10, signal: asked.signal, onPart: draw });
    } catch (problem) {
      if (problem.name !== "AbortError") this.top.fail(`Not counted: ${problem.errors?.[0]?.detail ?? problem.message}`);
    }
  }
}
