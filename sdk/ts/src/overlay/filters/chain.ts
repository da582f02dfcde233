// What the engine drops by itself, one filter after the other.
import type { DropReason } from "../../types.js";
import type { Selection, TimedText } from "../model.js";
import { blockedUsers } from "./blocked-users.js";
import { blockedWords } from "./blocked-words.js";
import { density } from "./density.js";
import { hiddenModes } from "./hidden-modes.js";

/** Why a comment is not shown, or undefined. */
export type Filter = (comment: Pick<TimedText, "text" | "user" | "own" | "mode">) => DropReason | undefined;

/** The first filter that drops it says why. The viewer's own comments pass. */
export function chain(selection: Selection, normalise: (text: string) => string): Filter {
  const filters = [
    density(selection.off),
    hiddenModes(selection.hiddenModes),
    blockedUsers(selection.blockedUsers),
    blockedWords(selection.blockedWords, normalise),
  ];
  return (comment) => {
    if (comment.own) return undefined;
    for (const filter of filters) {
      const reason = filter(comment);
      if (reason) return reason;
    }
    return undefined;
  };
}
