/** The text with lone surrogates, which UTF-8 cannot hold, as U+FFFD. Offsets stay the same. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\uFFFD");
