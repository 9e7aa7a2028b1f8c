// What the network saw: a card for each mark, with its glyph, its eleven probabilities, and keys to correct it.
import { element } from "/web/dom.js";
import { paintGlyph, placesOf } from "/web/marks.js";
import { text } from "/web/i18n.js";
import { WORTH_TELLING, named, percent, short } from "/web/format.js";

const NONE_KEYS = ["x", "X", "Delete"];
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: "row", ArrowUp: "-row", Home: "first", End: "last" };

/** The cards in `place`. Arrow keys go from card to card; Tab goes on to what is behind them. */
export class Cards {
  /**
   * @param {HTMLElement} place
   * @param {object} told
   * @param {(place: number) => void} told.over the mark that is pointed at or focused, or -1
   * @param {(mark: object, label: string) => void} told.corrected
   * @param {(mark: object) => void} told.undone
   * @param {(mark: object) => {label: string, line?: string}|undefined} told.correctionOf
   */
  constructor(place, told) {
    Object.assign(this, { place, told, classes: [], marks: [], cards: [] });
    place.addEventListener("pointerover", (event) => told.over(this.#placeOf(event.target)));
    place.addEventListener("pointerleave", () => told.over(this.#focused()));
    place.addEventListener("focusin", (event) => this.#focusedOn(this.#placeOf(event.target)));
    place.addEventListener("focusout", () => told.over(-1));
    place.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {import("/web/marks.js").Shown[]} marks */
  show(marks) {
    const focused = this.#focused();
    this.marks = marks;
    const places = placesOf(marks);
    this.cards = marks.map((mark) => this.#card(mark, places.get(mark)));
    if (this.cards.length) this.cards[Math.min(Math.max(focused, 0), this.cards.length - 1)].tabIndex = 0;
    this.place.replaceChildren(...this.cards);
    if (focused >= 0) this.focus(focused);
  }

  /** Show the same marks again, in another language or with other corrections. */
  refresh() {
    this.show(this.marks);
  }

  /** @param {number} place of the card that is to stand out; -1 for none */
  highlight(place) {
    this.cards.forEach((card, i) => card.classList.toggle("lit", i === place));
  }

  /** @param {number} place of the card to go to */
  focus(place) {
    this.cards[Math.min(place, this.cards.length - 1)]?.focus();
  }

  #placeOf(node) {
    return this.cards.indexOf(node.closest(".card"));
  }

  #focused() {
    return this.#placeOf(document.activeElement ?? document.body);
  }

  #focusedOn(place) {
    this.cards.forEach((card, i) => (card.tabIndex = i === place ? 0 : -1));
    this.told.over(place);
  }

  #key(event) {
    const place = this.#placeOf(event.target);
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const label = NONE_KEYS.includes(event.key) ? this.classes.at(-1) : event.key;
    if (event.key in STEPS) this.focus(this.#stepped(place, STEPS[event.key]));
    else if (event.key === "Escape") this.cards[place].blur();
    else if (this.classes.includes(label)) event.repeat || this.told.corrected(this.marks[place], label);
    else return;
    event.preventDefault();
  }

  #stepped(place, step) {
    const last = this.cards.length - 1;
    const columns = this.cards.filter((card) => card.offsetTop === this.cards[0].offsetTop).length;
    const to = { row: place + columns, "-row": place - columns, first: 0, last }[step] ?? place + step;
    return to < 0 || to > last ? place : to;
  }

  #card(mark, place) {
    const about = element("div", { className: "about" }, paintGlyph(mark.glyph), verdict(mark));
    const said = element("div", { className: `card ${mark.kind}`, role: "group", tabIndex: -1 }, about);
    said.setAttribute("aria-label", spoken(mark, place));
    const correction = this.told.correctionOf(mark);
    if (correction) said.append(this.#corrected(mark, correction));
    said.append(bars(mark, this.classes));
    if (!correction) said.append(this.#choices(mark));
    return said;
  }

  #corrected(mark, { label, line }) {
    const words = line ?? text(label === mark.label ? "confirmed" : "correctedTo", named(label));
    const note = element("p", { className: "note", role: "status" }, words);
    const undo = element("button", { type: "button", className: "plain", textContent: text("undo") });
    undo.addEventListener("click", () => this.told.undone(mark));
    if (!line) note.append(" ", undo);
    return note;
  }

  #choices(mark) {
    const buttons = this.classes.map((label) => {
      const sign = label.length === 1 ? label : text("none");
      const button = element("button", { type: "button", tabIndex: -1, textContent: sign });
      button.setAttribute("aria-label", text("choice", named(label)));
      button.addEventListener("click", () => this.told.corrected(mark, label));
      return button;
    });
    const choices = element("div", { className: "choices" }, element("p", { textContent: text("itIs") }), ...buttons);
    // Else the press would take the focus from the card, and the buttons would be gone before the click.
    choices.addEventListener("pointerdown", (event) => event.preventDefault());
    return choices;
  }
}

function verdict(mark) {
  const lines = {
    sure: percent(mark.confidence),
    unsure: `${text("leans", mark.label)} ${percent(mark.confidence)}`,
    none: `${text("notADigit")} ${percent(mark.confidence)}`,
  };
  const second = text("or", short(mark.runner_up), percent(mark.runner_up_confidence));
  const other = mark.runner_up_confidence >= WORTH_TELLING ? second : "";
  return element(
    "div",
    { className: "verdict" },
    element("b", { className: "sign", textContent: mark.sign }),
    element("span", { textContent: lines[mark.kind] }),
    element("span", { className: "faint", textContent: other }),
  );
}

function spoken(mark, place) {
  const other = [named(mark.runner_up), percent(mark.runner_up_confidence)];
  if (mark.kind === "none") return text("cardOther", percent(mark.confidence), ...other);
  return text(mark.kind === "sure" ? "card" : "cardUnsure", place, mark.label, percent(mark.confidence), ...other);
}

function bars(mark, classes) {
  const all = mark.probabilities.map((share, i) => {
    const fill = element("i");
    fill.style.height = `${100 * share}%`;
    const label = classes[i] ?? "";
    const title = text("bar", named(label), percent(share));
    const bar = element("span", { className: "bar", title }, element("span", {}, fill));
    bar.append(element("small", { textContent: short(label) }));
    bar.classList.toggle("first", label === mark.label);
    return bar;
  });
  return element("div", { className: "bars", role: "img", "aria-label": text("bars") }, ...all);
}
