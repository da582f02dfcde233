// Cards, the pinned comment, notices and gifts: each a panel of the planner with a picture that is drawn when it is
// shown, and again when what it says has changed.
import { Entrance, type Planner } from "../../core/planner.js";
import type { Sprite } from "../backends/backend.js";
import { drawCard } from "../layers/card.js";
import { drawGift } from "../layers/gift.js";
import { drawNotice } from "../layers/notice.js";
import { drawPinned } from "../layers/pinned.js";
import {
  type Box,
  cardRectangle,
  giftRectangle,
  giftSlots,
  noticeRectangle,
  pinnedRectangle,
} from "../layers/placement.js";
import type { Geometry, Gift, ShownCard, TimedText } from "../model.js";
import type { Canvas } from "../surface.js";
import { micros } from "./units.js";

/** Seconds. */
const giftStays = 3;
const exit = 0.24;
const forever = 29 * 24 * 3600;

interface Panel {
  /** Seconds of media time. */
  at: number;
  duration: number;
  entrance: number;
  place(geometry: Geometry): Box;
  draw(geometry: Geometry, now: number): Canvas;
  /** Differs when its picture has to be drawn anew. */
  says(now: number): unknown;
  said: unknown;
  sprite: Sprite | undefined;
}

type Picture = (key: string) => ImageBitmap | undefined;

const pinnedId = 1;
const firstGift = 2;

export class Panels {
  readonly #planner: Planner;
  readonly #picture: Picture;
  readonly #font: () => string;
  readonly #panels = new Map<number, Panel>();
  /** Panels of cards by the cards' ids. */
  readonly #cards = new Map<number, { card: ShownCard; panel: number }>();
  readonly #gifts: (Gift & { at: number; until: number })[] = [];
  #geometry: Geometry;
  #next = firstGift + giftSlots;
  #pictures = 0;
  #version = 0;

  constructor(planner: Planner, geometry: Geometry, picture: Picture, font: () => string) {
    this.#planner = planner;
    this.#geometry = geometry;
    this.#picture = picture;
    this.#font = font;
  }

  setGeometry(geometry: Geometry): void {
    this.#geometry = geometry;
    for (const [id, panel] of this.#panels) {
      panel.sprite = undefined;
      this.#plan(id, panel);
    }
  }

  /** A picture arrived: what shows it is drawn anew. */
  pictureCame(): void {
    this.#pictures++;
  }

  /** Forgets all but the cards. */
  clear(): void {
    for (const [id, panel] of this.#panels) {
      if ([...this.#cards.values()].some((card) => card.panel === id)) this.#plan(id, panel);
      else this.#panels.delete(id);
    }
    this.#gifts.length = 0;
  }

  setCards(cards: readonly ShownCard[]): void {
    const wanted = new Set(cards.map(({ id }) => id));
    for (const [id, { panel }] of this.#cards) {
      if (wanted.has(id)) continue;
      this.#remove(panel);
      this.#cards.delete(id);
    }
    for (const card of cards) {
      const known = this.#cards.get(card.id);
      const entry = known ?? { card, panel: this.#next++ };
      const moved = !known || known.card.enters !== card.enters || known.card.duration !== card.duration;
      entry.card = card;
      if (!moved) continue;
      this.#cards.set(card.id, entry);
      this.#add(entry.panel, {
        at: card.enters,
        duration: card.duration,
        entrance: Entrance.rise,
        place: cardRectangle,
        says: (now) =>
          [
            entry.card.title,
            entry.card.price,
            entry.card.buy,
            Math.ceil(this.#left(entry.card, now)),
            this.#pictures,
          ].join("\n"),
        draw: (geometry, now) =>
          drawCard(entry.card, this.#left(entry.card, now), geometry, this.#font(), this.#picture(entry.card.picture)),
      });
    }
  }

  pin(pinned: { comment: TimedText; duration: number } | null, now: number): void {
    const before = this.#panels.get(pinnedId);
    if (!pinned) {
      // One that is over stays so.
      if (before) this.#add(pinnedId, { ...before, duration: Math.min(before.duration, now - before.at + exit) });
      return;
    }
    const { comment, duration } = pinned;
    this.#add(pinnedId, {
      at: now,
      duration: Math.min(forever, duration),
      entrance: Entrance.drop,
      place: pinnedRectangle,
      says: () => comment,
      draw: (geometry) => drawPinned(comment, geometry, this.#font()),
    });
  }

  /** After those that were said before, unless a seek back has put them off. */
  notice({ text, duration }: { text: string; duration: number }, now: number): void {
    let after = now;
    const others = [...this.#panels.values()].filter(({ place }) => place === noticeRectangle);
    for (const other of others.sort((a, b) => a.at - b.at)) {
      if (other.at < after + duration && after < other.at + other.duration) after = other.at + other.duration;
    }
    this.#add(this.#next++, {
      at: after,
      duration,
      entrance: Entrance.drop,
      place: noticeRectangle,
      says: () => text,
      draw: (geometry) => drawNotice(text, geometry, this.#font()),
    });
  }

  /** The same again counts up; another takes the slot that is free first. */
  gift(gift: Gift, now: number): void {
    for (const each of this.#gifts) if (each.at > now) each.until = 0; // a seek back: their slots are free
    let slot = this.#gifts.findIndex(
      ({ user, words, until }) => user === gift.user && words === gift.words && now < until,
    );
    const before = this.#gifts[slot];
    if (!before) {
      const ends = Array.from({ length: giftSlots }, (_, i) => this.#gifts[i]?.until ?? 0);
      slot = ends.indexOf(Math.min(...ends));
    }
    const at = before?.at ?? now;
    const shown = { ...gift, at, until: now + giftStays };
    shown.count += before?.count ?? 0;
    this.#gifts[slot] = shown;
    this.#add(firstGift + slot, {
      at,
      duration: shown.until - at,
      entrance: Entrance.slide,
      place: (geometry) => giftRectangle(geometry, slot),
      says: () => `${shown.count} ${this.#pictures}`,
      draw: (geometry) => drawGift(shown, geometry, this.#font(), this.#picture(gift.picture)),
    });
  }

  /** What panel `id` looks like at `now` (seconds of media time). */
  sprite(id: number, now: number): Sprite | undefined {
    const panel = this.#panels.get(id);
    if (!panel) return undefined;
    const says = panel.says(now);
    if (panel.sprite && panel.said === says) return panel.sprite;
    panel.said = says;
    panel.sprite = { image: panel.draw(this.#geometry, now), version: ++this.#version };
    return panel.sprite;
  }

  /** Cards on screen at `now`, CSS pixels. */
  visibleCards(now: number): ({ id: number } & Box)[] {
    const place = cardRectangle(this.#geometry);
    return [...this.#cards.values()]
      .filter(({ card }) => card.enters <= now && now < card.enters + card.duration)
      .map(({ card }) => ({ id: card.id, ...place }));
  }

  /** CSS pixels from the top that the pinned comment and notices take at `now`. */
  takenAbove(now: number): number {
    let taken = 0;
    for (const { at, duration, entrance, place } of this.#panels.values()) {
      if (entrance !== Entrance.drop || now < at || now >= at + duration) continue;
      const { y, height } = place(this.#geometry);
      taken = Math.max(taken, y + height);
    }
    return taken;
  }

  /** Forgets what is over. */
  tidy(now: number): void {
    for (const [id, { at, duration }] of this.#panels) {
      if (id >= firstGift + giftSlots && now > at + duration + 60 && !this.#isCard(id)) this.#remove(id);
    }
  }

  #isCard(id: number): boolean {
    return [...this.#cards.values()].some(({ panel }) => panel === id);
  }

  #left({ enters, duration }: ShownCard, now: number): number {
    return enters + duration - now;
  }

  #add(id: number, panel: Omit<Panel, "said" | "sprite">): void {
    const entry = { ...panel, said: undefined, sprite: undefined };
    this.#panels.set(id, entry);
    this.#plan(id, entry);
  }

  #remove(id: number): void {
    this.#panels.delete(id);
    this.#planner.removePanel(id);
  }

  #plan(id: number, { at, duration, entrance, place }: Panel): void {
    const { ratio } = this.#geometry;
    const box = place(this.#geometry);
    this.#planner.addPanel({
      id,
      at: micros(at),
      duration: Math.max(1, micros(duration)),
      x: Math.round(box.x * ratio),
      y: Math.round(box.y * ratio),
      width: Math.max(1, Math.round(box.width * ratio)),
      height: Math.max(1, Math.round(box.height * ratio)),
      entrance,
    });
  }
}
