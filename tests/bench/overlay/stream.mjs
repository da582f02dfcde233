// The comments that every system shows: the same ones in the same order for the same seed, as a live shop's chat has
// them. About a third are phrases that everybody types; the rest is Chinese of 4 to 20 characters, often with an emoji.

export const crossingSeconds = 8;
export const fontPixels = 24;
export const fontFamily = '"Noto Sans CJK SC", "Noto Color Emoji", sans-serif';

const stockShare = 0.3;
const emojiShare = 0.4;
const [shortest, longest] = [4, 20];
const firstHan = 0x4e00;
const hanInUse = 3000;

const stock = [
  ...["来了来了", "主播今天真好看😊", "这款还有货吗", "怎么买", "已拍", "99999", "包邮吗📦", "有优惠券吗"],
  ...["想看红色的", "小个子能穿吗", "好喝🍵🍵", "上链接", "刚来，讲到哪了", "支持支持👍", "什么时候发货", "太划算了💰"],
  ...["哈哈哈哈哈", "再讲一遍尺码", "下单了❤️", "求回购"],
];
const emoji = ["😀", "🤣", "🥰", "😮", "👏", "🙏", "🔥", "🎁", "🛍", "🍵", "🐱", "🌟", "🎈", "👀", "💪", "🌸"];
const colors = ["#ffffff", "#ffffff", "#ffffff", "#ffd60a", "#7fd4ff", "#ff9bc2"];

/** Numbers from 0 to below 1: a counter whose bits are mixed (splitmix32). */
export function randomNumbers(seed) {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = counter;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A function that gives the next comment: `{ id, text, color }`. */
export function commentStream(seed = 1) {
  const random = randomNumbers(seed);
  const below = (count) => Math.floor(random() * count);
  const words = () => {
    const codes = Array.from({ length: shortest + below(longest - shortest + 1) }, () => firstHan + below(hanInUse));
    const text = String.fromCharCode(...codes);
    return random() < emojiShare ? text + emoji[below(emoji.length)] : text;
  };
  let id = 0;
  return () => ({
    id: String(++id),
    text: random() < stockShare ? stock[below(stock.length)] : words(),
    color: colors[below(colors.length)],
  });
}
