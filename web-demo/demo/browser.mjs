// Chromium as the demo and the browser tests drive it, and what it must never report: a page error, a CSP violation.

import { chromium } from "playwright-core";
import { findChromium } from "./programs.mjs";

const kFlags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

export function launchChromium() {
  const root = process.getuid?.() === 0; // Chromium's sandbox refuses to run as root, as containers often do
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    chromiumSandbox: !root,
    args: root ? [...kFlags, "--no-sandbox"] : kFlags,
  });
}

/** Collects what goes wrong in a page, from before its first script on. */
export function watchPage(page) {
  const found = { errors: [], violations: [] };
  page.on("pageerror", (error) => found.errors.push(error.stack ?? error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (text.includes("Content Security Policy")) found.violations.push(text);
    else if (message.type() === "error") found.errors.push(`console: ${text} (${message.location().url})`);
  });
  return found;
}
