// The module worker: an engine behind the worker's own port.
import "./offline.js";
import type { Port } from "./protocol.js";
import { serve } from "./serve.js";

serve(globalThis as unknown as Port);
