/** Where a session says what happens. `console` is one. */
export interface Logger {
  /** Every retry and state change. */
  debug(message: string, detail?: unknown): void;
  /** Milestones: a few lines a session. */
  info(message: string, detail?: unknown): void;
  /** Something is worse than it could be, and the session goes on. */
  warn(message: string, detail?: unknown): void;
  /** Something does not work. */
  error(message: string, detail?: unknown): void;
}

const nothing = (): void => {};

/** Warnings and errors, to the console. */
export const defaultLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: (message, detail) => console.warn(`[sotto] ${message}`, ...(detail === undefined ? [] : [detail])),
  error: (message, detail) => console.error(`[sotto] ${message}`, ...(detail === undefined ? [] : [detail])),
};
