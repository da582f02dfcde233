// What the README shows must work with what the demo serves.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { renderConfig } from "../../web-demo/demo/config.mjs";

const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");

it("gives the quick start a budget that pays for the demo's task", () => {
  const budget = Number(/budget = \{ rho: ([\d.]+) \}/.exec(readme)?.[1]);
  const config = renderConfig({ title: { zh: "", en: "" }, loop: 1, minimum: 2, expires: "" });
  const [, items] = /^max_items = (\d+)$/m.exec(config) ?? [];
  const [, numerator, denominator] = /^sigma_squared = \[(\d+), (\d+)\]$/m.exec(config) ?? [];
  const k = Number(items);
  expect(budget).toBeGreaterThanOrEqual((k * (k + 1)) / ((2 * Number(numerator)) / Number(denominator)));
});
