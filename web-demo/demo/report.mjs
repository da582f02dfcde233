// The headless run's summary, as a table for people.

import { join } from "node:path";

export function printReport(report, out) {
  const top = (list) =>
    (list ?? [])
      .slice(0, 3)
      .map((product) => product.title)
      .join(" / ") || "-";
  const { positive, neutral, negative } = report.sentiment ?? {};
  const rows = [
    ["frames/s", report.framesPerSecond],
    ["comments drawn", report.commentsDrawn],
    ["sentiment", report.sentiment && `${positive} positive, ${neutral} neutral, ${negative} negative`],
    ["talked about", report.keywords?.slice(0, 6).join(" ")],
    ["asked", report.questions?.slice(0, 2).join(" / ")],
    ["shelf before the round", top(report.recommendationsBefore)],
    ["shelf after the round", top(report.recommendationsAfter)],
    ["reports accepted", report.reportsAccepted],
    ["reports in the batch", report.reportsAggregated],
    ["epsilon", report.epsilon && `${report.epsilon.toFixed(3)} at delta ${report.delta}, of each device`],
    [
      "hit rate before, after",
      report.hitRateBefore && `${report.hitRateBefore.toFixed(3)}, ${report.hitRateAfter.toFixed(3)}`,
    ],
    ["model version", report.modelVersion],
    ["CSP violations", report.cspViolations?.length],
    ["page errors", report.pageErrors?.length],
    ["written to", join(out, "report.json")],
  ];
  console.log("");
  for (const [name, value] of rows) console.log(`  ${name.padEnd(24)} ${value ?? "-"}`);
  console.log(report.failed.length === 0 ? "\n  Every part worked." : `\n  Did not work: ${report.failed.join(", ")}.`);
}
