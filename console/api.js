// The service of this page's own origin. Questions go in bodies: no address of a request has a name of a person in it.

/** What the service answered instead: a problem of RFC 9457, or that nothing came. */
export class Problem extends Error {
  constructor({ status = 0, type = "", title = "", detail = "", errors = [], instance = "" }, retryAfter = 0) {
    super(detail || title);
    Object.assign(this, { status, type, title, detail, errors, instance, retryAfter });
  }

  /** Whether the same may be answered later. */
  get mayPass() {
    return [0, 429, 500, 502, 503, 504].includes(this.status);
  }
}

/** What an answer's headers say of where it comes from. `received` is an instant. */
function origin(headers) {
  const status = headers.get("Cache-Status") ?? "";
  return {
    isHit: /; *hit/.test(status),
    isStale: /fwd=stale/.test(status),
    age: Number(headers.get("Age") ?? 0),
    received: Date.now(),
  };
}

export class Service {
  #key;

  /** @param {string} key  an API key; it is in no address and in nothing that is shown */
  constructor(key) {
    this.#key = key;
  }

  /**
   * Asks a route.
   *
   * @param {Object|null} body  what is posted as JSON; a GET without it
   * @param {{isFresh?: boolean, signal?: AbortSignal}} options  fresh: of the store, not of the cache
   * @returns {Promise<{text: string, origin: Object}>}
   * @throws {Problem}
   */
  async ask(path, body = null, { isFresh = false, signal } = {}) {
    // Stated, since for a fetch that keeps nothing in the browser Chromium says no-cache by itself: each question would be the store's.
    const headers = { "X-Api-Key": this.#key, Accept: "application/json", "Cache-Control": isFresh ? "no-cache" : "max-age=3600" };
    if (body) headers["Content-Type"] = "application/json";
    const answer = await send(path, {
      method: body ? "POST" : "GET", body: body && JSON.stringify(body), headers, signal,
      cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
    });
    if (!answer.response.ok) throw problem(answer);
    return { text: answer.text, origin: origin(answer.response.headers) };
  }
}

async function send(path, options) {
  try {
    const response = await fetch(path, options);
    return { response, text: await response.text() };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "No answer", detail: "The server could not be reached, or the connection broke." });
  }
}

function problem({ response, text }) {
  const retryAfter = Number(response.headers.get("Retry-After") ?? 0);
  try {
    return new Problem(JSON.parse(text), retryAfter);
  } catch {
    return new Problem({ status: response.status, title: `Status ${response.status}`, detail: "The answer was not this service's." }, retryAfter);
  }
}

/** Waits. @throws {DOMException} AbortError */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** Asks again what may pass, as often and as late as the service's guide says: five times, after what Retry-After says at least. */
export async function askPatiently(service, path, body, signal, onWait = () => {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await service.ask(path, body, { signal });
    } catch (error) {
      if (!(error instanceof Problem) || !error.mayPass || attempt === 5) throw error;
      const seconds = Math.max(error.retryAfter, Math.random() * 2 ** attempt);
      onWait(error, seconds);
      await pause(seconds * 1000, signal);
    }
  }
}
