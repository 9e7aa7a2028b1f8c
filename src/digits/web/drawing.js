// The paper: strokes of a pen, finger or mouse on a canvas, taken back one by one, and sent as a PNG, black on white.
import { finish, paint, reach } from "/web/ink.js";

const INK = "#1d1d1f"; // on the screen; in the dark a filter turns it bright
const KEPT = 200; // states that undo can go back to

/** What is drawn, and where: `changed(done)` is called while a stroke grows and, with true, when it is complete. */
export class Drawing {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(done: boolean) => void} changed
   */
  constructor(canvas, changed) {
    Object.assign(this, { canvas, changed, strokes: [], before: [], penWidth: 12, scale: 1, version: 0 });
    this.context = canvas.getContext("2d");
    const sent = document.createElement("canvas");
    this.sent = { canvas: sent, context: sent.getContext("2d", { alpha: false, willReadFrequently: true }) };
    this.stroke = this.pointer = null;
    this.#listen();
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /** @returns {boolean} whether nothing is drawn */
  get empty() {
    return this.strokes.length === 0;
  }

  /** @returns {boolean} whether there is anything to take back */
  get undoable() {
    return this.before.length > 0;
  }

  /** @returns {{width: number, height: number}} of the paper, in the pixels of the PNG */
  get size() {
    const { clientWidth, clientHeight } = this.canvas;
    return { width: Math.round(clientWidth / this.scale), height: Math.round(clientHeight / this.scale) };
  }

  /** Take back the last stroke, or the last clearing. */
  undo() {
    if (this.stroke || !this.undoable) return;
    this.strokes = this.before.pop();
    this.#redraw();
  }

  /** Take a fresh paper. */
  clear() {
    if (this.stroke || this.empty) return;
    this.#remember();
    this.strokes = [];
    this.#redraw();
  }

  /**
   * Return the drawing as it is sent: one pixel for one of the paper, whatever the screen and the theme.
   *
   * By toDataURL, since toBlob waits for an idle moment: with it, a reading took 34 ms where it now takes 30.
   * @returns {Blob}
   */
  toPng() {
    const { canvas, context } = this.sent;
    Object.assign(canvas, this.size);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = context.strokeStyle = "#000000";
    for (const stroke of this.strokes) this.#whole(context, stroke);
    const letters = atob(canvas.toDataURL("image/png").split(",")[1]);
    return new Blob([Uint8Array.from(letters, (letter) => letter.charCodeAt(0))], { type: "image/png" });
  }

  #listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#up(event));
    // Else a long press on a phone opens a menu over the stroke.
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  #down(event) {
    if (this.stroke || event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.#remember();
    this.pointer = event.pointerId;
    this.stroke = { width: this.penWidth, points: [this.#point(event)] };
    this.strokes = [...this.strokes, this.stroke];
    paint(this.context, this.stroke);
    this.#tell(false);
  }

  #move(event) {
    if (event.pointerId !== this.pointer) return;
    const { points } = this.stroke;
    const from = points.length;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) points.push(this.#point(each));
    paint(this.context, this.stroke, from);
    this.#tell(false);
  }

  #up(event) {
    if (event.pointerId !== this.pointer) return;
    finish(this.context, this.stroke);
    this.stroke = this.pointer = null;
    this.changed(true);
  }

  #point(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const weight = event.pointerType === "pen" && event.pressure > 0 ? 0.4 + 1.2 * event.pressure : 1;
    return { x: (event.clientX - left) / this.scale, y: (event.clientY - top) / this.scale, weight };
  }

  #remember() {
    this.before = [...this.before.slice(1 - KEPT), this.strokes];
  }

  #redraw() {
    const { canvas, context } = this;
    const dots = (canvas.width / canvas.clientWidth) * this.scale;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(dots, 0, 0, dots, 0, 0);
    context.fillStyle = context.strokeStyle = INK;
    for (const stroke of this.strokes) this.#whole(context, stroke);
    this.#tell(true);
  }

  #tell(done) {
    this.version += 1;
    this.changed(done);
  }

  #whole(context, stroke) {
    paint(context, stroke);
    finish(context, stroke);
  }

  // A paper that gets smaller shows all ink that is on it, smaller; with room again, in its own size.
  #resize() {
    const { canvas } = this;
    const { clientWidth, clientHeight } = canvas;
    if (!clientWidth || !clientHeight) return;
    const { right, bottom } = reach(this.strokes);
    this.scale = Math.min(1, clientWidth / Math.max(right, 1), clientHeight / Math.max(bottom, 1));
    canvas.width = Math.round(clientWidth * devicePixelRatio);
    canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.#redraw();
  }
}
