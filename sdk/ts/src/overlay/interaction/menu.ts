// What one can do with a comment: a small menu beside it, for pointer and keyboard.
import type { Place } from "../place.js";

export interface MenuItem {
  label: string;
  run(): void;
}

/**
 * Opens it in `parent`, beside `place`, with the focus on its first item. `closed` hears whether the focus is to go back to
 * where it was. Answers with the function that closes it.
 */
export function openMenu(
  parent: HTMLElement,
  place: Place,
  label: string,
  items: readonly MenuItem[],
  closed: (back: boolean) => void,
): () => void {
  const menu = document.createElement("div");
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label);
  const buttons = items.map((item) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "menuitem");
    button.tabIndex = -1;
    button.textContent = item.label;
    button.onclick = () => {
      close(true);
      item.run();
    };
    return button;
  });
  menu.append(...buttons);
  parent.append(menu);

  let open = true;
  const close = (back: boolean) => {
    if (!open) return;
    open = false;
    menu.remove();
    closed(back);
  };
  const keys: Record<string, (now: number) => number> = {
    ArrowDown: (now) => now + 1,
    ArrowUp: (now) => now - 1,
    Home: () => 0,
    End: () => -1,
  };
  menu.onkeydown = (event) => {
    const { key } = event;
    const now = buttons.findIndex((button) => button.matches(":focus"));
    const next = keys[key]?.(now);
    if (next !== undefined) buttons.at(next % buttons.length)?.focus();
    else if (key === "Escape" || key === "Tab") close(true);
    else return;
    event.stopPropagation(); // the player has keys of its own
    if (key !== "Tab") event.preventDefault();
  };
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (!menu.contains(relatedTarget as Node | null)) close(false);
  });

  const inside = (at: number, length: number, room: number) => Math.max(0, Math.min(at, room - length));
  const below = place.y + place.height + 4;
  const above = place.y - menu.offsetHeight - 4;
  const top = below + menu.offsetHeight <= parent.clientHeight ? below : above;
  menu.style.left = `${inside(place.x, menu.offsetWidth, parent.clientWidth)}px`;
  menu.style.top = `${inside(top, menu.offsetHeight, parent.clientHeight)}px`;
  buttons[0]?.focus({ preventScroll: true });
  return () => close(false);
}
