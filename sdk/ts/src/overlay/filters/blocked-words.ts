import type { Filter } from "./chain.js";

/** However a word is written: `normalise` (the core's) undoes case and width, and spaces do not count. */
export function blockedWords(words: readonly string[], normalise: (text: string) => string): Filter {
  const plain = (text: string) => normalise(text).replace(/\s+/g, "");
  // By their first character, so that a thousand of them cost no more than a look at each character of the comment.
  const byFirst = new Map<string, string[]>();
  for (const word of words.map(plain)) {
    if (!word) continue;
    const first = word.charAt(0);
    byFirst.set(first, [...(byFirst.get(first) ?? []), word]);
  }
  return ({ text }) => {
    if (byFirst.size === 0) return undefined;
    const line = plain(text);
    for (let i = 0; i < line.length; i++) {
      if (byFirst.get(line.charAt(i))?.some((word) => line.startsWith(word, i))) return "blocked-word";
    }
    return undefined;
  };
}
