// The workspace: the drawing or one picture, and its reading: asked for, shown, asked for again if need be.
import { Boxes } from "/web/boxes.js";
import { byId } from "/web/dom.js";
import { newest } from "/web/latest.js";
import { marksOf } from "/web/marks.js";
import { Picture } from "/web/picture.js";
import * as result from "/web/result.js";
import { Problem, read } from "/web/service.js";
import { told } from "/web/format.js";

const PAPER = { file: null };

/** The workspace. `told.shown(marks)` is called with every reading, `told.over(place)` when a box is pointed at. */
export class Workspace {
  /**
   * @param {import("/web/drawing.js").Drawing} drawing
   * @param {{shown: (marks: object[]) => void, over: (place: number) => void, chosen: (place: number) => void}} told
   */
  constructor(drawing, told) {
    Object.assign(this, { drawing, told, on: PAPER, single: false, reading: null, marks: [], problem: null, again: 0 });
    this.shown = ""; // the version of the drawing whose reading is shown, and how it was read
    this.drawnBoxes = new Boxes(byId("drawn-boxes"));
    this.picture = new Picture(told);
    this.work = newest((on, signal) => this.#read(on, signal));
  }

  /** @returns {boolean} whether it is the drawing that is shown */
  get drawn() {
    return this.on === PAPER;
  }

  /** @param {File} file a picture to show and read */
  open(file) {
    this.#lay({ file });
    this.picture.open(file);
    byId("picture-name").textContent = file.name;
    this.ask();
  }

  /** Go back to the drawing. */
  draw() {
    if (this.drawn) return;
    this.picture.close();
    this.#lay(PAPER);
    this.ask();
  }

  /** Have what is on the workspace read; of many calls only the last counts. */
  ask() {
    clearTimeout(this.again);
    if (this.drawn && this.drawing.empty) return this.#bare();
    result.showBusy(true);
    this.work.ask(this.on);
  }

  /** Show the reading again, in another language. */
  render() {
    this.#tell(this.problem);
    if (this.reading) this.#show(this.reading);
  }

  /** @param {number} place of the mark whose box is to stand out; -1 for none */
  highlight(place) {
    (this.drawn ? this.drawnBoxes : this.picture.boxes).highlight(place);
  }

  #lay(on) {
    this.work.drop();
    this.on = on;
    this.#bare();
    byId("paper").hidden = byId("drawing-tools").hidden = !this.drawn;
    byId("figure").hidden = byId("picture-tools").hidden = this.drawn;
  }

  #bare() {
    this.work.drop();
    clearTimeout(this.again);
    Object.assign(this, { reading: null, marks: [], shown: "" });
    this.#tell(null);
    result.showNothing();
    result.showBusy(false);
    this.drawnBoxes.clear();
    this.told.shown([]);
  }

  async #read(on, signal) {
    const { size, version } = this.drawing;
    const how = `${version} ${this.single}`;
    // A pen that is lifted adds no ink: what was read while it moved may be all there is.
    if (on === PAPER && how === this.shown) return result.showBusy(false);
    try {
      const [reading] = await read(on.file ?? this.drawing.toPng(), { single: this.single, signal });
      if (signal.aborted) return;
      this.#tell(null);
      this.#show(reading, size);
      this.shown = how;
      if (on !== PAPER || version === this.drawing.version) result.showBusy(false);
    } catch (problem) {
      if (!signal.aborted) this.#failed(problem);
    }
  }

  #show(reading, size = this.drawing.size) {
    this.reading = reading;
    this.marks = marksOf(reading);
    result.showReading(reading, this.marks);
    if (this.drawn) this.drawnBoxes.show(this.marks, size);
    else this.picture.show(this.marks);
    this.told.shown(this.marks);
  }

  #failed(problem) {
    if (!(problem instanceof Problem)) throw problem;
    this.#tell(problem);
    if (problem.wait) this.again = setTimeout(() => this.ask(), problem.wait);
    else result.showBusy(false);
    if (problem.wait || this.drawn) return;
    result.showUnread();
    this.told.shown([]);
  }

  #tell(problem) {
    this.problem = problem;
    result.showTrouble(problem ? told(problem, this.on.file?.name) : "");
  }
}
