// The demo room's content: what the page, the server and the video each rely on.
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface Product {
  id: string;
  title: { zh: string; en: string };
  category: string;
  price: { amount: number; currency: string };
  image: string;
  facts: { zh: string[]; en: string[] };
}
interface StageEvent {
  id: string;
  type: string;
  product: string;
  at: number;
  duration: number;
}
interface Comment {
  id: string;
  at: number;
  user: string;
  text: string;
}

const file = (name: string) => fileURLToPath(new URL(`../../web-demo/room/${name}`, import.meta.url));
const read = (name: string) => readFileSync(file(name), "utf8");
const json = <T>(name: string) => JSON.parse(read(name)) as T;

const room = json<{ id: string; title: { zh: string; en: string }; loop: number }>("room.json");
const products = json<Product[]>("products.json");
const events = json<StageEvent[]>("events.json");
const comments = read("comments.jsonl")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Comment);

const han = /\p{Script=Han}/u;
const repeated = (values: string[]) => values.filter((value, i) => values.indexOf(value) !== i);

// Every start tag is closed in order. Enough of a parser for drawings of ours, which hold no text, CDATA or DOCTYPE.
function unbalancedTag(svg: string): string | undefined {
  const open: string[] = [];
  const rest = svg.replace(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (_, closing, name, __, empty) => {
    if (closing) {
      if (open.pop() !== name) open.push(`/${name}`);
    } else if (!empty) {
      open.push(name);
    }
    return "";
  });
  return open[0] ?? (rest.trim() || undefined);
}

describe("the room's products", () => {
  it("are two dozen with ids of their own", () => {
    expect(products).toHaveLength(24);
    expect(repeated(products.map(({ id }) => id))).toEqual([]);
  });

  it("are four in each of six categories", () => {
    const counts = new Map<string, number>();
    for (const { category } of products) {
      const [family = ""] = category.split("/");
      counts.set(family, (counts.get(family) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([4, 4, 4, 4, 4, 4]);
  });

  it.each(products)("$id speaks Chinese and English and has a price in whole fen", ({ title, facts, price }) => {
    expect(title.zh).toMatch(han);
    expect(title.en).toMatch(/[a-z]/i);
    expect(title.en).not.toMatch(han);
    expect(facts.zh.length).toBeGreaterThanOrEqual(2);
    expect(facts.zh.length).toBeLessThanOrEqual(4);
    expect(facts.en).toHaveLength(facts.zh.length);
    for (const fact of facts.en) expect(fact).not.toMatch(han);
    expect(Number.isSafeInteger(price.amount) && price.amount > 0).toBe(true);
    expect(price.currency).toBe("CNY");
  });

  it("claim nothing in absolute terms", () => {
    const absolute = /最|第一|顶级|极品|国家级|唯一|首选|万能|\b(best|finest|ultimate|perfect|no\. ?1|number one)\b/i;
    const claims = products.flatMap(({ title, facts }) => [title.zh, title.en, ...facts.zh, ...facts.en]);
    expect(claims.filter((claim) => absolute.test(claim))).toEqual([]);
  });
});

describe.each(products)("the drawing of $id", ({ image }) => {
  const svg = read(image);

  it("is a well-formed SVG of 400 x 400 under 6 KB", () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 400 400">/);
    expect(unbalancedTag(svg)).toBeUndefined();
    expect(statSync(file(image)).size).toBeLessThan(6 * 1024);
  });

  it("runs nothing, fetches nothing, writes nothing", () => {
    expect(svg).not.toMatch(/<(script|style|text|image|foreignObject|animate|set)\b/i);
    expect(svg).not.toMatch(/\s(on\w+|style)=/i);
    const addresses = [...svg.matchAll(/(?:href="|url\()([^")]*)/g)].map(([, address]) => address ?? "");
    expect(addresses.filter((address) => !address.startsWith("#"))).toEqual([]);
  });

  it("points only at parts it has, each named once", () => {
    const names = [...svg.matchAll(/\sid="([^"]*)"/g)].map(([, name]) => name ?? "");
    const used = [...svg.matchAll(/(?:href="|url\()#([^")]*)/g)].map(([, name]) => name ?? "");
    expect(repeated(names)).toEqual([]);
    expect(used.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe("the room's events", () => {
  it("have ids of their own and name products there are", () => {
    expect(events.length).toBeGreaterThanOrEqual(8);
    expect(repeated(events.map(({ id }) => id))).toEqual([]);
    const known = products.map(({ id }) => id);
    expect(events.filter(({ type, product }) => type !== "product" || !known.includes(product))).toEqual([]);
  });

  it("follow one another within the loop without overlap", () => {
    let free = 0;
    for (const { at, duration } of events) {
      expect(duration).toBeGreaterThan(0);
      expect(at).toBeGreaterThan(free);
      free = at + duration;
    }
    expect(free).toBeLessThan(room.loop);
  });
});

describe("the room's comments", () => {
  it("have ids of their own, in ascending time within the loop", () => {
    expect(repeated(comments.map(({ id }) => id))).toEqual([]);
    let before = 0;
    for (const { at } of comments) {
      expect(at).toBeGreaterThan(before);
      before = at;
    }
    expect(before).toBeLessThan(room.loop);
  });

  it("are at least 420, at least 400 of them said once, by people with names", () => {
    expect(comments.length).toBeGreaterThanOrEqual(420);
    expect(new Set(comments.map(({ text }) => text)).size).toBeGreaterThanOrEqual(400);
    expect(comments.filter(({ user, text }) => !user.trim() || !text.trim())).toEqual([]);
  });

  it("come unevenly: a busy second has several times a calm one's", () => {
    const perSecond = new Array<number>(room.loop).fill(0);
    for (const { at } of comments) perSecond[Math.floor(at)] = (perSecond[Math.floor(at)] ?? 0) + 1;
    expect(Math.max(...perSecond)).toBeGreaterThanOrEqual(7);
    expect(Math.min(...perSecond)).toBeLessThanOrEqual(1);
  });
});
