// Corrections: sent when a person says what a glyph really is, listed, taken back, downloaded.
import { byId, element, save } from "/web/dom.js";
import { paintGlyph } from "/web/marks.js";
import * as service from "/web/service.js";
import { text } from "/web/i18n.js";
import { named, short, told } from "/web/format.js";

const LISTED = 200; // the service lists no more

/** What was corrected, here and before. Known by glyph: the same mark, read again, is still corrected. */
export class Corrections {
  /** @param {() => void} changed called when a card may have to say something else */
  constructor(changed) {
    Object.assign(this, { changed, kept: false, known: false, list: [], found: new Map(), lines: new Map() });
    this.turn = Promise.resolve();
    byId("corrections-download").addEventListener("click", () => this.#download());
  }

  /** Ask the service what it keeps. */
  async load() {
    const { kept, corrections } = await service.corrections();
    Object.assign(this, { kept, list: corrections, known: true });
    this.found = new Map([...corrections].reverse().map((each) => [keyOf(each.glyph), each]));
    byId("seen").classList.toggle("kept", kept);
    this.render();
    this.changed();
  }

  /**
   * Return what a card is to say of its mark, if anything.
   * @param {import("/web/marks.js").Shown} mark
   * @returns {{label: string, line?: string}|undefined}
   */
  of(mark) {
    const key = keyOf(mark.glyph);
    const line = this.lines.get(key);
    return line ? { label: "", line } : this.found.get(key);
  }

  /**
   * Keep what a mark really is.
   * @param {import("/web/marks.js").Shown} mark
   * @param {string} label
   */
  async correct(mark, label) {
    const key = keyOf(mark.glyph);
    if (this.known && !this.kept) return this.#tell(key, text("correctionsOff"));
    await this.#try(key, async () => {
      const before = this.found.get(key);
      if (before?.label === label) return;
      const { glyph, label: said, confidence } = mark;
      await service.correct({ glyph, label, said, confidence });
      if (before) await this.#forget(before.id);
    });
  }

  /**
   * Take a correction back.
   * @param {import("/web/marks.js").Shown} mark
   */
  async undo(mark) {
    const key = keyOf(mark.glyph);
    await this.#try(key, async () => this.found.has(key) && this.#forget(this.found.get(key).id));
  }

  /** Show the list. */
  render() {
    const { kept, list } = this;
    const note = list.length >= LISTED ? "correctionsMost" : list.length ? "correctionsKept" : "correctionsNone";
    this.#note(this.known ? text(kept ? note : "correctionsOffNow", list.length) : "");
    byId("corrections-download").hidden = list.length === 0;
    byId("corrections-list").replaceChildren(...list.map((each) => this.#chip(each)));
  }

  async #forget(id) {
    // Another window may have deleted it already, which is as good.
    await service.forget(id).catch((problem) => problem.kind === "refused" || Promise.reject(problem));
  }

  // In turn, for a hand may press the next key before the last one is kept.
  #try(key, work) {
    this.turn = this.turn.then(() => this.#now(key, work));
    return this.turn;
  }

  async #now(key, work) {
    this.lines.delete(key);
    try {
      await work();
      await this.load();
    } catch (problem) {
      this.#tell(key, told(problem));
    }
  }

  #tell(key, line) {
    this.lines = new Map([[key, line]]);
    this.changed();
  }

  #note(line) {
    byId("corrections-note").textContent = line;
  }

  #chip({ id, said, label, glyph }) {
    const words = [short(said), short(label)];
    const forget = element("button", { type: "button", className: "plain", textContent: "×" });
    forget.setAttribute("aria-label", text("forget", named(said), named(label)));
    forget.addEventListener("click", () => this.#try(keyOf(glyph), () => this.#forget(id)));
    return element("li", {}, paintGlyph(glyph), element("span", { textContent: text("said", ...words) }), forget);
  }

  async #download() {
    try {
      save(await service.archive(), "corrections.zip");
    } catch (problem) {
      this.#note(told(problem));
    }
  }
}

const keys = new WeakMap();

function keyOf(glyph) {
  if (!keys.has(glyph)) keys.set(glyph, glyph.join());
  return keys.get(glyph);
}
