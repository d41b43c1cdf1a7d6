// More line icons on the same grid, for screens that are read later.
import { html } from "../html.js";

/** @type {Record<string, string>} */
const PATHS = {
  calendar: "M4.5 6.5h15v13h-15ZM4.5 10.5h15M8.5 4v4M15.5 4v4",
  camera: "M4 8.5h3.5L9 6h6l1.5 2.5H20v10H4ZM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z",
  card: "M3.5 6h17v12h-17ZM7 14.5h5M7 11.5h4M15 11h2.5",
  image: "M4 5h16v14H4ZM4 16l4.5-4.5 4 4 2.5-2.5L20 18M15.5 9.5v.01",
  paper: "M6 3.5h8l4 4v13H6ZM14 3.5v4h4M9 12h6M9 15.5h6",
  pin: "M12 21s6.5-6 6.5-11a6.5 6.5 0 1 0-13 0c0 5 6.5 11 6.5 11ZM12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  receipt: "M6 3.5v17l2-1.5 2 1.5 2-1.5 2 1.5 2-1.5 2 1.5v-17ZM9 8h6M9 11.5h6",
  scan: "M4 8V5h3M17 5h3v3M20 16v3h-3M7 19H4v-3M8 9v6M11 9v6M13.5 9v6M16 9v6",
  tick: "M4.5 4.5h15v15h-15ZM8 12l3 3 5-6",
  torch: "M8 3.5h8v4l-2 3v10h-4v-10l-2-3ZM8 6.5h8M12 13v2",
  visit: "M4 20.5V9.5l8-6 8 6v11ZM9.5 20.5v-6h5v6",
};

/** @param {{name: string}} props */
export function Sign({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
}
