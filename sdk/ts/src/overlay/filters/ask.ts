// The page's own hooks, called on the page.
import type { FilteredComment, OverlayComment, OverlayOptions, Verdict } from "../../types.js";
import { checkComment } from "../options.js";
import { defaultPriority } from "./priority.js";

const highest = 7;

/**
 * The comment as it is to be shown, with its priority; undefined if the page's filter drops it. A hook that throws or
 * answers nonsense is told to `failed`, and changes nothing. The viewer's own comments are not asked about.
 */
export function ask(
  { filter, prioritise }: Pick<OverlayOptions, "filter" | "prioritise">,
  comment: FilteredComment,
  verdict: Verdict | undefined,
  failed: (error: unknown) => void,
): { comment: FilteredComment; priority: number } | undefined {
  if (comment.own) return { comment, priority: highest };
  const attempt = <T>(hook: () => T, otherwise: T): T => {
    try {
      return hook();
    } catch (error) {
      failed(error);
      return otherwise;
    }
  };
  const answer = filter ? attempt(() => checked(filter(comment)), true) : true;
  if (!answer) return undefined;
  // Its id is what events name, and whose it is decides whether it may be dropped: neither is the page's to change.
  const { id, own } = comment;
  const shown = answer === true ? comment : { ...comment, ...answer, id, own };
  const wanted = prioritise ? attempt(() => prioritise(shown, verdict), Number.NaN) : Number.NaN;
  const priority = Number.isFinite(wanted)
    ? Math.min(highest, Math.max(0, Math.round(wanted)))
    : defaultPriority(shown);
  return { comment: shown, priority };
}

function checked<Answer extends boolean | Partial<OverlayComment>>(answer: Answer): Answer {
  if (typeof answer === "object" && answer) checkComment(answer);
  return answer;
}
