// The stage: video, the layer that the overlay fills, and one row of controls. Playback itself is in stream.ts.

import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { type IconName, icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import type { Texts } from "../texts.js";
import { createSeekbar } from "./seekbar.js";

export interface Player {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  /** The picture with all that lies on it. */
  readonly screen: HTMLElement;
  /** The positioned element above the video, for the session's overlay. */
  readonly overlay: HTMLElement;
  /** The row of controls has room here for the composer and the overlay's settings. */
  readonly controls: { readonly extra: HTMLElement; readonly settingsButton: HTMLButtonElement };
  /** `toggle` answers whether the overlay is on afterwards. */
  onOverlayToggle(toggle: () => boolean): void;
  /** `seek` jumps to the live edge; `latency` is how far behind it we are, in seconds, or null if nobody knows. */
  setLive(live: { seek(): void; latency(): number | null }): void;
  onLike(like: () => void): void;
  /** Over the broadcast's own captions, which comments may be kept from. */
  readonly captions: HTMLElement;
  /** A comment at this media time, for the time line. */
  note(at: number): void;
}

function control(name: IconName, testId: string): HTMLButtonElement {
  return h("button", { type: "button", class: "control", "data-testid": testId }, icon(name));
}

/** Gives a two-state button its icon and its name. */
function dress(button: HTMLButtonElement, name: IconName, label: string): void {
  button.replaceChildren(icon(name));
  button.setAttribute("aria-label", label);
  button.title = label;
}

/** Further behind the live edge than this, the player offers the way back. Seconds. */
const kBehind = 10;

export function createPlayer(): Player {
  const video = h("video", { playsinline: true, autoplay: true, "data-testid": "video" });
  video.muted = true; // browsers start a page's video by itself only when it is silent
  bind(video, (texts) => texts.player.label, "aria-label");
  const overlay = h("div", { class: "overlay", "data-testid": "overlay" });
  const captions = h("div", { class: "captions", "aria-hidden": "true" });
  const screen = h("div", { class: "screen" }, video, captions, overlay);
  const seekbar = createSeekbar(video);

  const play = control("play", "play");
  const sound = control("muted", "sound");
  const live = h("button", { type: "button", class: "control live-edge", "data-testid": "go-live" });
  const likes = control("heart", "like");
  const bullets = control("bullet", "overlay-toggle");
  const settingsButton = control("settings", "settings-button");
  const full = control("fullscreen", "fullscreen");
  const extra = h("div", { class: "control-extra" });
  const element = h(
    "section",
    { class: "stage", "data-testid": "stage" },
    screen,
    seekbar.element,
    h("div", { class: "controls" }, play, sound, live, extra, likes, bullets, settingsButton, full),
  );
  bind(element, (texts) => texts.player.label, "aria-label");

  let overlayOn = true;
  let liked = 0;
  let edge: { seek(): void; latency(): number | null } | null = null;

  const render = () => {
    const texts: Texts["player"] = t().player;
    dress(play, video.paused ? "play" : "pause", video.paused ? texts.play : texts.pause);
    dress(sound, video.muted ? "muted" : "sound", video.muted ? texts.unmute : texts.mute);
    dress(likes, "heart", liked > 0 ? texts.liked(liked) : texts.like);
    if (liked > 0) likes.append(h("span", { class: "figure" }, formatNumber(liked)));
    dress(bullets, "bullet", overlayOn ? texts.overlayOn : texts.overlayOff);
    bullets.setAttribute("aria-pressed", String(overlayOn));
    dress(settingsButton, "settings", texts.settings);
    const isFull = document.fullscreenElement === element;
    dress(full, isFull ? "shrink" : "fullscreen", isFull ? texts.leaveFullscreen : texts.fullscreen);
    renderLatency();
  };
  const renderLatency = () => {
    const latency = edge?.latency() ?? null;
    const behind = latency !== null && latency > kBehind;
    live.hidden = edge === null;
    live.classList.toggle("behind", behind);
    live.textContent = behind ? t().player.behind(formatNumber(latency)) : t().player.atLive;
    live.title = t().player.goLive;
  };

  play.addEventListener("click", () => {
    if (video.paused) video.play().catch(() => render());
    else video.pause();
  });
  sound.addEventListener("click", () => {
    video.muted = !video.muted;
  });
  live.addEventListener("click", () => {
    edge?.seek();
    video.play().catch(() => render());
  });
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else element.requestFullscreen().catch(() => undefined); // refused by the browser: nothing changes
  });
  for (const type of ["play", "pause", "volumechange"]) video.addEventListener(type, render);
  document.addEventListener("fullscreenchange", render);
  setInterval(renderLatency, 1000);
  onLanguage(render);

  return {
    element,
    video,
    screen,
    overlay,
    controls: { extra, settingsButton },
    onOverlayToggle(toggle) {
      bullets.addEventListener("click", () => {
        overlayOn = toggle();
        render();
      });
    },
    setLive(next) {
      edge = next;
      render();
    },
    onLike(like) {
      likes.addEventListener("click", () => {
        liked += 1;
        render();
        like();
      });
    },
    captions,
    note: seekbar.note,
  };
}
