// Apart, because what is not named here of a module that is loaded by import() would come along.
export { sha256 } from "@noble/hashes/sha2.js";
