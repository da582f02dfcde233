// The overlay's own style sheet, inside its shadow root. A constructed sheet, which a strict CSP allows.
const css = `
:host { position: absolute; inset: 0; overflow: hidden; pointer-events: none; contain: strict; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
button {
  position: absolute; margin: 0; padding: 0; border: 0; border-radius: 12px; background: transparent; color: #1c1b1a;
  font: 600 15px/1.3 system-ui, sans-serif; text-align: start; cursor: pointer; pointer-events: auto; overflow: hidden;
}
button > * { display: none; }
button:focus-visible { outline: 3px solid #0a66ff; outline-offset: 2px; }
ol {
  position: absolute; inset: 12px 12px auto 12px; margin: 0; padding: 8px 12px; list-style: none; border-radius: 8px;
  background: rgb(0 0 0 / 0.55); color: #fff; font: 500 16px/1.5 system-ui, sans-serif; max-width: 30em;
}
ol:empty, ol[hidden] { display: none; }
li { overflow-wrap: anywhere; }
li.own { color: #ffd60a; }
:host(.list) canvas { display: none; }
:host(.list) button { display: flex; gap: 8px; padding: 8px; background: rgb(255 255 255 / 0.96); }
:host(.list) button > * { display: block; }
button img { height: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 8px; background: #eceae4; }
button b { display: block; color: #c2371c; font-weight: 700; }
`;

export function addStyles(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}
