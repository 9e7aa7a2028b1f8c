// A picture with its boxes: shown by the browser where it can, told where it cannot.
import { byId } from "/web/dom.js";
import { Boxes } from "/web/boxes.js";
import { text } from "/web/i18n.js";

const SMALL = 320; // pixels: a picture whose longer side is shorter is enlarged to this
const HIGHEST = 0.52; // of the window: so that the cards below it stay in view

/** The picture on the workspace. */
export class Picture {
  /** @param {{over: (place: number) => void, chosen: (place: number) => void}} told */
  constructor(told) {
    this.frame = byId("frame");
    this.image = byId("picture");
    this.boxes = new Boxes(byId("picture-boxes"), told);
    this.marks = [];
    this.address = "";
    this.image.addEventListener("load", () => this.#loaded());
    this.image.addEventListener("error", () => this.#unshown(true));
    window.addEventListener("resize", () => this.#loaded());
  }

  /** @param {File} file */
  open(file) {
    this.close();
    this.#unshown(false);
    this.address = URL.createObjectURL(file);
    this.image.alt = text("pictureAlt", file.name);
    this.image.src = this.address;
  }

  /** Put it away. */
  close() {
    this.show([]);
    this.image.removeAttribute("src");
    URL.revokeObjectURL(this.address);
    this.address = "";
  }

  /** @param {import("/web/marks.js").Shown[]} marks found on it */
  show(marks) {
    this.marks = marks;
    const { naturalWidth: width, naturalHeight: height } = this.image;
    // Before the picture is there, its size is not known; the boxes come with it then.
    if (this.image.complete && width) this.boxes.show(marks, { width, height });
    else this.boxes.clear();
  }

  #loaded() {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    if (!width) return;
    const around = getComputedStyle(this.frame.parentElement);
    const room = this.frame.parentElement.clientWidth - 2 * parseFloat(around.paddingLeft);
    const longer = Math.max(width, height);
    const zoom = Math.min(Math.max(1, SMALL / longer), room / width, (innerHeight * HIGHEST) / height);
    this.frame.style.width = `${Math.round(width * zoom)}px`;
    this.frame.classList.toggle("pixels", zoom > 4);
    this.show(this.marks);
  }

  #unshown(unshown) {
    byId("unshown").hidden = !unshown;
    this.frame.hidden = unshown;
  }
}
