/// <reference lib="esnext.disposable" preserve="true" />
// Symbol.dispose and Symbol.asyncDispose where the platform has them, the names that TypeScript's helpers use elsewhere.
export const disposeSymbol: typeof Symbol.dispose = (Symbol.dispose ??
  Symbol.for("Symbol.dispose")) as typeof Symbol.dispose;
export const asyncDisposeSymbol: typeof Symbol.asyncDispose = (Symbol.asyncDispose ??
  Symbol.for("Symbol.asyncDispose")) as typeof Symbol.asyncDispose;
