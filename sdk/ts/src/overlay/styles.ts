// The overlay's own style sheet, inside its shadow root. A constructed sheet, which a strict CSP allows.
export const css = `
:host { position: absolute; inset: 0; overflow: hidden; pointer-events: none; contain: strict; }
.box, .comments, canvas { position: absolute; inset: 0; }
canvas { width: 100%; height: 100%; }
button {
  position: absolute; margin: 0; padding: 0; border: 0; border-radius: 12px; background: transparent; color: #1c1b1a;
  font: 600 15px/1.3 system-ui, sans-serif; text-align: start; cursor: pointer; pointer-events: auto; overflow: hidden;
}
.card > * { display: none; }
button:focus-visible { outline: 3px solid #0a66ff; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
.stop { inset: 0; pointer-events: none; border-radius: 0; }
.stop:focus-visible { outline-offset: -4px; box-shadow: inset 0 0 0 6px #fff; }
:host(.list) canvas { display: none; }
`;

/** Answers with the function that takes them away. */
export function addStyles(root: ShadowRoot, text = css): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet);
  };
}
