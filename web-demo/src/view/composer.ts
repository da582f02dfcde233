// Where the viewer writes a comment.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind, t } from "../language.js";
import { createManner, type Manner } from "./manner.js";

export interface Composer {
  readonly element: HTMLElement;
  /** `send` resolves when the comment is on its way, and rejects otherwise; then the text stays for another try. */
  onSend(send: (text: string, manner: Manner) => Promise<unknown>): void;
  /** Puts words into the field, for the viewer to send or to change. */
  draft(text: string): void;
}

/** The server's limit on one message, which also carries the name. Bytes of UTF-8. */
const kMaxBytes = 4000;

export function createComposer(): Composer {
  const input = h("input", {
    type: "text",
    name: "comment",
    autocomplete: "off",
    enterkeyhint: "send",
    "data-testid": "composer-input",
  });
  bind(input, (texts) => texts.composer.placeholder, "placeholder");
  bind(input, (texts) => texts.composer.label, "aria-label");
  const send = h("button", { type: "submit", class: "primary", "data-testid": "composer-send" }, icon("send"));
  send.append(bind(h("span"), (texts) => texts.composer.send));
  const note = h("p", { class: "composer-note", role: "status" });
  const manner = createManner();
  const element = h(
    "form",
    { class: "composer", "data-testid": "composer" },
    manner.button,
    manner.element,
    input,
    send,
    note,
  );
  let deliver: (text: string, manner: Manner) => Promise<unknown> = () => Promise.reject(new Error("no session"));

  const tooLongBy = () => new TextEncoder().encode(input.value.trim()).length - kMaxBytes;
  input.addEventListener("input", () => {
    note.textContent = tooLongBy() > 0 ? t().composer.tooLong(tooLongBy()) : "";
  });
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "" || tooLongBy() > 0) return;
    send.disabled = true;
    try {
      await deliver(text, manner.now());
      input.value = "";
      note.textContent = "";
    } catch {
      note.textContent = t().composer.failed;
    } finally {
      send.disabled = false;
      input.focus();
    }
  });

  return {
    element,
    onSend(next) {
      deliver = next;
    },
    draft(text) {
      input.value = text;
      input.focus();
    },
  };
}
