// The number that was read, large, and below it what there is to doubt.
import { byId, element } from "/web/dom.js";
import { leastOf, placesOf, rowsOf } from "/web/marks.js";
import { text } from "/web/i18n.js";
import { WORTH_TELLING, named, percent, warned } from "/web/format.js";

const DOUBTS = 3; // digits that are doubted one by one; the cards tell the rest
const CALM = 500; // milliseconds without a change until a reading is spoken
const [number, least, doubts] = ["number", "least", "doubts"].map(byId);
const [trouble, live, result] = ["trouble", "live", "result"].map(byId);
let speaking = 0;

/** Show that there is nothing to read yet. */
export function showNothing() {
  number.replaceChildren();
  number.classList.remove("nothing");
  least.textContent = text("several");
  doubts.replaceChildren();
}

/**
 * Show a reading.
 * @param {import("/web/service.js").Reading} reading
 * @param {import("/web/marks.js").Shown[]} marks of it
 */
export function showReading(reading, marks) {
  const rows = rowsOf(marks);
  number.dataset.size = sizeOf(reading.rows);
  number.classList.toggle("nothing", rows.length === 0);
  number.replaceChildren(...(rows.length ? rows.map((row, i) => rowOf(row, reading.rows[i])) : [text("nothing")]));
  least.textContent = leastLine(marks);
  const lines = linesOf(reading.warnings, marks);
  doubts.replaceChildren(...lines.map((line) => element("li", { textContent: line })));
  speak(text("spoken", reading.text.replaceAll("\n", ", ") || text("nothing")), lines);
}

/** Show that a picture could not be read. */
export function showUnread() {
  showNothing();
  least.textContent = "";
  number.dataset.size = "words";
  number.classList.add("nothing");
  number.textContent = text("unread");
}

/** @param {string} line what went wrong; empty: all is well */
export function showTrouble(line) {
  if (trouble.textContent !== line) trouble.textContent = line;
}

/** @param {boolean} busy whether what is shown is not yet the newest */
export function showBusy(busy) {
  result.setAttribute("aria-busy", String(busy));
}

// A row as it is written: its digits, the signs among them, and blanks where numbers stand apart.
function rowOf(row, line) {
  const left = row.filter((mark) => mark.label.length === 1);
  const signs = [...line];
  if (signs.filter(isDigit).length !== row.length) return element("span", { className: "row" }, ...row.map(signOf));
  return element("span", { className: "row" }, ...signs.map((sign) => (isDigit(sign) ? signOf(left.shift()) : between(sign))));
}

function isDigit(sign) {
  return "0123456789?".includes(sign);
}

function between(sign) {
  return element("span", { className: "between", textContent: sign === " " ? "\u2002" : sign });
}

function signOf(mark) {
  if (mark.kind === "sure") return mark.sign;
  const leaning = element("small", { textContent: mark.label, title: text("leans", mark.label) });
  return element("span", { className: "unsure" }, mark.sign, leaning);
}

function sizeOf(rows) {
  const longest = Math.max(0, ...rows.map((row) => row.length));
  if (!longest) return "words";
  if (rows.length === 1 && longest <= 3) return "largest";
  if (rows.length <= 2 && longest <= 6) return "large";
  return rows.length <= 4 && longest <= 12 ? "medium" : "small";
}

function leastLine(marks) {
  const digits = marks.filter((mark) => mark.kind !== "none");
  const digit = leastOf(digits);
  if (!digit || digits.some((each) => each.kind === "unsure")) return "";
  const other = digit.runner_up_confidence >= WORTH_TELLING ? named(digit.runner_up) : "";
  const told = [digit.label, percent(digit.confidence), other, percent(digit.runner_up_confidence)];
  return digits.length === 1 ? text("only", ...told) : text("least", placesOf(marks).get(digit), ...told);
}

// A count of the unsure says nothing more where each of them is told.
function linesOf(warnings, marks) {
  const unsure = [...placesOf(marks)].filter(([mark]) => mark.kind === "unsure");
  const counted = unsure.length > DOUBTS;
  const others = warnings.filter((each) => counted || !each.startsWith("unsure of "));
  return [...unsure.slice(0, DOUBTS).map(doubtOf), ...others.map(warned)];
}

function doubtOf([mark, place]) {
  const other = [named(mark.runner_up), percent(mark.runner_up_confidence)];
  return text("doubt", place, mark.label, percent(mark.confidence), ...other);
}

// Spoken once the hand rests: each stroke would cut the last announcement short.
function speak(words, lines) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    live.textContent = [words, ...lines].join(" ");
  }, CALM);
}
