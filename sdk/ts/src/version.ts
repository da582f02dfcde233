import { BUILD_ID } from "./build-id.js";

/** The package's version, such as "0.1.0". */
export const version: string = BUILD_ID.replace(/-[0-9a-f]+$/, "");
