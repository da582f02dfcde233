// Draws the loop frame by frame and hands each frame to the server that opened this page.
import { kHeight, kWidth, makeScene } from "./scene.js";
import { kFramesPerSecond, kLoop } from "./time.js";

const kInFlight = 4; // frames on their way at once: enough to keep the encoder busy, little enough to stay small

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

  const sender = new Worker("send.js", { type: "module" });
  let flying = 0;
  let refused = false;
  let landed = () => {};
  sender.onmessage = ({ data: taken }) => {
    flying--;
    refused ||= !taken;
    landed();
  };
  const flyingAtMost = async (count) => {
    while (flying > count && !refused) await new Promise((resolve) => (landed = resolve));
  };

  for (const [index, t] of times.entries()) {
    draw(c, t);
    const image = c.getImageData(0, 0, kWidth, kHeight);
    flying++;
    sender.postMessage({ index, image }, [image.data.buffer]);
    await flyingAtMost(kInFlight - 1);
    if (refused) return; // the server has given up and said why
  }
  await flyingAtMost(0);
  if (!refused) await fetch("/done", { method: "POST" });
}

render().catch((error) => fetch("/failed", { method: "POST", body: `${error.stack ?? error}` }));
