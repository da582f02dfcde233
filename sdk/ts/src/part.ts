// Parts of the package that are loaded when they are needed.
import { SottoError } from "./errors.js";

/** What import() gives; UNAVAILABLE if it fails. */
export const part = <Module>(loading: Promise<Module>): Promise<Module> =>
  loading.catch((cause) => {
    throw new SottoError("UNAVAILABLE", `a part of the package could not be loaded: ${cause.message}`, {
      hint: "Serve all of dist/ of @sotto/live.",
      cause,
    });
  });
