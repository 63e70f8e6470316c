// Following by asking again: the store, not the cache, each few seconds while somebody looks.
import { pause } from "./api.js";

/** Seconds between two questions. */
const PACE = 5;

export class Follow {
  #stop = null;

  /**
   * @param {(signal: AbortSignal) => Promise<void>} look  asks once
   */
  constructor(look) {
    this.look = look;
  }

  get isOn() {
    return this.#stop !== null;
  }

  start() {
    this.stop();
    this.#stop = new AbortController();
    this.#go(this.#stop.signal);
  }

  stop() {
    this.#stop?.abort();
    this.#stop = null;
  }

  async #go(signal) {
    try {
      while (!signal.aborted) {
        await pause(PACE * 1000, signal);
        // A tab that nobody sees asks nothing.
        if (!document.hidden) await this.look(signal);
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }
}
