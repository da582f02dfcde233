// What the page tells the engine about the picture. All of it can be cloned.
import type { CommentMode, CommentStyle, Rectangle } from "../types.js";

/** CSS pixels, and device pixels to each. */
export interface Geometry {
  width: number;
  height: number;
  ratio: number;
}

/** The look: OverlayOptions with every default filled in; sizes in CSS pixels, times in seconds. */
export interface TextStyle {
  fontSize: number;
  fontFamily: string;
  fontWeight: number;
  color: string;
  ownColor: string;
  outline: number;
  outlineColor: string;
  shadow: number;
  opacity: number;
  crossing: number;
  speedSpread: number;
  still: number;
  area: number;
  lineHeight: number;
  /** 0: as many as fit. */
  lanes: number;
  /** undefined: a sixth once there is a comment for them. */
  reverseLanes: number | undefined;
  /** Least space between two comments of a lane. */
  gap: number;
  overlap: "never" | "whenFull" | "always";
  maxVisible: number;
  patience: number;
  effects: boolean;
  frameBudget: boolean;
}

/** Which comments the engine drops or joins by itself; see OverlayOptions. */
export interface Selection {
  off: boolean;
  merge: number;
  hiddenModes: readonly CommentMode[];
  blockedWords: readonly string[];
  blockedUsers: readonly string[];
  /** The page has hooks: comments of the room come through it. */
  asks: boolean;
}

export interface Layout {
  geometry: Geometry;
  style: TextStyle;
  selection: Selection;
}

export interface TimedText {
  id: string;
  text: string;
  user: string;
  own: boolean;
  /** A CSS colour; "" for the style's. */
  color: string;
  /** Seconds of programme time, for whoever picks it. */
  at: number;
  mode: CommentMode;
  /** Shares of the overlay's size; for mode "free". */
  x: number;
  y: number;
  /** Seconds; 0: the style's. */
  duration: number;
  size: number;
  role: "viewer" | "vip" | "host";
  /** 0 to 7. */
  priority: number;
  style: CommentStyle;
  /** Stretches of the text that are pictures, by the pictures' keys. */
  emotes: Readonly<Record<string, string>>;
}

export interface RecordedText extends TimedText {
  /** Seconds of media time. */
  enters: number;
}

/** A product card at its time. */
export interface ShownCard {
  /** Unique for each occurrence. */
  id: number;
  title: string;
  price: string;
  /** Words of its button, such as "Buy". */
  buy: string;
  /** Key of its picture; "" if it has none. */
  picture: string;
  /** Seconds of media time. */
  enters: number;
  duration: number;
}

export interface Gift {
  user: string;
  /** What was given, with its words: "sent Rose". */
  words: string;
  count: number;
  /** Key of its picture; "" if it has none. */
  picture: string;
}

/** A picture that the page has decoded: a product's, an emote, a gift's. */
export interface KeyedPicture {
  key: string;
  bitmap: ImageBitmap;
}

export interface HostPicture {
  rectangle: Rectangle;
  image: ImageBitmap;
}

/** One of the two. */
export interface Mask {
  bitmap?: ImageBitmap;
  rectangles?: readonly Rectangle[];
}
