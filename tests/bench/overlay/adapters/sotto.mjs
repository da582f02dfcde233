// The package as it is installed: its session, its worker, its WASM.
import { LiveSession } from "/sdk/dist/index.js";
import { startWorker, workerFrames } from "../page/worker-frames.mjs";
import { crossingSeconds, fontFamily, fontPixels } from "../stream.mjs";

const manifest = { version: 1, stream: "bench", title: { en: "Benchmark" }, products: [] };
const options = { fontSize: fontPixels, fontFamily, crossing: crossingSeconds, area: 1, patience: 0, mode: "scroll" };
/** Everything that comes is shown, as the peers do: nothing merged, nothing left out when frames are late. */
const everything = { density: "all", overlap: "always", merge: 0, frameBudget: false, backend: "canvas2d" };

export async function create({ box, player }) {
  const session = await LiveSession.create({
    video: player,
    manifest,
    overlay: box,
    overlayOptions: { ...options, ...everything },
    storage: "memory",
    assets: { worker: startWorker },
  });
  const { overlay } = session;
  const note = knowsOverlap(overlay)
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

/** Without it fewer comments than wanted are on screen. */
function knowsOverlap(overlay) {
  try {
    overlay.configure({ overlap: "not a value" }); // an option that is known refuses this
  } catch {
    return true;
  }
  overlay.configure({ overlap: everything.overlap });
  return false;
}
