// The lexicon over the real tables: `sotto comments lexicon` builds it, and lines go through it. Skipped, with the reason
// in the title, where the tables are not on this machine (SOTTO_DATA).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findCli } from "../../web-demo/demo/programs.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.SOTTO_BUILD_DIR ? join(process.env.SOTTO_BUILD_DIR, "tools/cli/sotto") : findCli();
const tables = join(process.env.SOTTO_DATA ?? join(root, "../shared/data"), "nlp/support/pinyin.txt");
const own = join(root, "models/lexicon");

async function normalised(lines) {
  const child = spawn(program, ["comments", "lexicon", "--normalise"], { cwd: root });
  child.stdin.end(`${lines.join("\n")}\n`);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect(err).toBe("");
  expect(status).toBe(0);
  return out.trimEnd().split("\n");
}

/** The patterns of our own files that match everywhere, with the form that each stands for. */
function phrases() {
  return ["abbreviations.tsv", "evasions.tsv"].flatMap((name) =>
    readFileSync(join(own, name), "utf8")
      .split("\n")
      .filter((line) => line.includes("\t") && !line.startsWith("# "))
      .flatMap((line) => {
        const [form, patterns] = line.split("\t");
        return patterns.split(" ").map((pattern) => [pattern.replace(/^\|(.+)\|$/, "$1"), form]);
      }),
  );
}

describe.skipIf(!existsSync(tables))(`the lexicon of ${readdirSync(own).length} files (needs ${tables})`, () => {
  it("undoes what people write to get past a filter, and spares innocent words", async () => {
    const cases = {
      亻尔口乞: "你吃",
      讠舌: "话",
      女子: "女子",
      日月: "日月",
      不好: "不好",
      一个人也: "一个人也",
      這個東西賣多少錢: "这个东西卖多少钱",
      "加我微.信聊": "加我微信聊",
      "傻*逼": "傻逼",
      "➕v": "加微信",
      "🐴上": "马上",
      麻辣鸡丝: "麻辣鸡丝",
      这家辣鸡: "这家垃圾",
      加威信: "加微信",
      很有威信: "很有威信",
      我草莓: "我草莓",
      "usb 366 666": "usb 366 厉害",
      多米诺骨牌: "多米诺骨牌",
      "u r gr8 thx": "you are great thanks",
      "sh1t a$$ f*ck iphone15": "shit ass fuck iphone15",
      "[笑哭]": "😂",
    };
    expect(await normalised(Object.keys(cases))).toEqual(Object.values(cases));
  });

  it("leads every phrase to its form, or to where the form itself leads", async () => {
    const list = phrases();
    const [patterns, forms] = await Promise.all([0, 1].map((column) => normalised(list.map((entry) => entry[column]))));
    expect(list.length).toBeGreaterThan(250);
    expect(patterns.map((symbols, i) => [list[i][0], symbols])).toEqual(
      forms.map((symbols, i) => [list[i][0], symbols]),
    );
  });
});
