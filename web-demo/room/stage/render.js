// Draws the loop frame by frame and hands each frame to the server that opened this page, in order, as raw RGBA.
import { kHeight, kWidth, makeScene } from "./scene.js";
import { kFramesPerSecond, kLoop } from "./time.js";

const kInFlight = 3; // frames on their way at once: enough to keep the encoder busy, little enough to stay small

const json = async (url) => (await fetch(url)).json();

async function render() {
  const [room, products, events] = await Promise.all(
    ["../room.json", "../products.json", "../events.json"].map((url) => json(url)),
  );
  const canvas = new OffscreenCanvas(kWidth, kHeight);
  const c = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  const draw = await makeScene({ room, products, events });

  // ?still=12.5,40 draws single moments, for looking at a change without the wait.
  const still = new URLSearchParams(location.search).get("still");
  const times = still
    ? still.split(",").map(Number)
    : Array.from({ length: kLoop * kFramesPerSecond }, (_, i) => i / kFramesPerSecond);

  const flying = [];
  for (const [i, t] of times.entries()) {
    draw(c, t);
    const pixels = c.getImageData(0, 0, kWidth, kHeight).data;
    flying.push(fetch(`/frame/${i}`, { method: "POST", body: pixels }));
    if (flying.length >= kInFlight && !(await flying.shift()).ok) return; // the server has given up and said why
  }
  await Promise.all(flying);
  await fetch("/done", { method: "POST" });
}

render().catch((error) => fetch("/failed", { method: "POST", body: `${error.stack ?? error}` }));
