// Boxes over a drawing or a picture, one for each mark: what was read above it, how surely below.
import { element } from "/web/dom.js";
import { percent } from "/web/format.js";

const MARGIN = 4; // pixels between ink and box
const NARROW = 26; // pixels of the screen: on a smaller box the share has no room

/** The boxes on `layer`. Only those of the first page: a browser shows no other. */
export class Boxes {
  /**
   * @param {HTMLElement} layer lies over the picture, in its very size
   * @param {{over?: (place: number) => void, chosen?: (place: number) => void}} [told] place: of the mark, or -1
   */
  constructor(layer, { over, chosen } = {}) {
    this.layer = layer;
    this.boxes = new Map();
    const placeOf = (event) => Number(event.target.closest(".box")?.dataset.place ?? -1);
    if (over) layer.addEventListener("pointerover", (event) => over(placeOf(event)));
    if (over) layer.addEventListener("pointerleave", () => over(-1));
    if (chosen) layer.addEventListener("click", (event) => placeOf(event) >= 0 && chosen(placeOf(event)));
  }

  /**
   * Show the boxes of `marks` on a picture of this size.
   * @param {import("/web/marks.js").Shown[]} marks
   * @param {{width: number, height: number}} size
   */
  show(marks, { width, height }) {
    const zoom = this.layer.clientWidth / width || 1;
    const margin = MARGIN / zoom;
    const shown = [...marks.entries()].filter(([, mark]) => mark.page === 0);
    this.boxes = new Map(shown.map(([place, mark]) => [place, box(mark, place, { width, height, margin, zoom })]));
    this.layer.replaceChildren(...this.boxes.values());
  }

  /** Take all boxes away. */
  clear() {
    this.show([], { width: 1, height: 1 });
  }

  /** @param {number} place of the mark whose box is to stand out; -1 for none */
  highlight(place) {
    for (const [each, node] of this.boxes) node.classList.toggle("lit", each === place);
  }

  /**
   * Return the place of the mark whose box is at this point of the screen, or -1.
   * @param {number} x
   * @param {number} y
   * @returns {number}
   */
  at(x, y) {
    for (const [place, node] of this.boxes) {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      if (left <= x && x <= right && top <= y && y <= bottom) return place;
    }
    return -1;
  }
}

function box(mark, place, { width, height, margin, zoom }) {
  const [left, top, wide, high] = mark.box;
  const share = element("span", { className: "share", textContent: percent(mark.confidence) });
  const label = element("b", { textContent: mark.kind === "unsure" ? `${mark.label}?` : mark.sign });
  const node = element("div", { className: `box ${mark.kind}` }, label, share);
  node.dataset.place = place;
  node.classList.toggle("narrow", wide * zoom < NARROW);
  const [from, to] = [Math.max(0, left - margin), Math.min(width, left + wide + margin)];
  const [above, below] = [Math.max(0, top - margin), Math.min(height, top + high + margin)];
  Object.assign(node.style, {
    left: `${(100 * from) / width}%`,
    top: `${(100 * above) / height}%`,
    width: `${(100 * (to - from)) / width}%`,
    height: `${(100 * (below - above)) / height}%`,
  });
  return node;
}
