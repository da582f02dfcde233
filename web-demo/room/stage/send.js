// A worker that packs a frame and hands it over, so that the page can draw the next one meanwhile.
import { toYuv420 } from "./yuv.js";

self.onmessage = async ({ data: { index, image } }) => {
  const body = toYuv420(image.data, image.width, image.height);
  const taken = await fetch(`/frame/${index}`, { method: "POST", body }).catch(() => ({ ok: false }));
  self.postMessage(taken.ok);
};
