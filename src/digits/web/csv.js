// The table as CSV, in the very form of `digits read --csv`.
import { leastOf } from "/web/marks.js";

const HEADER = ["name", "text", "confidence", "digits", "rows", "warnings", "error"];

/**
 * Return the answers as a CSV file with a header.
 * @param {{name: string, reading: import("/web/service.js").Reading}[]} items
 * @returns {string}
 */
export function csvOf(items) {
  return [HEADER, ...items.map(rowOf)].map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

function rowOf({ name, reading }) {
  if (reading.error !== undefined) return [name, "", "", "", "", "", reading.error];
  const { digits, rows, warnings } = reading;
  const least = digits.length ? leastOf(digits).confidence.toFixed(4) : "";
  return [name, rows.join(" | "), least, digits.length, rows.length, warnings.join("; "), ""];
}

function quoted(value) {
  const words = String(value);
  return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}
