// The page: its parts made and wired to each other. Each part knows its own piece of the page, and no other part.
import { offerCamera } from "/web/camera.js";
import { Corrections } from "/web/corrections.js";
import { Workspace } from "/web/workspace.js";
import { byId } from "/web/dom.js";
import { Drawing } from "/web/drawing.js";
import { takePictures } from "/web/file_input.js";
import { showTrouble } from "/web/result.js";
import { Cards } from "/web/cards.js";
import * as service from "/web/service.js";
import { Table } from "/web/table.js";
import { fill, onLanguage, language, speak, text } from "/web/i18n.js";
import { askForToken } from "/web/token.js";

const EVERY = 160; // milliseconds between readings while a stroke grows
const AGAIN = 3000; // milliseconds until a service that was away is asked again
const drawing = new Drawing(byId("canvas"), drawn);
const corrections = new Corrections(() => cards.refresh());
const cards = new Cards(byId("cards"), {
  over: highlight,
  corrected: (mark, label) => corrections.correct(mark, label),
  undone: (mark) => corrections.undo(mark),
  correctionOf: (mark) => corrections.of(mark),
});
const workspace = new Workspace(drawing, { shown, over: highlight, chosen: (place) => cards.focus(place) });
const table = new Table((file) => open(file));
let card = null;
let asked = 0;

function drawn(done) {
  byId("invitation").hidden = !drawing.empty;
  byId("undo").disabled = !drawing.undoable;
  byId("clear").disabled = drawing.empty;
  if (!workspace.drawn) return;
  const now = performance.now();
  if (!done && now - asked < EVERY) return;
  asked = now;
  workspace.ask();
}

function shown(marks) {
  cards.show(marks);
  byId("seen-how").hidden = !marks.length;
}

function highlight(place) {
  workspace.highlight(place);
  cards.highlight(place);
}

function open(file) {
  workspace.open(file);
  table.mark(file);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  byId("figure").scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}

function taken(files) {
  if (files.length === 1) open(files[0]);
  else if (files.length > 1) {
    // Again when it is done: before its rows are there, the page is too short to show them.
    table.run(files, workspace.single).then(() => byId("batch").scrollIntoView());
    byId("batch").scrollIntoView();
  } else showTrouble(text("batchNone"));
}

function key(event) {
  if (event.defaultPrevented || event.target.closest("input, dialog") || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !workspace.drawn) workspace.draw();
  else if (!workspace.drawn) return;
  else if (event.key === "u" || (event.key === "z" && event.ctrlKey)) drawing.undo();
  else if (event.key === "Escape" || (event.key === "c" && !event.ctrlKey)) drawing.clear();
  else return;
  event.preventDefault();
}

function wire() {
  byId("undo").addEventListener("click", () => drawing.undo());
  byId("clear").addEventListener("click", () => drawing.clear());
  byId("draw").addEventListener("click", () => workspace.draw());
  byId("pen").addEventListener("input", (event) => (drawing.penWidth = Number(event.target.value)));
  byId("single").addEventListener("change", (event) => {
    workspace.single = event.target.checked;
    workspace.ask();
    table.again(workspace.single);
  });
  byId("canvas").addEventListener("pointermove", ({ buttons, clientX, clientY }) => {
    if (!buttons) highlight(workspace.drawnBoxes.at(clientX, clientY));
  });
  byId("canvas").addEventListener("pointerleave", () => highlight(-1));
  document.addEventListener("keydown", key);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
}

function render() {
  workspace.render();
  shown(workspace.marks);
  table.render();
  corrections.render();
  if (!card) return;
  const parameters = card.parameters.toLocaleString(language());
  byId("model").textContent = text("model", card.model, parameters, card.version);
}

// Until the service answers: it may have been started after the page, or be starting again.
async function meet() {
  try {
    card = await service.model();
    cards.classes = card.classes;
    await corrections.load();
    render();
  } catch (problem) {
    if (!(problem instanceof service.Problem)) throw problem;
    setTimeout(meet, AGAIN);
  }
}

service.onToken(askForToken);
onLanguage(render);
fill();
wire();
render();
drawn(false);
takePictures(taken);
offerCamera(open);
meet();
