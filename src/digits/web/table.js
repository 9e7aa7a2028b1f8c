// The table of many pictures: a row each, in order of what needs a look; a row opens its picture.
import { Batch, rank } from "/web/batch.js";
import { csvOf } from "/web/csv.js";
import { byId, element, save } from "/web/dom.js";
import { leastOf } from "/web/marks.js";
import { text } from "/web/i18n.js";
import { percent, told, unreadable, warned } from "/web/format.js";

const THUMB = 96; // pixels of a thumbnail's height, on screens with two for one
const [section, rows, bar] = ["batch", "batch-rows", "batch-bar"].map(byId);
const [progress, copy] = ["batch-progress", "batch-copy"].map(byId);

/** The table of the pictures that were last taken. */
export class Table {
  /** @param {(file: File) => void} opened */
  constructor(opened) {
    Object.assign(this, { opened, batch: null, troubled: null, shown: [], open: null });
    this.thumbs = new IntersectionObserver((entries) => this.#inView(entries), { rootMargin: "200px" });
    copy.addEventListener("click", () => this.#copy());
    byId("batch-close").addEventListener("click", () => this.close());
    byId("previous").addEventListener("click", () => this.#step(-1));
    byId("next").addEventListener("click", () => this.#step(1));
  }

  /**
   * Have these read, and show how it goes.
   * @param {File[]} files
   * @param {boolean} single
   */
  async run(files, single) {
    this.close();
    section.hidden = false;
    const batch = new Batch(files, (items) => this.#add(items), (problem) => this.#tell(problem));
    this.batch = batch;
    this.#tell(null);
    await batch.run(single);
    if (batch === this.batch) this.#tell(null);
  }

  /**
   * Read all again.
   * @param {boolean} single
   */
  again(single) {
    if (this.batch) this.run(this.batch.items.map((item) => item.file), single);
  }

  /** @param {File|null} file the picture that is open now; if it is of the table, one can go on to the next */
  mark(file) {
    this.open = file;
    for (const { item, row } of this.shown) row.classList.toggle("open", item.file === file);
    byId("previous").hidden = byId("next").hidden = !this.batch?.items.some((item) => item.file === file);
  }

  /** Put the table away. */
  close() {
    this.batch?.stop();
    this.batch = null;
    this.shown = [];
    this.thumbs.disconnect();
    rows.replaceChildren();
    section.hidden = true;
    this.mark(this.open);
  }

  /** Show it again in another language. */
  render() {
    if (!this.batch) return;
    this.shown = [];
    rows.replaceChildren();
    this.#add(this.batch.read);
  }

  #step(by) {
    const at = this.shown.findIndex(({ item }) => item.file === this.open);
    const next = at >= 0 && this.shown[at + by];
    if (next) this.opened(next.item.file);
  }

  #add(items) {
    for (const item of items) {
      const entry = { item, row: this.#row(item), rank: rank(item) };
      const at = this.shown.findIndex((other) => other.rank > entry.rank);
      rows.insertBefore(entry.row, this.shown[at]?.row ?? null);
      this.shown.splice(at < 0 ? this.shown.length : at, 0, entry);
    }
    this.mark(this.open);
    this.#tell(this.troubled);
  }

  #tell(problem) {
    this.troubled = problem;
    const [done, all] = [this.shown.length, this.batch?.items.length ?? 0];
    bar.max = Math.max(all, 1);
    bar.value = done;
    bar.hidden = done === all;
    copy.disabled = done < all;
    copy.textContent = text("copy");
    const going = done < all ? text("batchGoing", done, all) : text("batchDone", all);
    progress.textContent = problem ? told(problem) : going;
  }

  #row(item) {
    const { name, reading } = item;
    const failed = reading.error !== undefined;
    const doubts = failed ? unreadable("", reading.error) : reading.warnings.map(warned).join(" ");
    const open = element("button", { type: "button", className: "link", textContent: name, title: text("open", name) });
    const row = element(
      "tr",
      {},
      element("td", { className: "thumb" }, element("canvas", { width: 0, height: 0, "aria-hidden": "true" })),
      element("th", { scope: "row" }, open),
      element("td", { className: "text" }, ...(failed ? [text("unread")] : textOf(reading))),
      element("td", { className: "figures", textContent: failed ? "" : leastIn(reading) }),
      element("td", { className: failed ? "doubt" : "faint", textContent: doubts }),
    );
    row.item = item;
    // The button alone would do for the keyboard; a mouse may take the whole row.
    row.addEventListener("click", () => this.opened(item.file));
    this.thumbs.observe(row);
    return row;
  }

  #inView(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.thumbs.unobserve(target);
      paintThumb(target.querySelector("canvas"), target.item.file);
    }
  }

  async #copy() {
    const table = csvOf(this.batch.read);
    try {
      await navigator.clipboard.writeText(table);
      copy.textContent = text("copied");
    } catch {
      // No clipboard without a secure address: a file does as well.
      save(new Blob([table], { type: "text/csv" }), "read.csv");
    }
  }
}

function textOf({ rows: lines }) {
  if (!lines.length) return [element("span", { className: "faint", textContent: text("nothing") })];
  const signs = [...lines.join(" ")];
  return signs.map((sign) => (sign === "?" ? element("b", { className: "doubt", textContent: sign }) : sign));
}

function leastIn({ digits }) {
  return digits.length ? percent(leastOf(digits).confidence) : "";
}

async function paintThumb(canvas, file) {
  try {
    const bitmap = await createImageBitmap(file, { resizeHeight: THUMB, resizeQuality: "medium" });
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
  } catch {
    // The browser cannot show it; the row tells what was read all the same.
  }
}
