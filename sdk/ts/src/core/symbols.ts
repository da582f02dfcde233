/// <reference lib="esnext.disposable" preserve="true" />
// Symbol.dispose where the platform has it. Elsewhere the registered symbol of this name, which is where the helpers of
// esbuild and Babel look; TypeScript's own helpers need a polyfill there.
export const disposeSymbol: typeof Symbol.dispose = (Symbol.dispose ??
  Symbol.for("Symbol.dispose")) as typeof Symbol.dispose;
