// The package as it is installed: its session, its worker, its WASM.
import { LiveSession } from "/sdk/dist/index.js";
import { startWorker, workerFrames } from "../page/worker-frames.mjs";
import { crossingSeconds, fontFamily, fontPixels } from "../stream.mjs";

const manifest = { version: 1, stream: "bench", title: { en: "Benchmark" }, products: [] };
const options = { fontSize: fontPixels, fontFamily, crossing: crossingSeconds, area: 1, patience: 0, mode: "scroll" };

export async function create({ box, player }) {
  const session = await LiveSession.create({
    video: player,
    manifest,
    overlay: box,
    overlayOptions: options,
    storage: "memory",
    assets: { worker: startWorker },
  });
  const { overlay } = session;
  const note = allowOverlap(overlay)
    ? undefined
    : "this build of Sotto has no overlap and drops what its lanes do not take";
  let longest = Number.NaN;
  session.addEventListener("stats", ({ detail }) => {
    if (detail.longestFrame !== undefined) longest = Math.max(detail.longestFrame, longest || 0);
  });
  return {
    note,
    push(comments) {
      for (const comment of comments) overlay.push(comment);
    },
    visible: () => overlay.stats().visible,
    stats: () => overlay.stats(),
    /** The longest frame that the package itself has told of since the last call; NaN if it tells of none. */
    longestFrame() {
      const told = longest;
      longest = Number.NaN;
      return told;
    },
    frameTimes: async () => (await workerFrames()).times,
  };
}

/** Peers let comments overlap, so that as many as wanted are on screen. False where the package cannot. */
function allowOverlap(overlay) {
  try {
    overlay.configure({ overlap: "not a value" }); // an option that is known refuses this
  } catch {
    overlay.configure({ overlap: "always" });
    return true;
  }
  overlay.configure({ overlap: undefined });
  return false;
}
