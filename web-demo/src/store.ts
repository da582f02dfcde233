// What the page remembers between visits besides the session's own records: language, consent, basket, the overlay's
// settings. Where storage is blocked, a choice lasts as long as the page.

const kPrefix = "sotto.";

export function recall(key: string): unknown {
  try {
    const text = localStorage.getItem(kPrefix + key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(kPrefix + key, JSON.stringify(value));
  } catch {
    // blocked or full: nothing depends on it
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(kPrefix + key);
  } catch {
    // as above
  }
}
