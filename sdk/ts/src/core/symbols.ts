/// <reference lib="esnext.disposable" preserve="true" />
// Symbol.dispose and Symbol.asyncDispose where the platform has them. Elsewhere the registered symbols of these names,
// which is where the helpers of esbuild and Babel look; TypeScript's own helpers need a polyfill there.
export const disposeSymbol: typeof Symbol.dispose = (Symbol.dispose ??
  Symbol.for("Symbol.dispose")) as typeof Symbol.dispose;
export const asyncDisposeSymbol: typeof Symbol.asyncDispose = (Symbol.asyncDispose ??
  Symbol.for("Symbol.asyncDispose")) as typeof Symbol.asyncDispose;
