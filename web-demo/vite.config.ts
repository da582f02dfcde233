import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** The room's illustrations, under the path that the server's manifest gives them: room/products/p01.svg. */
function roomPictures(): Plugin {
  const folder = new URL("./room/products/", import.meta.url);
  return {
    name: "room-pictures",
    apply: "build",
    generateBundle() {
      for (const file of readdirSync(folder)) {
        const source = readFileSync(new URL(file, folder));
        this.emitFile({ type: "asset", fileName: `room/products/${file}`, source });
      }
    },
  };
}

export default defineConfig({
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // a data: URL is neither fetched as wasm nor run as a worker under a strict CSP
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  plugins: [roomPictures()],
});
