import type { Filter } from "./chain.js";

/** By the whole name, as it is written. */
export function blockedUsers(names: readonly string[]): Filter {
  const blocked = new Set(names);
  return ({ user }) => (blocked.has(user) ? "blocked-user" : undefined);
}
