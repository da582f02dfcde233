// The federation module's worker. What sees both shares of a report has nothing to send them with.
import "../../worker/offline.js";
import type { Port } from "../../worker/protocol.js";
import { serve } from "./serve.js";

serve(globalThis as unknown as Port);
