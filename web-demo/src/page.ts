// Puts the parts of the page together. Nothing here knows of a session; app.ts does.

import { h } from "./dom.js";
import { language, onLanguage } from "./language.js";
import { createAnnouncer } from "./view/announcer.js";
import { createBasket } from "./view/basket.js";
import { createChat } from "./view/chat.js";
import { createClock } from "./view/clock.js";
import { createComposer } from "./view/composer.js";
import { createFooter } from "./view/footer.js";
import { createHeader } from "./view/header.js";
import { createLedger } from "./view/ledger.js";
import { createMood } from "./view/mood.js";
import { createPlayer } from "./view/player.js";
import { createProblems } from "./view/problems.js";
import { createPulse } from "./view/pulse.js";
import { createSettings } from "./view/settings.js";
import { createShelf, type ShelfActions } from "./view/shelf.js";
import { createToast } from "./view/toast.js";
import { createWhy } from "./view/why.js";

export type Page = ReturnType<typeof createPage>;

export interface PageActions {
  explain: Parameters<typeof createChat>[0];
  shelf: ShelfActions;
}

export function createPage(root: Element, actions: PageActions) {
  onLanguage(() => {
    document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
  });
  const basket = createBasket();
  const header = createHeader();
  const problems = createProblems();
  const player = createPlayer();
  const composer = createComposer();
  const settings = createSettings(player.controls.settingsButton);
  const why = createWhy(actions.explain);
  const toast = createToast();
  const announcer = createAnnouncer();
  const clock = createClock();
  const mood = createMood(clock.read);
  const pulse = createPulse(clock.read);
  const chat = createChat(actions.explain);
  const shelf = createShelf(basket, actions.shelf);
  const ledger = createLedger();

  player.controls.extra.append(composer.element);
  player.controls.settingsButton.after(settings.element);
  player.screen.append(why.element, toast.element);
  pulse.onAsk(composer.draft);

  root.append(
    header.element,
    h(
      "main",
      { class: "room" },
      problems.element,
      h("div", { class: "column watch" }, player.element, mood.element, pulse.element),
      h("div", { class: "column side" }, shelf.element, chat.element),
      ledger.element,
    ),
    announcer.element,
    createFooter(),
  );
  return {
    ...{ basket, header, problems, player, composer, settings, why, toast, announcer, clock },
    ...{ mood, pulse, chat, shelf, ledger },
  };
}
