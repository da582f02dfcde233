// Paints one comment or panel, and hands its pixels out.
import { Op } from "../../../sdk/ts/src/core/planner.js";
import { createCanvas2d } from "../../../sdk/ts/src/overlay/backends/canvas2d.js";
import { drawCard } from "../../../sdk/ts/src/overlay/layers/card.js";
import { badgeRoom, drawText, measure, metricsOf } from "../../../sdk/ts/src/overlay/layers/comment.js";
import { drawEffect, effectPictures } from "../../../sdk/ts/src/overlay/layers/effect.js";
import { drawGift } from "../../../sdk/ts/src/overlay/layers/gift.js";
import { drawNotice } from "../../../sdk/ts/src/overlay/layers/notice.js";
import { drawPinned } from "../../../sdk/ts/src/overlay/layers/pinned.js";
import {
  buyRectangle,
  cardRectangle,
  giftRectangle,
  noticeRectangle,
  pinnedRectangle,
} from "../../../sdk/ts/src/overlay/layers/placement.js";
import { singleLine } from "../../../sdk/ts/src/overlay/layers/text.js";
import type { Geometry, TextStyle, TimedText } from "../../../sdk/ts/src/overlay/model.js";
import { defaultFontFamily } from "../../../sdk/ts/src/overlay/options.js";
import { type Canvas, contextOf, createCanvas } from "../../../sdk/ts/src/overlay/surface.js";

export interface CommentLook extends Partial<Pick<TimedText, "text" | "own" | "role" | "style" | "emotes" | "color">> {
  size?: number;
  count?: number;
  /** Texts drawn with the same context before it. */
  before?: readonly string[];
  type?: Partial<TextStyle>;
}

export interface Picture {
  width: number;
  height: number;
  /** RGBA, row by row, one character a byte. */
  pixels: string;
}

export interface CommentPicture extends Picture {
  /** Where the comment ends, and the count's room begins. */
  measured: number;
  room: number;
  padding: number;
}

const type: TextStyle = {
  fontSize: 24,
  fontFamily: defaultFontFamily,
  fontWeight: 600,
  color: "#ffffff",
  ownColor: "#ffd60a",
  outline: 2.7,
  outlineColor: "rgba(0, 0, 0, 0.72)",
  shadow: 0,
  opacity: 1,
  crossing: 8,
  speedSpread: 0.06,
  still: 5,
  area: 0.75,
  lineHeight: 1.5,
  lanes: 0,
  reverseLanes: undefined,
  gap: 24,
  overlap: "never",
  maxVisible: 10_000,
  patience: 3,
  effects: true,
  frameBudget: true,
};

function pictureOf(canvas: Canvas): Picture {
  const { width, height } = canvas;
  const copy = contextOf(createCanvas(width, height));
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  let pixels = "";
  for (const byte of data) pixels += String.fromCharCode(byte);
  return { width, height, pixels };
}

function greenPicture(): Canvas {
  const canvas = createCanvas(8, 8);
  const context = contextOf(canvas);
  context.fillStyle = "#00ff00";
  context.fillRect(0, 0, 8, 8);
  return canvas;
}

/** In a strip of three lanes, in the middle one, 16 pixels from the left; then the whole strip. */
function comment(look: CommentLook): CommentPicture {
  const { text = "", own = false, role = "viewer", style = {}, emotes = {}, color = "#ffffff" } = look;
  const strips = createCanvas(1, 1);
  const backend = createCanvas2d(strips, () => {});
  const lane = metricsOf({ ...type, ...look.type }, 1).height;
  const metrics = metricsOf({ ...type, ...look.type }, 1, look.size ?? 1, lane);
  const room = badgeRoom(metrics);
  const texts = [...(look.before ?? []), text];
  const all = texts.map((each) => measure(backend.textContext, metrics, { text: each, emotes, role }));
  const measured = all.at(-1) ?? { runs: [], rightToLeft: false, width: 1 };
  const width = Math.min(8000, measured.width + room) + 32;
  const total = all.length - 1 + 3;
  backend.resize({ width, height: 3 * lane, stripWidth: width, stripHeight: total * lane });
  const drawn = [Op.raster, texts.length - 1, 1, 16, lane, width - 32, lane, 0];
  const earlier = (look.before ?? []).flatMap((_, i) => [Op.raster, i, i + 3, 0, (i + 3) * lane, width, lane, 0]);
  const shown = [Op.blit, 0, 0, 0, width, 3 * lane, 0, 0];
  backend.execute(
    Int32Array.from([...earlier, ...drawn, ...shown]),
    {
      comment: (context, id, x, y) => {
        const each = all[id];
        if (!each) return;
        const toDraw = { measured: each, metrics, color, own, role, style };
        drawText(context, toDraw, x, y, lane, look.count ?? 0, () => greenPicture());
      },
      sprite: () => undefined,
    },
    1,
    undefined,
  );
  return { ...pictureOf(strips), measured: measured.width, room, padding: metrics.padding };
}

const panels = {
  card: (geometry: Geometry, remaining: number) =>
    drawCard(
      {
        id: 1,
        title: "Longjing green tea 龙井绿茶",
        price: "¥129.00",
        buy: "Buy",
        picture: "",
        enters: 0,
        duration: 60,
      },
      remaining,
      geometry,
      defaultFontFamily,
      undefined,
    ),
  gift: (geometry: Geometry) =>
    drawGift({ user: "Li", words: "sent Rose", count: 3, picture: "" }, geometry, defaultFontFamily, undefined),
  notice: (geometry: Geometry) => drawNotice("Be kind", geometry, defaultFontFamily),
  pinned: (geometry: Geometry) => drawPinned({ user: "Li", text: "Look" }, geometry, defaultFontFamily),
};

const page = {
  comment,
  singleLine,
  effectPictures,
  effect: (index: number) => pictureOf(drawEffect(index, 32)),
  panel: (name: keyof typeof panels, geometry: Geometry, remaining = 42) =>
    pictureOf(panels[name](geometry, remaining)),
  places(geometry: Geometry) {
    return {
      card: cardRectangle(geometry),
      buy: buyRectangle(geometry),
      notice: noticeRectangle(geometry),
      pinned: pinnedRectangle(geometry),
      gift0: giftRectangle(geometry, 0),
      gift1: giftRectangle(geometry, 1),
    };
  },
};

export type LayersPage = typeof page;
Object.assign(window, { layers: page });
