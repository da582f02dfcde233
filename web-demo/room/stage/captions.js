// Lettering: the lower third (title, price, one fact at a time in two languages), the live bug, the room's name.
import { bitmap } from "./art.js";
import { chance, clamp01, easeOut, kLoop, smooth, wave } from "./time.js";

const kSerif = '"Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", serif';
const kSans = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", sans-serif';
const kX = 36;
const kY = 610;
const kWidth = 800;
const kPriceWidth = 140;
const kHeight = 98;
const kFactWidth = kWidth - kPriceWidth - 40;

const price = ({ amount }) => `¥${amount % 100 ? (amount / 100).toFixed(2) : amount / 100}`;

function card(c, width) {
  c.shadowColor = "rgba(10,6,3,.5)";
  c.shadowBlur = 18;
  c.shadowOffsetY = 5;
  const g = c.createLinearGradient(0, 0, width, kHeight);
  g.addColorStop(0, "#fffaf0");
  g.addColorStop(1, "#f0e2c6");
  c.fillStyle = g;
  c.beginPath();
  c.roundRect(20, 20, width, kHeight, 16);
  c.fill();
  c.shadowColor = "transparent";
}

function leaf(c, x, y) {
  c.fillStyle = "#5d8f43";
  c.beginPath();
  c.moveTo(x, y);
  c.bezierCurveTo(x + 2, y - 10, x + 12, y - 12, x + 15, y - 11);
  c.bezierCurveTo(x + 15, y - 3, x + 8, y + 1, x, y);
  c.fill();
}

function productCard(product) {
  const base = bitmap(kWidth + 40, kHeight + 40, (c) => {
    card(c, kWidth);
    c.fillStyle = "#c9633c";
    c.beginPath();
    c.roundRect(20 + kWidth - kPriceWidth, 20, kPriceWidth, kHeight, [0, 16, 16, 0]);
    c.fill();
    c.fillStyle = "#fffaf0";
    c.textAlign = "center";
    c.font = `bold 42px ${kSerif}`;
    c.fillText(price(product.price), 20 + kWidth - kPriceWidth / 2, 76);
    c.font = `14px ${kSans}`;
    c.globalAlpha = 0.85;
    c.fillText("今晚在架 · on sale", 20 + kWidth - kPriceWidth / 2, 102);
    c.globalAlpha = 1;
    c.textAlign = "left";
    c.fillStyle = "#2c2622";
    c.font = `bold 28px ${kSerif}`;
    c.fillText(product.title.zh, 46, 56);
    c.fillStyle = "#7a6a58";
    c.font = `16px ${kSans}`;
    c.fillText(product.title.en, 47, 79);
  });
  const facts = product.facts.zh.map((zh, i) =>
    bitmap(kFactWidth, 30, (c) => {
      leaf(c, 2, 20);
      c.font = `bold 16px ${kSans}`;
      c.fillStyle = "#35574a";
      c.fillText(zh, 26, 20);
      const used = 26 + c.measureText(zh).width + 14;
      c.font = `15px ${kSans}`;
      c.fillStyle = "#7a6a58";
      c.fillText(product.facts.en[i], used, 20, kFactWidth - used);
    }),
  );
  return { base, facts };
}

export function makeCaptions(room, products, events) {
  const cards = new Map(
    events.map((e) => [e.product, productCard(products.find((product) => product.id === e.product))]),
  );
  const name = bitmap(620, kHeight + 40, (c) => {
    card(c, 580);
    c.fillStyle = "#b9432f";
    c.beginPath();
    c.roundRect(46, 42, 54, 54, 8);
    c.fill();
    c.strokeStyle = "#fbe9d6";
    c.lineWidth = 3.4;
    c.lineCap = "round";
    c.stroke(new Path2D("M73 90V50M73 52l-14 13M73 52l14 13M73 65l-17 14M73 65l17 14"));
    c.fillStyle = "#2c2622";
    c.font = `bold 32px ${kSerif}`;
    c.fillText(room.title.zh, 122, 66);
    c.fillStyle = "#7a6a58";
    c.font = `18px ${kSans}`;
    c.fillText(room.title.en, 123, 96);
  });
  const bug = bitmap(230, 40, (c) => {
    c.fillStyle = "rgba(24,16,12,.62)";
    c.beginPath();
    c.roundRect(0, 0, 218, 36, 18);
    c.fill();
    c.fillStyle = "#d94a38";
    c.beginPath();
    c.roundRect(0, 0, 78, 36, 18);
    c.fill();
    c.fillStyle = "#fff";
    c.font = `bold 16px ${kSans}`;
    c.fillText("LIVE", 30, 24);
    c.font = `15px ${kSans}`;
    c.fillStyle = "#f3e3c6";
    c.fillText("亥时", 90, 24); // the hour of nine to eleven at night
    c.beginPath();
    c.arc(144, 13, 4.2, 0, 7);
    c.fill();
    c.beginPath();
    c.arc(144, 26, 7.5, Math.PI, 0);
    c.fill();
  });

  return (c, t, event) => {
    if (event) {
      const since = t - event.at;
      const left = event.at + event.duration - t;
      const k = Math.min(easeOut((since - 0.25) / 0.7), smooth(left / 0.45));
      const { base, facts } = cards.get(event.product);
      const x = kX - 20 - 70 * (1 - k);
      c.globalAlpha = k;
      c.drawImage(base, x, kY - 20);
      const each = event.duration / facts.length;
      const index = Math.min(facts.length - 1, Math.floor(since / each));
      const into = since - index * each;
      c.globalAlpha = k * Math.min(smooth(into / 0.35), smooth((each - into) / 0.3));
      c.drawImage(facts[index], x + 46, kY + 66 + 8 * (1 - clamp01(into / 0.35)));
      c.globalAlpha = 1;
    } else {
      const last = events[events.length - 1];
      const from = last.at + last.duration;
      const since = (t - from + kLoop) % kLoop;
      const length = (events[0].at - from + kLoop) % kLoop;
      const k = Math.min(smooth((since - 0.3) / 0.7), smooth((length - since) / 0.5));
      if (since < length && k > 0) {
        c.globalAlpha = k;
        c.drawImage(name, kX - 20 - 60 * (1 - k), kY - 20);
        c.globalAlpha = 1;
      }
    }

    c.drawImage(bug, 186, 26);
    c.fillStyle = `rgba(255,255,255,${0.65 + 0.35 * wave(t, 120)})`;
    c.beginPath();
    c.arc(203, 44, 5, 0, 7);
    c.fill();
    const step = Math.floor(t / 2);
    const viewers = 1284 + Math.round(46 * wave(step * 2, 1) + 21 * wave(step * 2, 4, 1) + 9 * chance(step));
    c.fillStyle = "#f3e3c6";
    c.font = `bold 15px ${kSans}`;
    c.fillText(viewers.toLocaleString("en"), 344, 50);
  };
}
