// What judging one comment costs in WebAssembly, from a JavaScript string to a JavaScript object: microseconds for a
// comment of 24 characters. Exits with 1 if the median is above the limit; a missing build is an error.
//
//   node tests/bench/comments-wasm.mjs
import { readFile } from "node:fs/promises";

const limitUs = 30;
const batch = 50; // comments to a measurement, because one is shorter than the clock is fine
const measurements = 4000;
const warmUp = 400;

// Twenty-four characters each, as in comments_bench.cc.
const comments = [
  "主播这个茶真的好香呀，想问一下今天买有没有优惠呢",
  "上次买的那罐到现在都还没发货，客服也不回，太慢了",
  "１６０斤穿ＸＬ会不会紧呀？？？？求推荐尺码谢谢啦",
  "哈哈哈哈哈哈哈哈主播太可爱了❤️❤️👍👍关注了呀",
  "love this colour so much",
];

const root = new URL("../../", import.meta.url);

async function loadModel(variant) {
  const { default: createCore } = await import(new URL(`sdk/ts/wasm/core.${variant}.js`, root));
  const wasm = await WebAssembly.compile(await readFile(new URL(`sdk/ts/wasm/core.${variant}.wasm`, root)));
  const core = await createCore({
    instantiateWasm(imports, receive) {
      WebAssembly.instantiate(wasm, imports).then(receive);
      return {};
    },
  });
  const loaded = core.CommentModel.load(new Uint8Array(await readFile(new URL("models/comments.bin", root))));
  if (!loaded.ok) throw new Error(`${loaded.error.code}: ${loaded.error.message}`);
  return loaded.value;
}

/** Microseconds for one comment in each measurement, ascending. */
function measure(model) {
  const times = [];
  for (let i = 0; i < warmUp + measurements; ++i) {
    const start = performance.now();
    for (let j = 0; j < batch; ++j) {
      const answer = model.classify(comments[j % comments.length]);
      if (!answer.ok) throw new Error(answer.error.message);
    }
    if (i >= warmUp) times.push(((performance.now() - start) * 1000) / batch);
  }
  return times.sort((a, b) => a - b);
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

let tooSlow = false;
for (const variant of ["simd", "mvp"]) {
  const times = measure(await loadModel(variant));
  const [median, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  tooSlow ||= median > limitUs;
  console.log(`classify, core.${variant}.wasm: p50 ${median.toFixed(2)} us, p99 ${p99.toFixed(2)} us a comment`);
}
if (tooSlow) {
  console.error(`a comment may cost ${limitUs} us at the median`);
  process.exitCode = 1;
}
