// The marks of a reading as the page shows them, each with its glyph, and where it stands in words.
import { text } from "/web/i18n.js";

const NONE = "not a digit";

/**
 * @typedef {import("/web/service.js").Mark & {glyph: number[][], kind: "sure"|"unsure"|"none", sign: string}} Shown
 * sign: the digit, "?" where it is unsure, "×" where it is none
 */

/**
 * Return the marks of a reading: digits in their order, and the others between them, where they stand.
 * @param {import("/web/service.js").Reading} reading
 * @returns {Shown[]}
 */
export function marksOf({ digits, others, glyphs = [] }) {
  const marks = [...digits, ...others].map((mark, i) => {
    const kind = mark.label === NONE ? "none" : mark.sure ? "sure" : "unsure";
    const sign = { sure: mark.label, unsure: "?", none: "×" }[kind];
    return { ...mark, glyph: glyphs[i], kind, sign };
  });
  const shown = marks.slice(0, digits.length);
  for (const other of marks.slice(digits.length)) {
    const at = shown.findIndex((mark) => comesAfter(mark, other));
    shown.splice(at < 0 ? shown.length : at, 0, other);
  }
  return shown;
}

function comesAfter(mark, other) {
  return (mark.page - other.page || mark.row - other.row || mark.box[0] - other.box[0]) > 0;
}

/**
 * Return the digits as rows, as the text of the reading has them.
 * @param {Shown[]} marks
 * @returns {Shown[][]}
 */
export function rowsOf(marks) {
  const rows = new Map();
  for (const mark of marks.filter((each) => each.kind !== "none")) {
    const place = `${mark.page} ${mark.row}`;
    if (!rows.has(place)) rows.set(place, []);
    rows.get(place).push(mark);
  }
  return [...rows.values()];
}

/**
 * Return where each digit stands, in words.
 * @param {Shown[]} marks
 * @returns {Map<Shown, string>}
 */
export function placesOf(marks) {
  const rows = rowsOf(marks);
  const several = rows.length > 1;
  const places = rows.flatMap((row, r) => row.map((mark, i) => [mark, text("place", several ? r + 1 : 0, i + 1)]));
  return new Map(places);
}

/**
 * Return the digit that is least sure, if there is one.
 * @template {{confidence: number}} Digit
 * @param {Digit[]} digits
 * @returns {Digit|undefined}
 */
export function leastOf(digits) {
  return digits.reduce((least, each) => (least && least.confidence <= each.confidence ? least : each), undefined);
}

/**
 * Paint a glyph as the network got it: 28 x 28, ink bright on black.
 * @param {number[][]} glyph
 * @returns {HTMLCanvasElement}
 */
export function paintGlyph(glyph) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = glyph.length;
  canvas.className = "glyph";
  canvas.setAttribute("aria-hidden", "true");
  const image = new ImageData(glyph.length, glyph.length);
  glyph.flat().forEach((level, i) => image.data.set([level, level, level, 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
