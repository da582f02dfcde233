// How long one list from 10,000 products takes in WASM: features, weights, diversity, a rule, after 200 events.
//   node tests/bench/ranker-wasm.mjs
import { readFile } from "node:fs/promises";
import { loadRecommender } from "@sotto/live/recommend";

const count = 10_000;
let state = 7;
const draw = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const products = Array.from({ length: count }, (_, place) => ({
  id: `p${place}`,
  category: `top${draw(12)}/sub${draw(40)}`,
  brand: `brand${draw(60)}`,
  price: 100 + draw(100_000),
  image: new Float32Array(),
  ngrams: Uint32Array.from(new Set(Array.from({ length: 40 }, () => draw(2 ** 31)))).sort(),
}));
const rules = { boosts: [{ category: "top1", factor: 2 }], caps: [{ category: "top2", most: 3 }] };
const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))].toFixed(2);

const rows = {};
for (const variant of ["simd", "mvp"]) {
  const wasm = await readFile(new URL(`../../sdk/ts/wasm/recommend.${variant}.wasm`, import.meta.url));
  const recommender = await loadRecommender({ wasm });
  const ranker = recommender.createRanker(products);
  const times = { observe: [], rank: [], explore: [] };
  const time = (name, work) => {
    const begin = performance.now();
    work();
    times[name].push(performance.now() - begin);
  };
  for (let at = 1; at <= 200; at++)
    time("observe", () => ranker.observe([{ product: draw(count), kind: "click", at }]));
  for (let turn = 0; turn < 500; turn++) {
    time("rank", () => ranker.rank({ k: 20, now: 1000 + turn, rules }));
    time("explore", () => ranker.rank({ k: 20, now: 1000 + turn, rules, seed: turn }));
  }
  for (const [name, all] of Object.entries(times)) {
    const sorted = all.sort((a, b) => a - b);
    rows[`${variant} ${name}`] = {
      "p50 ms": share(sorted, 0.5),
      "p90 ms": share(sorted, 0.9),
      "p99 ms": share(sorted, 0.99),
    };
  }
}
console.log(`${count} products, 200 events, lists of 20, times on the clock`);
console.table(rows);
