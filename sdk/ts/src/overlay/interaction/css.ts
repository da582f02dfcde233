// What lies over comments that are pointed at.
export const css = `
.held { border-radius: 8px; box-shadow: 0 0 0 1px rgb(0 0 0 / 0.5), inset 0 0 0 1px #fff; }
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
`;
