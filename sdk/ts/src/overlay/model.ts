// What the page tells the engine about the picture. All of it can be cloned.
/** CSS pixels, and device pixels to each. */
export interface Geometry {
  width: number;
  height: number;
  ratio: number;
}

/** OverlayOptions with every default filled in; sizes in CSS pixels, times in seconds. */
export interface TextStyle {
  fontSize: number;
  fontFamily: string;
  color: string;
  ownColor: string;
  opacity: number;
  crossing: number;
  area: number;
  patience: number;
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
  /** Key of its picture; "" if it has none. */
  picture: string;
  /** Seconds of media time. */
  enters: number;
  duration: number;
}

export interface CardPicture {
  key: string;
  bitmap: ImageBitmap;
}
