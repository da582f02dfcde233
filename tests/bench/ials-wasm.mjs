// How long WASM takes to fit iALS with 64 factors on MovieLens 1M's pairs, beside native code on one core (build/release, if
// it is built). Without the data ($SOTTO_DATA) it says that it was skipped.
//   node tests/bench/ials-wasm.mjs
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { loadRecommender } from "@sotto/live/recommend";

const root = new URL("../../", import.meta.url);
const folder = `${process.env.SOTTO_DATA ?? new URL("../shared/data", root).pathname}/rec/ml-1m`;
if (!existsSync(folder)) {
  console.log(`ials-wasm: skipped, ${folder} is not there`);
  process.exit(0);
}
const users = [];
const items = [];
const numbers = new Map();
for (const file of ["sb_train.txt", "sb_test.txt"]) {
  for (const line of (await readFile(`${folder}/${file}`, "utf8")).split("\n")) {
    const [user, ...taken] = line.split(" ").filter((field) => field !== "");
    for (const item of taken) {
      if (!numbers.has(item)) numbers.set(item, numbers.size);
      users.push(Number(user));
      items.push(numbers.get(item));
    }
  }
}
const pairs = { users: Uint32Array.from(users), items: Uint32Array.from(items) };
const epochs = 5;
console.log(`${users.length} pairs, ${numbers.size} items, 64 factors, ${epochs} epochs, one thread`);
for (const variant of ["simd", "mvp"]) {
  const wasm = await readFile(new URL(`sdk/ts/wasm/recommend.${variant}.wasm`, root));
  const recommender = await loadRecommender({ wasm });
  const begin = process.cpuUsage().user;
  recommender.fitIals(pairs, [...numbers.keys()], { rank: 64, epochs }).dispose();
  const seconds = (process.cpuUsage().user - begin) / 1e6;
  console.log(`${variant.padEnd(8)} ${seconds.toFixed(2)} s of processor, ${(seconds / epochs).toFixed(2)} an epoch`);
}
