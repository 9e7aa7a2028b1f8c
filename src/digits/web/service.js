// The service, over HTTP: one function a call. What goes wrong is a Problem that says what to do about it.

const KEPT = "digits.token";
const PATIENCE = 60_000; // milliseconds for one call, the upload of a photo included
const KINDS = { 408: "slow", 413: "large", 422: "unreadable", 503: "busy" };
const WAITS = { away: 2000, slow: 2000, busy: 1000 }; // milliseconds until it is worth another try
let askForToken = async () => {
  throw new Problem("refused", "token");
};

/**
 * @typedef {object} Mark
 * @property {string} label
 * @property {number} confidence
 * @property {string} runner_up
 * @property {number} runner_up_confidence
 * @property {[number, number, number, number]} box left, top, width, height
 * @property {number} row
 * @property {number} page
 * @property {boolean} sure
 * @property {number[]} probabilities
 *
 * @typedef {object} Reading
 * @property {string} name
 * @property {string} text
 * @property {string} digits_only
 * @property {string[]} rows
 * @property {{text: string, box: number[], page: number, probability: number}[]} lines
 * @property {Mark[]} digits
 * @property {Mark[]} others
 * @property {string[]} warnings
 * @property {number[][][]} [glyphs]
 * @property {string} [error] instead of all else but the name
 */

/** What went wrong: its kind is a text of the page; `wait` is how long until another try, 0 where that is no use. */
export class Problem extends Error {
  /**
   * @param {string} kind
   * @param {string} [detail]
   * @param {number} [wait] milliseconds
   */
  constructor(kind, detail = "", wait = WAITS[kind] ?? 0) {
    super(detail || kind);
    Object.assign(this, { kind, detail, wait });
  }
}

/**
 * Call `ask` where the service wants a token; it resolves with what the person gives.
 * @param {(refused: boolean) => Promise<string>} ask
 */
export function onToken(ask) {
  askForToken = ask;
}

/**
 * Have pictures read.
 * @param {Blob|FormData} body one picture, or a form with several
 * @param {{single?: boolean, glyphs?: boolean, signal?: AbortSignal}} [how]
 * @returns {Promise<Reading[]>}
 */
export async function read(body, { single = false, glyphs = true, signal } = {}) {
  const headers = body instanceof Blob ? { "Content-Type": body.type || "application/octet-stream" } : {};
  const answer = await call(`/v1/read?glyphs=${glyphs}&single=${single}`, { method: "POST", body, headers, signal });
  return (await answer.json()).readings;
}

/** @returns {Promise<Record<string, any>>} the card of the network */
export async function model() {
  return (await call("/v1/model")).json();
}

/** @returns {Promise<{kept: boolean, corrections: Record<string, any>[]}>} */
export async function corrections() {
  return (await call("/v1/corrections")).json();
}

/**
 * Keep a glyph with what it really is.
 * @param {{glyph: number[][], label: string, said: string, confidence: number}} correction
 * @returns {Promise<number>} what it is known by
 */
export async function correct(correction) {
  const headers = { "Content-Type": "application/json" };
  const answer = await call("/v1/corrections", { method: "POST", headers, body: JSON.stringify(correction) });
  return (await answer.json()).id;
}

/** @param {number} id of the correction to forget */
export async function forget(id) {
  await call(`/v1/corrections/${id}`, { method: "DELETE" });
}

/** @returns {Promise<Blob>} all corrections as a zip file */
export async function archive() {
  return (await call("/v1/corrections/archive")).blob();
}

async function call(path, options = {}) {
  let answer = await send(path, options);
  for (let again = false; answer.status === 401; again = true) {
    sessionStorage.setItem(KEPT, await askForToken(again || Boolean(sessionStorage.getItem(KEPT))));
    answer = await send(path, options);
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function send(path, options) {
  const token = sessionStorage.getItem(KEPT);
  const headers = token ? { ...options.headers, Authorization: `Bearer ${token}` } : options.headers;
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
  const given = () => stop.abort();
  options.signal?.addEventListener("abort", given);
  try {
    return await fetch(path, { ...options, headers, signal: stop.signal });
  } catch {
    throw new Problem("away");
  } finally {
    clearTimeout(late);
    options.signal?.removeEventListener("abort", given);
  }
}

async function problemOf(answer) {
  const { detail = "" } = await answer.json().catch(() => ({}));
  const kind = KINDS[answer.status] ?? (answer.status >= 500 ? "broken" : "refused");
  const seconds = Number(answer.headers.get("Retry-After"));
  return seconds > 0 ? new Problem(kind, detail, seconds * 1000) : new Problem(kind, detail);
}
