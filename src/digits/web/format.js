// Formatting: shares, warnings and errors of the service, in the language of the page.
import { text } from "/web/i18n.js";

const WARNINGS = [
  [/^looks blank$/, "warningBlank"],
  [/^nothing but signs$/, "warningSigns"],
  [/^more than (\d+) shapes/, "warningMany"],
  [/^ink touches the border$/, "warningBorder"],
  [/^two shapes in one mark$/, "warningTwo"],
  [/^unsure of (\d+) digits?$/, "warningUnsure"],
  [/^(\d+) marks? that (?:is|are) no digit$/, "warningOthers"],
  [/^(\d+) printed numbers? left out$/, "warningPrint"],
  [/^read as if it lay upside down$/, "warningHead"],
  [/^read as if it lay a quarter turn to the left$/, "warningLeft"],
  [/^read as if it lay a quarter turn to the right$/, "warningRight"],
];
const REASONS = [
  [/^it is empty$/, "reasonEmpty"],
  [/^it is not a picture/, "reasonKind"],
  [/^it is (an? [^;]+);/, "reasonForeign"],
  [/^it is too small: (\d+) x (\d+) /, "reasonSmall"],
  [/^it is too large: (\d+) x (\d+) pixels; at most (\d+) million/, "reasonLarge"],
  [/^it is (?:damaged or )?cut short/, "reasonDamaged"],
];
const UNREADABLE = /^Cannot read .*?: (it(?:s| is| has| goes) .*)\.$/s;

/** The least confidence of a runner-up that is worth telling. */
export const WORTH_TELLING = 0.001;

/**
 * Return `share` as a percentage; rounded down, for it should not promise more than it is.
 * @param {number} share from 0 to 1
 * @returns {string}
 */
export function percent(share) {
  return `${(Math.floor(share * 1000 + 1e-6) / 10).toFixed(1)}%`;
}

/**
 * Return a warning of a reading in the language of the page.
 * @param {string} warning as the service words it
 * @returns {string}
 */
export function warned(warning) {
  return matched(WARNINGS, warning) ?? warning;
}

/**
 * Return why a picture cannot be read, in the language of the page.
 * @param {string} name of the picture, as the page knows it
 * @param {string} detail as the service words it
 * @returns {string}
 */
export function unreadable(name, detail) {
  const reason = UNREADABLE.exec(detail)?.[1];
  return reason ? text("unreadable", name, matched(REASONS, reason) ?? reason) : detail;
}

/**
 * Return what went wrong in one line.
 * @param {import("/web/service.js").Problem} problem
 * @param {string} [name] of the picture
 * @returns {string}
 */
export function told(problem, name = "") {
  if (problem.kind === "unreadable") return unreadable(name, problem.detail);
  return text(problem.kind, problem.detail);
}

/**
 * Return a class of the network as one sign.
 * @param {string} label
 * @returns {string}
 */
export function short(label) {
  return label.length === 1 ? label : "×";
}

/**
 * Return a class of the network in the language of the page.
 * @param {string} label
 * @returns {string}
 */
export function named(label) {
  return label.length === 1 ? label : text("notADigit");
}

function matched(patterns, words) {
  for (const [pattern, key] of patterns) {
    const match = pattern.exec(words);
    if (match) return text(key, ...match.slice(1).map((each) => (/^\d+$/.test(each) ? Number(each) : each)));
  }
  return undefined;
}
