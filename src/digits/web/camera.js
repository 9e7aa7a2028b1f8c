// A picture from the camera: live in a dialog where the browser lets us, else by the phone's own camera.
import { byId } from "/web/dom.js";
import { text } from "/web/i18n.js";

const QUALITY = 0.95; // of the JPEG
let stream = null;

/**
 * Set up the camera button; it stays hidden where there is no camera.
 * @param {(file: File) => void} taken
 */
export async function offerCamera(taken) {
  const dialog = byId("camera-dialog");
  byId("camera").addEventListener("click", open);
  byId("camera-take").addEventListener("click", async () => {
    const file = await shoot();
    dialog.close();
    if (file) taken(file);
  });
  byId("camera-cancel").addEventListener("click", () => dialog.close());
  // Also when Escape closed it: a camera that nobody looks through must not stay on.
  dialog.addEventListener("close", stop);
  navigator.mediaDevices?.addEventListener?.("devicechange", look);
  await look();
}

async function look() {
  byId("camera").hidden = !((await live()) || phone());
}

async function live() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  return devices.some((each) => each.kind === "videoinput");
}

function phone() {
  return !navigator.mediaDevices && matchMedia("(pointer: coarse)").matches;
}

async function open() {
  if (phone()) return byId("snapshot").click();
  const [dialog, video] = [byId("camera-dialog"), byId("camera-video")];
  byId("camera-trouble").textContent = "";
  byId("camera-take").disabled = true;
  dialog.showModal();
  try {
    const given = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: 1920 } });
    if (!dialog.open) return given.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = given;
    await video.play();
    byId("camera-take").disabled = false;
    byId("camera-take").focus();
  } catch {
    byId("camera-trouble").textContent = text("cameraDenied");
  }
}

async function shoot() {
  const video = byId("camera-video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise((give) => canvas.toBlob(give, "image/jpeg", QUALITY));
  return blob && new File([blob], `${text("photographed")}.jpg`, { type: blob.type });
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = byId("camera-video").srcObject = null;
}
