// The page is made by these alone: text goes in as text nodes, so nothing of a record is ever markup.

/**
 * An element with attributes, listeners and children.
 *
 * @param {string} tag
 * @param {Object} attributes  `on` has listeners by event; true is an attribute without a value; null, undefined and false are left out
 * @param {...(Node|string|null|Array)} children  strings become text
 */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG, which has a namespace of its own. */
export function makeSVG(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, { on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button, which sends no form. */
export function button(text, listener, attributes = {}) {
  return make("button", { type: "button", ...attributes, on: { click: listener } }, text);
}

/** The element of an id, which index.html has. */
export const byId = (id) => document.getElementById(id);
