// What an answer says of itself, and what went wrong, in words.
import { button, make } from "./element.js";
import { ago } from "./text.js";

/** Where an answer is from, and how old it is by now. */
export function originText(origin) {
  const seconds = origin.age + (Date.now() - origin.received) / 1000;
  if (origin.isStale) return `The store does not answer. This is an older answer, read ${ago(seconds)}.`;
  return seconds < 2 ? "Read just now." : `Read ${ago(seconds)}.`;
}

/** Why the service ended a page before it was full. */
export const stopText = {
  budget: "The service pauses when it has searched long enough. There may be more.",
  size: "A page ends when its records are some 8 MiB. There is more.",
};

/** A problem, with what can be done about it. */
export function problemBox(problem, retry) {
  const [title, advice] = words(problem);
  return make("div", { class: "notice bad" },
    make("p", {}, make("strong", {}, title), " ", advice),
    make("p", { class: "row" },
      problem.mayPass && retry && button("Try again", retry),
      problem.instance && make("span", { class: "hint" }, `If you report it, quote the request ${problem.instance}.`)));
}

function words(problem) {
  switch (problem.status) {
    case 0: return ["The server did not answer.", "Look at your connection. Nothing of what is shown has changed."];
    case 400: return ["The question has to be put otherwise.", otherFaults(problem)];
    case 403: return ["Your key is not for that.", `${problem.detail} ${otherFaults(problem)}`];
    case 404: return ["There is no such record.", "It does not exist, or your key may not see it: which of the two is told to nobody."];
    case 413: case 414: return ["The question is too long.", "Shorten the filter or the names."];
    case 429: return ["Too many questions at once.", "Wait a second, then try again."];
    case 503: return ["The store does not answer.", `${problem.detail} This is no empty answer: nothing is known of what there is.`];
    case 504: return ["It took too long.", "Ask for a shorter time, or name a system."];
    default: return [`${problem.title}.`, problem.detail];
  }
}

/** What is wrong, each with its parameter. */
const otherFaults = (problem) => problem.errors.map(({ parameter, detail }) => `${parameter} ${detail}.`).join(" ");

/** A line that says something, with what can be done. */
export const notice = (text, ...actions) => make("div", { class: "notice" }, make("p", {}, text, " ", actions));
