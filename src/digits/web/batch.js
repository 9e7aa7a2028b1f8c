// Many pictures: sent a few at a time, sorted so that what needs a look comes first.
import { leastOf } from "/web/marks.js";
import { Problem, read } from "/web/service.js";

const TOGETHER = 8; // pictures in one request
const BYTES = 8 << 20; // or fewer, where they are large

/**
 * @typedef {{file: File, name: string, reading?: import("/web/service.js").Reading}} Item
 */

/**
 * Return how much an item needs a look: the unreadable first, then those without a digit, then the least sure.
 * @param {Item} item
 * @returns {number}
 */
export function rank({ reading }) {
  if (reading.error !== undefined) return -2;
  return leastOf(reading.digits)?.confidence ?? -1;
}

/** A list of pictures that is being read. */
export class Batch {
  /**
   * @param {File[]} files
   * @param {(read: Item[]) => void} told called with what came
   * @param {(problem: Problem|null) => void} troubled
   */
  constructor(files, told, troubled) {
    Object.assign(this, { told, troubled, stopped: new AbortController() });
    this.items = files.map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  }

  /** @returns {Item[]} those that were read, the least sure first */
  get read() {
    return this.items.filter((item) => item.reading).sort((one, other) => rank(one) - rank(other));
  }

  /** @param {boolean} single whether each holds exactly one digit */
  async run(single) {
    for (const some of portions(this.items)) {
      await this.#ask(some, single);
      if (this.stopped.signal.aborted) return;
      this.told(some);
    }
  }

  /** Read no more. */
  stop() {
    this.stopped.abort();
  }

  // Asked for again until there is an answer, unless another try is of no use. One bad picture must not cost the
  // others theirs, so each of a refused request is then sent by itself.
  async #ask(items, single) {
    while (!this.stopped.signal.aborted) {
      try {
        const readings = await read(formOf(items), { single, glyphs: false, signal: this.stopped.signal });
        this.troubled(null);
        items.forEach((item, i) => (item.reading = withName(readings[i], item.name)));
        return;
      } catch (problem) {
        if (this.stopped.signal.aborted) return;
        if (problem.wait) await this.#wait(problem);
        else return this.#refused(items, problem, single);
      }
    }
  }

  async #refused(items, problem, single) {
    if (items.length > 1) for (const item of items) await this.#ask([item], single);
    else items[0].reading = withName({ error: problem.detail || problem.kind }, items[0].name);
  }

  async #wait(problem) {
    this.troubled(problem);
    await new Promise((go) => setTimeout(go, problem.wait));
  }
}

// A form carries a quotation mark in a name as %22, and so the service tells of it.
function withName(reading, name) {
  const { error } = reading;
  return error === undefined ? reading : { name, error: error.replace(name.replaceAll('"', "%22"), () => name) };
}

function* portions(items) {
  let [some, bytes] = [[], 0];
  for (const item of items) {
    if (some.length && (some.length === TOGETHER || bytes + item.file.size > BYTES)) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(item);
    bytes += item.file.size;
  }
  if (some.length) yield some;
}

function formOf(items) {
  const form = new FormData();
  for (const { file, name } of items) form.append("files", file, name);
  return form;
}
