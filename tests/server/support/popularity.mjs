// A task whose sums show who was counted: so little noise that it is always zero.
const kItemCount = 20;

export const kPopularity = [
  ...["--kind", "popularity", "--items", Array.from({ length: kItemCount }, (_, i) => `i${i}`).join(",")],
  ...["--max-items", "1", "--sigma-squared", "1/100"],
];

/** The sums of the first `count` reports of sotto_report_tool, each once. */
export const sumsOf = (count) => Array.from({ length: kItemCount }, (_, i) => Math.ceil((count - i) / kItemCount));

/** Asks again and again until `what` is true. */
export async function until(what, text, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; !(await what()); ) {
    if (Date.now() > end) throw new Error(`after ${seconds} seconds still not: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
