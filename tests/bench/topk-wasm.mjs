// The ten items of 100,000 whose vectors of 32 numbers have the largest inner products with a query: our index in
// WebAssembly, a loop over typed arrays in JavaScript, and onnxruntime-web's MatMul and TopK, one after the other on the
// same numbers. Exits with 1 if a limit is missed or an exact answer is wrong; a missing build is an error.
//
//   node tests/bench/topk-wasm.mjs [folder of recommend.{simd,mvp}.{js,wasm}]
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const items = 100_000;
const dimensions = 32;
const k = 10;
const queries = 50;
const rounds = 6;
const limitMs = { "scan-f32": 3, "scan-i8": 1 };
const limitRatio = 4; // of the loop's time to that of the scan of floats

const folder = process.argv[2] ? pathToFileURL(`${process.argv[2]}/`) : new URL("../../sdk/ts/wasm/", import.meta.url);

async function load(variant) {
  const { default: createCore } = await import(new URL(`recommend.${variant}.js`, folder));
  const wasm = await WebAssembly.compile(await readFile(new URL(`recommend.${variant}.wasm`, folder)));
  return createCore({
    instantiateWasm(imports, receive) {
      WebAssembly.instantiate(wasm, imports).then(receive);
      return {};
    },
  });
}

/** Numbers from -1 to 1, the same in every run (mulberry32). */
function numbers(count, seed) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}

const vectors = numbers(items * dimensions, 1);
const asked = Array.from({ length: queries }, (_, i) => numbers(dimensions, 2 + i));

function ours(core, kind) {
  const made = core.SearchIndex.create(vectors, dimensions, kind);
  if (!made.ok) throw new Error(`${made.error.code}: ${made.error.message}`);
  const none = new Uint32Array();
  const best = new Uint32Array(k);
  const scores = new Float32Array(k);
  return (query) => {
    const answer = made.value.search(query, none, best, scores);
    if (!answer.ok) throw new Error(answer.error.message);
    return best;
  };
}

// What a careful page would write: one pass, and a sorted list of the best.
function loop(query) {
  const best = new Uint32Array(k);
  const scores = new Float32Array(k).fill(Number.NEGATIVE_INFINITY);
  for (let item = 0, at = 0; item < items; ++item) {
    let score = 0;
    for (let column = 0; column < dimensions; ++column) score += query[column] * vectors[at++];
    if (score <= scores[k - 1]) continue;
    let place = k - 1;
    for (; place > 0 && score > scores[place - 1]; --place) {
      scores[place] = scores[place - 1];
      best[place] = best[place - 1];
    }
    scores[place] = score;
    best[place] = item;
  }
  return best;
}

// --- onnxruntime-web: a model of two nodes, as protocol buffers (onnx.proto of opset 17) -------------------------------
const varint = (n) => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))]);
const integer = (field, n) => [...varint(field * 8), ...varint(n)];
const block = (field, bytes) => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
const text = (field, string) => block(field, [...new TextEncoder().encode(string)]);
const node = (type, inputs, outputs) => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(4, type),
];
const value = (name, type, sizes) => [
  ...text(1, name),
  ...block(
    2,
    block(1, [
      ...integer(1, type),
      ...block(
        2,
        sizes.flatMap((size) => block(1, integer(1, size))),
      ),
    ]),
  ),
];
function initializer(type, sizes, name, raw) {
  const head = [...sizes.flatMap((size) => integer(1, size)), ...integer(2, type), ...text(8, name)];
  return [head, [...varint(9 * 8 + 2), ...varint(raw.length)], raw];
}

function onnxModel() {
  const float = 1;
  const int64 = 7;
  // As MatMul likes it best: dimensions x items.
  const columns = new Float32Array(items * dimensions);
  for (let item = 0; item < items; ++item) {
    for (let column = 0; column < dimensions; ++column) {
      columns[column * items + item] = vectors[item * dimensions + column];
    }
  }
  const [head, tag, raw] = initializer(float, [dimensions, items], "vectors", new Uint8Array(columns.buffer));
  const count = initializer(int64, [1], "k", new Uint8Array(new BigInt64Array([BigInt(k)]).buffer)).flatMap((part) => [
    ...part,
  ]);
  const graphHead = [
    ...block(1, node("MatMul", ["query", "vectors"], ["scores"])),
    ...block(1, node("TopK", ["scores", "k"], ["best", "items"])),
    ...text(2, "topk"),
    ...block(5, count),
    ...block(11, value("query", float, [1, dimensions])),
    ...block(12, value("best", float, [1, k])),
    ...block(12, value("items", int64, [1, k])),
  ];
  const tensorHead = [...head, ...tag];
  const tensor = [...varint(5 * 8 + 2), ...varint(tensorHead.length + raw.length), ...tensorHead];
  const graph = [...varint(7 * 8 + 2), ...varint(graphHead.length + tensor.length + raw.length), ...graphHead];
  const model = [...integer(1, 8), ...block(8, [...text(1, ""), ...integer(2, 17)]), ...graph, ...tensor];
  const bytes = new Uint8Array(model.length + raw.length);
  bytes.set(model);
  bytes.set(raw, model.length);
  return bytes;
}

async function runtime() {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1; // as many as the others use
  const session = await ort.InferenceSession.create(onnxModel(), { executionProviders: ["wasm"] });
  return async (query) => {
    const { items: best } = await session.run({ query: new ort.Tensor("float32", query, [1, dimensions]) });
    return Uint32Array.from(best.data, Number);
  };
}

// --- measuring -------------------------------------------------------------------------------------------------------
const [simd, mvp] = [await load("simd"), await load("mvp")];
const contestants = [
  { name: "recommend.simd.wasm, floats", key: "scan-f32", search: ours(simd, "scan-f32"), exact: true },
  { name: "recommend.simd.wasm, 8 bits", key: "scan-i8", search: ours(simd, "scan-i8") },
  { name: "recommend.mvp.wasm, floats", search: ours(mvp, "scan-f32"), exact: true },
  { name: "recommend.mvp.wasm, 8 bits", search: ours(mvp, "scan-i8") },
  { name: "JavaScript's loop", key: "loop", search: loop, exact: true },
  { name: "onnxruntime-web, MatMul + TopK", search: await runtime() },
];
const truth = asked.map((query) => [...loop(query)]);

let failed = false;
for (const contestant of contestants) {
  contestant.times = [];
  let found = 0;
  for (const [i, query] of asked.entries()) {
    const best = [...(await contestant.search(query))];
    found += best.filter((item) => truth[i].includes(item)).length;
  }
  contestant.recall = found / (k * queries);
  // Sums of 32 bits and of 64 may differ in the last place, and so may the order of two neighbours.
  if (contestant.exact && contestant.recall < 0.999) {
    console.error(`${contestant.name} found ${found} of ${k * queries}`);
    failed = true;
  }
}
// In turns, so that a slow moment of the machine meets them all.
for (let round = 0; round < rounds; ++round) {
  for (const { search, times } of contestants) {
    for (const query of asked) {
      const start = performance.now();
      const answer = search(query);
      if (answer instanceof Promise) await answer;
      times.push(performance.now() - start);
    }
  }
}

for (const contestant of contestants) {
  contestant.times.sort((a, b) => a - b);
  contestant.median = contestant.times[contestant.times.length >> 1];
  contestant.p10 = contestant.times[Math.floor(contestant.times.length / 10)];
}
const find = (key) => contestants.find((contestant) => contestant.key === key);
// A busy machine interrupts what takes long more often: the quick tenth compares the work itself.
const ratio = (p10) => find("loop").p10 / p10;
console.log(`top ${k} of ${items.toLocaleString("en")} x ${dimensions}, one thread, ${rounds * queries} searches`);
console.table(
  Object.fromEntries(
    contestants.map(({ name, times, median, p10, recall }) => [
      name,
      {
        "p10 ms": p10.toFixed(3),
        "median ms": median.toFixed(3),
        "p90 ms": times[Math.floor(times.length * 0.9)].toFixed(3),
        "loop / this": ratio(p10).toFixed(1),
        "recall@10": recall.toFixed(3),
      },
    ]),
  ),
);
for (const [key, limit] of Object.entries(limitMs)) {
  if (find(key).median > limit) {
    console.error(`${key}: ${find(key).median.toFixed(3)} ms, the limit is ${limit} ms`);
    failed = true;
  }
}
if (ratio(find("scan-f32").p10) < limitRatio) {
  console.error(`scan-f32 is not ${limitRatio} times as fast as the loop`);
  failed = true;
}
if (failed) process.exitCode = 1;
process.exit();
