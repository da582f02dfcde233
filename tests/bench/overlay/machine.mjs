// What the figures were measured on, and whether it had anything else to do.
import { cpus, loadavg } from "node:os";
import { launchChromium } from "../../../web-demo/demo/browser.mjs";

/** Threads of an idle page wait about so much of their time on a machine that does nothing else. */
const quietShare = 0.1;

export async function describeMachine() {
  const browser = await launchChromium();
  const chromium = browser.version();
  await browser.close();
  return { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, chromium, load: loadavg()[0] };
}

/** `waited`: share of their time that an idle page's threads waited for a processor. */
export const isQuiet = (waited) => waited < quietShare;
