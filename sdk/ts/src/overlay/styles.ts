// The overlay's own style sheet, inside its shadow root. A constructed sheet, which a strict CSP allows.
export const css = `
:host { position: absolute; inset: 0; overflow: hidden; pointer-events: none; contain: strict; }
.box, .comments, canvas { position: absolute; inset: 0; }
canvas { width: 100%; height: 100%; }
[hidden] { display: none; }
button {
  position: absolute; margin: 0; padding: 0; border: 0; border-radius: 12px; background: transparent; color: #1c1b1a;
  font: 600 15px/1.3 system-ui, sans-serif; text-align: start; cursor: pointer; pointer-events: auto; overflow: hidden;
}
.card > * { display: none; }
button:focus-visible { outline: 3px solid #0a66ff; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
.held { border-radius: 8px; box-shadow: 0 0 0 1px rgb(0 0 0 / 0.5), inset 0 0 0 1px #fff; }
.stop { inset: 0; pointer-events: none; border-radius: 0; }
.stop:focus-visible { outline-offset: -4px; box-shadow: inset 0 0 0 6px #fff; }
[role=menu] {
  position: absolute; display: grid; min-width: 9em; max-width: 100%; padding: 4px; border-radius: 10px;
  background: #262422; box-shadow: 0 6px 24px rgb(0 0 0 / 0.5); pointer-events: auto;
}
[role=menuitem] {
  position: static; padding: 8px 12px; border-radius: 6px; color: #fff; font-weight: 500; text-overflow: ellipsis;
  white-space: nowrap;
}
[role=menuitem]:hover, [role=menuitem]:focus { background: #454140; }
[role=menuitem]:focus-visible { outline: 2px solid #fff; outline-offset: -2px; box-shadow: none; }
ol {
  position: absolute; inset: 12px 12px auto 12px; margin: 0; padding: 8px 12px; list-style: none; border-radius: 8px;
  background: rgb(0 0 0 / 0.75); color: #fff; font: 500 16px/1.5 system-ui, sans-serif; max-width: 30em;
}
ol:empty { display: none; }
li { overflow-wrap: anywhere; }
li img { height: 1.4em; vertical-align: middle; }
.own { color: #ffd60a; }
.notice { color: #9fd0ff; }
.pinned { border-bottom: 1px solid #fff; }
:host(.list) canvas { display: none; }
:host(.list) .open { display: flex; gap: 8px; padding: 8px; background: rgb(255 255 255 / 0.96); }
:host(.list) .buy { background: #c2371c; color: #fff; text-align: center; }
:host(.list) .card > * { display: block; }
.card img { height: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 8px; background: #eceae4; }
.card b { display: block; color: #c2371c; font-weight: 700; }
`;

export function addStyles(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}
