// What judging comments costs in WebAssembly: microseconds for one of 24 characters in all heads, and comments a second
// from the bytes of the room's frames. Exits with 1 if a limit is missed; a missing build is an error.
//
//   node tests/bench/comments-wasm.mjs
import { readFile } from "node:fs/promises";

const limitUs = { p50: 15, p99: 60 };
const limitRate = 40_000; // comments a second on one core, from the bytes of frames to verdicts and analysis
const measurements = 100_000;
const warmUp = 10_000;
const bulk = 100_000;
const frameComments = 500;

// Twenty-four characters each, as in comments_bench.cc.
const comments = [
  "主播这个茶真的好香呀，想问一下今天买有没有优惠呢",
  "上次买的那罐到现在都还没发货，客服也不回，太慢了",
  "１６０斤穿ＸＬ会不会紧呀？？？？求推荐尺码谢谢啦",
  "哈哈哈哈哈哈哈哈主播太可爱了❤️❤️👍👍关注了呀",
  "love this colour so much",
];

const root = new URL("../../", import.meta.url);

async function load(variant) {
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
  return { core, model: loaded.value };
}

/** Microseconds for each comment, ascending. */
function measure(model) {
  const times = [];
  for (let i = 0; i < warmUp + measurements; ++i) {
    const text = comments[i % comments.length];
    const start = performance.now();
    const answer = model.classify(text);
    const end = performance.now();
    if (!answer.ok) throw new Error(answer.error.message);
    if (i >= warmUp) times.push((end - start) * 1000);
  }
  return times.sort((a, b) => a - b);
}

/** Comments a second: frames as bytes, parsed, judged and analysed in the core, none of them made an object. */
function rate(core, model) {
  const room = core.CommentRoom.create();
  const frames = [];
  for (let first = 0; first < bulk; first += frameComments) {
    const list = Array.from({ length: frameComments }, (_, i) => ({
      id: String(first + i),
      at: (first + i) / 5000,
      user: `viewer ${(first + i) % 997}`,
      text: comments[(first + i) % comments.length],
    }));
    frames.push(new TextEncoder().encode(JSON.stringify(list)));
  }
  const start = performance.now();
  for (const [index, frame] of frames.entries()) {
    const received = room.receive(frame, 0, (index * frameComments) / 5000);
    if (!received.ok) throw new Error(received.error.message);
    while (room.judge(model, frameComments).waiting > 0);
  }
  return bulk / ((performance.now() - start) / 1000);
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

let missed = false;
for (const variant of ["simd", "mvp"]) {
  const { core, model } = await load(variant);
  const times = measure(model);
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  const perSecond = rate(core, model);
  missed ||= variant === "simd" && (p50 > limitUs.p50 || p99 > limitUs.p99 || perSecond < limitRate);
  console.log(
    `core.${variant}.wasm: all heads of a comment p50 ${p50.toFixed(2)} us, p99 ${p99.toFixed(2)} us; ` +
      `${Math.round(perSecond).toLocaleString("en")} comments/s from frames, with the analysis`,
  );
}
if (missed) {
  console.error(`limits: p50 ${limitUs.p50} us, p99 ${limitUs.p99} us, ${limitRate} comments/s`);
  process.exitCode = 1;
}
