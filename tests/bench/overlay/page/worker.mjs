import "./frame-times.mjs";
import "/sdk/dist/worker.js";
