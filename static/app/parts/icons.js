// The app's own small set of line icons on a 24 px grid; they decorate words and never stand alone.
import { html } from "../html.js";

/** @type {Record<string, string>} */
const PATHS = {
  alert: "M12 8v5M12 16.5v.01M10.3 3.9 2.6 17.2A2 2 0 0 0 4.3 20h15.4a2 2 0 0 0 1.7-2.8L13.7 3.9a2 2 0 0 0-3.4 0Z",
  back: "M19 12H5M11 6l-6 6 6 6",
  chart: "M4 20V10M10 20V4M16 20v-7M21 20H3",
  check: "M5 12.5 10 17.5 19.5 7",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  close: "M6 6l12 12M18 6 6 18",
  cloud: "M7 18.5a4.5 4.5 0 0 1-.6-8.96A6 6 0 0 1 18 11a3.8 3.8 0 0 1-.5 7.5Z",
  cloud_off: "M4 4l16 16M9.2 5.6A6 6 0 0 1 18 11a3.8 3.8 0 0 1 2.4 5.9M15.9 18.5H7a4.5 4.5 0 0 1-.6-8.96",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  edit: "M4 20h4L19 9l-4-4L4 16v4ZM13.5 6.5l4 4",
  fork: "M7 4v5a5 5 0 0 0 5 5M17 4v5a5 5 0 0 1-5 5M12 14v6M4.5 6.5 7 4l2.5 2.5M14.5 6.5 17 4l2.5 2.5",
  key: "M14.5 9.5 20 4M17.5 6.5 20 9M8.5 20a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM11.7 12.3l2.8-2.8",
  mail: "M4 6h16v12H4ZM4 7l8 6 8-6",
  more: "M6.2 12a1.2 1.2 0 1 1-2.4 0 1.2 1.2 0 0 1 2.4 0ZM13.2 12a1.2 1.2 0 1 1-2.4 0 1.2 1.2 0 0 1 2.4 0ZM20.2 12a1.2 1.2 0 1 1-2.4 0 1.2 1.2 0 0 1 2.4 0Z",
  map: "M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11ZM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  next: "M9 6l6 6-6 6",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5",
  phone:
    "M6.5 3.5h3l1.5 4.5-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A17 17 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2Z",
  plus: "M12 5v14M5 12h14",
  scan: "M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M8 8.5v7M12 8.5v7M16 8.5v7",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16 16l4.5 4.5",
  sync: "M20 7v4.5h-4.5M4 17v-4.5h4.5M5.5 9a7 7 0 0 1 12-2.2L20 11.5M18.5 15a7 7 0 0 1-12 2.2L4 12.5",
  task: "M5 4.5h14v15H5ZM8.5 12l2.5 2.5 4.5-5",
  today: "M4.5 6h15v13.5h-15ZM4.5 10h15M8.5 3.5V7M15.5 3.5V7M8.5 14.5l2.5 2 4-3.5",
  trash: "M4.5 7h15M10 11v6M14 11v6M6.5 7l.8 12a1.5 1.5 0 0 0 1.5 1.5h6.4a1.5 1.5 0 0 0 1.5-1.5l.8-12M9.5 7V4.5h5V7",
  visit: "M6 20.5v-17h9v17M3.5 20.5h17M15 8h3.5v12.5M11.5 12v.01",
  undo: "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
};

/** @param {{name: string}} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
}

/** The lamp in the window. */
export function Mark() {
  return html`<img class="mark" src="/static/icons/mark.svg" alt="" />`;
}
