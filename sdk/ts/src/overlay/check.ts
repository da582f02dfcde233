// Checks what a page passes to the overlay against a table, and says which field is wrong and what it may be.
import { SottoError } from "../errors.js";

/**
 * Numbers: least, most, and 1 if only whole ones. Otherwise one of some words, a list of at most so many strings (of some
 * words), or a type.
 */
export type Rule =
  | readonly [least: number, most: number, step?: 1]
  | { readonly words: readonly string[] }
  | { readonly list: number; readonly words?: readonly string[] }
  | "boolean"
  | "string"
  | "function";

/** Throws INVALID_ARGUMENT naming the field and its range. Fields that are undefined are right. */
export function check(what: string, rules: Readonly<Record<string, Rule>>, values: object): void {
  for (const [name, rule] of Object.entries(rules)) {
    const value: unknown = (values as Record<string, unknown>)[name];
    if (value === undefined || fits(rule, value)) continue;
    throw new SottoError("INVALID_ARGUMENT", `${what} ${name} is ${shown(value)}`, { hint: `${hintOf(rule)}.` });
  }
}

function fits(rule: Rule, value: unknown): boolean {
  if (typeof rule === "string") return typeof value === rule;
  if ("list" in rule) {
    const { list, words } = rule;
    return (
      Array.isArray(value) &&
      value.length <= list &&
      value.every((each) => typeof each === "string" && (!words || words.includes(each)))
    );
  }
  if ("words" in rule) return rule.words.includes(value as string);
  const [least, most, step] = rule;
  return typeof value === "number" && value >= least && value <= most && !(step && value % 1);
}

function hintOf(rule: Rule): string {
  if (typeof rule === "string") return `A ${rule}`;
  if ("list" in rule) return `At most ${rule.list}${rule.words ? ` of ${orOf(rule.words)}` : " strings"}`;
  if ("words" in rule) return orOf(rule.words);
  return `${rule[0]} to ${rule[1]}${rule[2] ? ", whole" : ""}`;
}

const orOf = (words: readonly string[]) => `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** A list by its length: its words would say nothing more. */
const shown = (value: unknown) => (Array.isArray(value) ? `a list of ${value.length}` : String(value));
