/// <reference lib="esnext.disposable" preserve="true" />
/** As the core's disposeSymbol. */
export const asyncDisposeSymbol: typeof Symbol.asyncDispose = (Symbol.asyncDispose ??
  Symbol.for("Symbol.asyncDispose")) as typeof Symbol.asyncDispose;
