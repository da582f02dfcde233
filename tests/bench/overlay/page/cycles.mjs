// Sessions that come and go, as on a page that switches between rooms.
import { LiveSession } from "/sdk/dist/index.js";
import { commentStream } from "../stream.mjs";
import { Player } from "./player.mjs";

const manifest = { version: 1, stream: "bench", title: { en: "Benchmark" }, products: [] };
const player = new Player();
const box = document.querySelector("#stage");
const next = commentStream();
const comments = 20;

window.bench = {
  async cycle(count) {
    for (let i = 0; i < count; i++) {
      const session = await LiveSession.create({ video: player, manifest, overlay: box, storage: "memory" });
      for (let k = 0; k < comments; k++) session.overlay.push(next());
      await session.comments.classify(next().text); // an answer from the worker: it has taken what came before
      await session.dispose();
    }
  },
};
