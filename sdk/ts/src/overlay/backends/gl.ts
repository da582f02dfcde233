// What only devices with a GPU need: a file of its own, dist/webgl.js, which others never load.
export { probe } from "./probe.js";
export { createWebgl2 } from "./webgl2.js";
