// Where panels rest, in CSS pixels: notices and the pinned comment at the top, gifts on the left, the card at the bottom
// right above the player's controls. A broadcast's own captions begin on the left, at the bottom.
import type { Geometry } from "../model.js";

/** CSS pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Panels grow more slowly than the picture does, and stay readable on a phone. 1 at 960 x 540. */
export const panelScale = ({ width, height }: Geometry): number =>
  Math.min(4, Math.max(0.8, Math.sqrt(Math.min(width / 960, height / 540))));

export const margin = (geometry: Geometry): number => (geometry.width < 480 ? 8 : 16 * panelScale(geometry));

/** Sizes for scale 1. */
const noticeSize = { width: 560, height: 48 };
const pinnedSize = { width: 560, height: 64 };
const giftSize = { width: 300, height: 56 };
const cardSize = { width: 320, height: 104 };
export const cardButton = { width: 84, height: 32 };
export const cardGap = 8;

const centred = (geometry: Geometry, y: number, size: { width: number; height: number }): Box => {
  const scale = panelScale(geometry);
  const width = Math.min(size.width * scale, geometry.width - 2 * margin(geometry));
  return { x: (geometry.width - width) / 2, y, width, height: size.height * scale };
};

export const noticeRectangle = (geometry: Geometry): Box => centred(geometry, margin(geometry) / 2, noticeSize);

/** Below the notice. */
export function pinnedRectangle(geometry: Geometry): Box {
  const notice = noticeRectangle(geometry);
  return centred(geometry, notice.y + notice.height + 4 * panelScale(geometry), pinnedSize);
}

/** Gifts that are shown at the same time. */
export const giftSlots = 2;

/** Slot 0 is the lower one. */
export function giftRectangle(geometry: Geometry, slot: number): Box {
  const scale = panelScale(geometry);
  const height = giftSize.height * scale;
  return {
    x: margin(geometry),
    y: geometry.height * 0.62 - height - slot * (height + 8 * scale),
    width: Math.min(giftSize.width * scale, geometry.width - 2 * margin(geometry)),
    height,
  };
}

/** Where a card rests: bottom right, above the player's controls. */
export function cardRectangle(geometry: Geometry): Box {
  const scale = panelScale(geometry);
  const edge = margin(geometry);
  const width = Math.min(cardSize.width * scale, geometry.width - 2 * edge);
  const height = cardSize.height * scale;
  const controls = Math.min(64 * scale, geometry.height / 8);
  return { x: geometry.width - edge - width, y: Math.max(0, geometry.height - controls - height), width, height };
}

/** The button's place inside the card, in CSS pixels. */
export function buyRectangle(geometry: Geometry): Box {
  const scale = panelScale(geometry);
  const card = cardRectangle(geometry);
  return {
    x: card.width - (cardGap + cardButton.width) * scale,
    y: card.height - (cardGap + cardButton.height) * scale,
    width: cardButton.width * scale,
    height: cardButton.height * scale,
  };
}
