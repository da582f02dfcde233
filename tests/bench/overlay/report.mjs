// The results as Markdown: for a terminal, and for the documentation.
import { isQuiet } from "./machine.mjs";
import { nameOf } from "./peers.mjs";
import { number, table } from "./table.mjs";
import { isComparable } from "./targets.mjs";

export function resultTables(results) {
  return [
    ["Targets", targetTable(results)],
    ["Systems", systemTable(results)],
    ["Blocked page and burst", stressTable(results)],
    ["Sotto's other figures", otherTable(results)],
  ]
    .map(([title, text]) => `## ${title}\n\n${text}\n`)
    .join("\n");
}

export function conditions({ machine, idle, seconds, rounds, date, notes }) {
  const waited = `threads of an idle page waited ${percent(idle?.waited)} of their time for a processor`;
  const quiet = isQuiet(idle?.waited)
    ? "The machine was quiet"
    : "The machine was **not quiet**: figures are worse than they need be, and only their ratios say much";
  return [
    `${date}, ${machine.cpu}, ${machine.cores} cores, Chromium ${machine.chromium} headless, drawing in software.`,
    rounds > 1
      ? `Medians of ${rounds} rounds of ${seconds} s, the systems taking turns.`
      : `One round of ${seconds} s.`,
    `${quiet} (load average ${number(machine.load)} at the start; ${waited}).`,
    ...notes.map((note) => `**Note:** ${note}.`),
  ].join(" ");
}

const targetTable = ({ targets }) =>
  table(
    ["target", "measured", "wanted", ""],
    targets.map(({ name, value, unit, target, verdict }) => [name, number(value, unit), target, verdict]),
  );

function systemTable({ systems, sizes, cell, idle }) {
  const header = ["system", "wanted", "on screen", "fps", "shown/s", "page ms", "JS p95 ms", "all ms", "x sotto"];
  header.push("MB", "waited");
  const line = (system, size, found) => {
    if (!found) return [nameOf(system), String(size), ...Array(header.length - 2).fill("-")];
    if (found.failure) return [nameOf(system), String(size), found.failure, ...Array(header.length - 3).fill("-")];
    const own = isComparable(cell("sotto", size), size) ? cell("sotto", size).total : Number.NaN;
    return [
      nameOf(system),
      String(size),
      found.visible.toFixed(0),
      number(found.fps),
      number(found.presented),
      number(found.main),
      number(found.script),
      number(found.total),
      number(found.total / own),
      number(found.memory),
      percent(found.waited),
    ];
  };
  const rows = sizes.flatMap((size) => systems.map((system) => line(system, size, cell(system, size))));
  return table(header, [line("idle", 0, idle), ...rows]);
}

function stressTable({ systems, sizes, cell }) {
  const size = Math.min(...sizes);
  const rows = systems.map((system) => {
    const found = cell(system, size) ?? {};
    return [
      nameOf(system),
      percent(found.blockedDrawn),
      percent(found.blockedPresented),
      number(found.burstLongest, "ms"),
      number(found.burstTold, "ms"),
    ];
  });
  return table(
    ["system", "drawn while blocked", "shown while blocked", "burst: longest frame", "as stats() tells"],
    rows,
  );
}

function otherTable({ planner = {}, seek = {}, cycles = {}, cell, sizes }) {
  const rows = [
    ["loading a recording of 100,000 comments into the planner", number(planner.load, "ms")],
    ["jump in it, planned: median", number(planner.jump, "ms")],
    ["jump in it, planned: longest", number(planner.jumpLongest, "ms")],
    ["jump in it, drawn by the worker: median", number(seek.drawn, "ms")],
    ["jump in it, until it is on screen: median", number(seek.shown, "ms")],
    ["jump in it, until it is on screen: p95", number(seek.shownP95, "ms")],
    ["an hour at 40 comments a second: WASM memory", number(planner.hourWasm, "MB")],
    ["an hour at 40 comments a second: JavaScript heap", number(planner.hourScript, "MB")],
    ["sessions made and disposed: the whole browser", number(cycles.cyclesBrowser, "MB")],
    ...sizes.map((size) => {
      const { statsFps, dropped } = cell("sotto", size) ?? {};
      return [`${size} wanted: fps as stats() tells; dropped a second`, `${number(statsFps)}; ${number(dropped)}`];
    }),
  ];
  return table(["figure", "measured"], rows);
}

const percent = (share) => (Number.isFinite(share) ? `${(share * 100).toFixed(0)} %` : "-");

const columns = `## What the columns mean

- **wanted**: as many comments as would be on screen if each had a place: wanted / 8 enter each second, and one crosses
  in 8 s. **on screen**: as many as there were. A system that drops what does not fit has fewer.
- **fps**: frames that the system drew; in a worker they are counted there. **shown/s**: frames that the compositor put on
  screen in another second and a half, from a trace. A system that CSS moves draws none by itself, so its fps is the
  page's.
- **page ms**: time that the page's own thread was on a processor, for each frame drawn; **all ms**: the same for all
  threads of the browser together; both from the kernel's scheduler, harness included (see \`idle\`). **x sotto**: all ms
  over Sotto's with as many wanted, if it had nine tenths of them on screen.
- **JS p95 ms**: JavaScript on the page's own thread in a frame; one frame in twenty has more. By the wall clock, which
  a busy machine makes longer.
- **MB**: memory of all of the browser's processes, what they share counted once. **waited**: share of their time that the
  threads waited for a processor.
- **drawn / shown while blocked**: frames in 2 s of a busy loop on the page's thread, in per cent of the frames drawn or
  shown before. CSS goes on moving what is on screen, but nothing new enters.
- **burst: longest frame**: 1,000 comments more within one second; the longest time between two frames.
- **planned**: the planner alone, in node. **drawn**: planner and canvas calls in the worker. **on screen**: from the seek
  to the frame that shows it, the wait for the display included; the player is paused.
- **an hour**: what the planner holds after an hour more than after 5 minutes; **made and disposed**: what the page's heap
  and the browser hold after the last session more than after the first fifth of them.`;

export const documentation = (results) => `# The overlay beside others

\`\`\`sh
npm run build
node tests/bench/overlay.mjs --write docs/benchmarks/overlay.md
\`\`\`

measures this anew. Every system gets the same comments (Chinese and emoji, 24 px, about a third of them phrases that
everybody types) on 1920 x 1080 pixels. Comments may overlap where a system allows it.

${conditions(results)}

${resultTables(results)}
${columns}
`;
