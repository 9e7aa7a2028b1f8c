// File input: pictures dropped anywhere, pasted, chosen. All end in one call with a list of files.
import { byId } from "/web/dom.js";
import { text } from "/web/i18n.js";

const PICTURE = /\.(png|jpe?g|jfif|webp|tiff?|bmp|gif|p[bgpn]m)$/i;

/**
 * Take pictures from everywhere.
 * @param {(files: File[]) => void} taken
 */
export function takePictures(taken) {
  offerDrop(taken);
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    taken(files.map(namedWhenPasted));
  });
  byId("choose").addEventListener("click", () => byId("files").click());
  for (const field of [byId("files"), byId("snapshot")]) {
    field.addEventListener("change", () => {
      const files = [...field.files];
      field.value = ""; // so that the same file can be chosen again
      if (files.length) taken(files);
    });
  }
}

function offerDrop(taken) {
  const sign = byId("drop");
  const brings = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    sign.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) sign.hidden = true;
  });
  document.addEventListener("drop", async (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    sign.hidden = true;
    taken(await dropped(event.dataTransfer));
  });
}

// What a folder holds beside pictures is left out; a file that was dropped by itself is tried, whatever it is.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => filesOf(entry, true)));
  return found.flat();
}

async function filesOf(entry, any) {
  if (entry.isFile) {
    if (!any && !PICTURE.test(entry.name)) return [];
    return new Promise((give) => entry.file((file) => give([file]), () => give([])));
  }
  const found = await Promise.all((await listed(entry.createReader())).map((each) => filesOf(each, false)));
  return found.flat();
}

// A reader gives a hundred entries at a time, and none at the end.
async function listed(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((give) => reader.readEntries(give, () => give([])));
    if (!some.length) return all.sort((one, other) => one.name.localeCompare(other.name));
    all.push(...some);
  }
}

// Browsers call every pasted picture image.png.
function namedWhenPasted(file) {
  if (file.name !== "image.png") return file;
  return new File([file], `${text("pasted")}.png`, { type: file.type });
}
