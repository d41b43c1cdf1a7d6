// A small set of 20-unit line icons, drawn in the text colour. They accompany words and are hidden from readers.
import { html } from "../../app/html.js";

/** @type {Record<string, string>} */
const PATHS = {
  live: "M2 10h3.5l2-5 4 10 2.5-7 1.2 2H18",
  devices: "M3 5v10M6 5v10M9 5v7M12 5v10M15 5v7M17.5 5v10",
  sync: "M4 8a6.5 6.5 0 0 1 11.5-2.5L17 7M17 3.5V7h-3.5M16 12a6.5 6.5 0 0 1-11.5 2.5L3 13M3 16.5V13h3.5",
  quarantine: "M10 2.5l6 2.2v4.6c0 4-2.6 6.8-6 8.2-3.4-1.4-6-4.2-6-8.2V4.7zM10 7v3.5M10 13.2v.1",
  conflicts: "M3 7h11M11 4l3 3-3 3M17 13H6M9 10l-3 3 3 3",
  merge: "M4 3v3a4 4 0 0 0 4 4h2M4 17v-3a4 4 0 0 1 4-4h8M13 7l3 3-3 3",
  products: "M3 6.5l7-3.5 7 3.5v7l-7 3.5-7-3.5zM3 6.5l7 3.5 7-3.5M10 10v7",
  stock: "M3 3.5h14M3 10h14M3 16.5h14M5 3.5v-1M5 10V6h4v4M11 10V7h3v3M6 16.5v-3h3v3M11 16.5V13h4v3.5",
  transfer: "M6 3v11M3 11l3 3 3-3M14 17V6M11 9l3-3 3 3",
  users:
    "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c.4-3 2.5-4.5 5.5-4.5s5.1 1.5 5.5 4.5M13 4a3 3 0 0 1 0 5.3M15 12.5c1.7.6 2.7 1.9 3 4",
  key: "M7 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10.5 10H18M15 10v3M18 10v2.5",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  close: "M5 5l10 10M15 5L5 15",
  pause: "M7 4.5v11M13 4.5v11",
  play: "M6 4l9 6-9 6z",
  plus: "M10 4v12M4 10h12",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.5 13.5L17 17",
  copy: "M7 7h9v9H7zM4 13V4h9",
  check: "M4 10.5l4 4 8-9",
  out: "M8 3.5H4v13h4M12.5 6.5L16 10l-3.5 3.5M16 10H8",
  scan: "M3 7V4h3M17 7V4h-3M3 13v3h3M17 13v3h-3M7 7v6M10 7v6M13 7v6",
  sale: "M5 3h10v14l-2.5-1.5L10 17l-2.5-1.5L5 17zM8 7h4M8 10.5h4",
  warn: "M10 3.5l7.5 13h-15zM10 8v4M10 14.3v.1",
  edit: "M4 16l.7-3L13 4.7l2.3 2.3L7 15.3z",
  phone: "M6 2.5h8v15H6zM9 15h2",
  settings: "M3 6h6M13 6h4M3 14h3M10 14h7M11 4v4M8 12v4",
  empty: "M3 11l2.5-6h9L17 11v5H3zM3 11h4l1 2h4l1-2h4",
};

/** @param {{name: string}} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
}

/** The mark: a house with its lamp lit. */
export function Mark() {
  return html`<img class="mark" src="/static/icons/mark.svg" alt="" />`;
}
