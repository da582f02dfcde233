import type { OverlayComment } from "../../types.js";

const question =
  /[?？]|[吗么嘛呢]$|多少|怎么|怎样|什么|为啥|如何|哪[里个款种儿]|几[块元天件号]|[有能会可要是]不|有没有|^(how|what|when|where|who|which|why|is|are|do|does|did|can|could|will|would|any)\b/i;

/** Which of those that wait is shown first, where the page does not say: the host, VIPs, questions, others. */
export const defaultPriority = ({ role, text }: Pick<OverlayComment, "role" | "text">): number =>
  role === "host" ? 4 : role === "vip" ? 3 : question.test(text.trim()) ? 2 : 1;
