// The viewer page's parts without a session: they show what a test hands them.
import type { Explanation, HeadName, LiveComment, Verdict } from "@sotto/live";
import { createPage, type Page } from "../../../web-demo/src/page.js";
import "../../../web-demo/src/styles/page.css";

export interface RoomPage {
  page: Page;
  /** Adds a comment of the chat with its verdict; resolves its element. */
  comment(text: string, verdict: Verdict, user?: string): void;
  /** What the page asked to be explained. */
  asked: { text: string; head: HeadName | undefined; label: string | undefined }[];
}

const asked: RoomPage["asked"] = [];
const verdicts = new Map<string, Verdict>();
let comments = 0;

/** The first two characters speak for the label, the third and fourth against it. */
function explain(text: string, of: { head?: HeadName; label?: string } = {}): Promise<Explanation> {
  asked.push({ text, head: of.head, label: of.label });
  const verdict = verdicts.get(text);
  if (!verdict) return Promise.reject(new Error("not judged"));
  const head = of.head ?? "sentiment";
  const evidence =
    text === "1"
      ? []
      : [
          { begin: 0, end: 2, weight: 1.8 },
          { begin: 2, end: 4, weight: -0.6 },
          { begin: 4, end: Math.min(text.length, 7), weight: 0.5 },
        ];
  return Promise.resolve({ verdict, head, label: of.label ?? verdict[head].label, z: 1.4, bias: 0.2, evidence });
}

const root = document.querySelector("#app");
if (!root) throw new Error("the page has no element with the id app");
const page = createPage(root, {
  explain,
  shelf: { engage: () => undefined, shown: () => undefined, forget: () => undefined },
});

window.room = {
  page,
  asked,
  comment(text, verdict, user = "松间") {
    verdicts.set(text, verdict);
    const comment: LiveComment = { id: `c${++comments}`, at: comments, user, text, own: false };
    page.chat.add(comment, verdict);
  },
};
