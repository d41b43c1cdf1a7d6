// All screens but the door: a person needs one of them at first. They are on the phone with the rest of the app, and are
// read from there when they are opened, or in the first idle moment.
import { signal } from "@preact/signals";
import { html } from "./html.js";
import { t } from "./i18n.js";
import { Empty } from "./parts/controls.js";
import { Page } from "./parts/frame.js";
import { styled } from "./parts/sheet.js";

const ENTRY = () => import("./screens/entry.js");

/** @type {Record<string, () => Promise<any>>} */
const LATER = {
  today: async () => (await import("./screens/today.js")).Today,
  customers: async () => (await import("./screens/customers.js")).Customers,
  tasks: async () => (await import("./screens/tasks.js")).Tasks,
  new: async () => (await ENTRY()).Begin,
  edit: async () => (await ENTRY()).Begin,
  fix: async () => (await ENTRY()).Begin,
  entry: async () => (await ENTRY()).EntryScreen,
  sync: async () => (await import("./screens/sync.js")).SyncCentre,
  more: async () => (await import("./screens/more.js")).More,
  unlock: async () => (await import("./screens/unlock.js")).Unlock,
  opening: async () => (await import("./screens/opening.js")).Opening,
  pair: async () => (await import("./screens/pair.js")).Pair,
  scan: async () => (await import("./screens/scan.js")).Scan,
  visit: async () => (await import("./screens/visit.js")).Visit,
  goods: async () => (await import("./screens/goods.js")).Goods,
  leaving: async () => (await import("./screens/leaving.js")).Leaving,
  emptied: async () => (await import("./screens/emptied.js")).Emptied,
};

/** Parts of a screen. @type {Record<string, () => Promise<any>>} */
const PARTS = {
  customer: async () => (await import("./screens/customer.js")).Customer,
  dealings: async () => (await import("./parts/dealings.js")).Dealings,
  left: async () => (await import("./parts/left.js")).Left,
  untrusted: async () => (await import("./parts/untrusted.js")).Untrusted,
  check_step: async () => (await import("./forms/check_step.js")).CheckStep,
  reference: async () => (await import("./forms/reference.js")).ReferenceControl,
  customer_tasks: async () => (await import("./parts/customer_tasks.js")).CustomerTasks,
  scanners: () => import("./scan/everywhere.js"),
  goods_session: async () => (await import("./parts/goods_session.js")).GoodsSession,
};

/** The screen of that name; an address that says nothing leads to the first one. @param {string} name */
export const screenNamed = (name) => (name in LATER ? name : "today");

/** What has been read so far; null for a screen that could not be. */
const read = signal(/** @type {Record<string, any>} */ ({}));

/** Have a screen at hand before it is shown. @param {string} screen */
export async function readScreen(screen) {
  let found = null;
  await Promise.all([styled("day"), styled("record")]);
  try {
    found = await (LATER[screen] ?? PARTS[screen])?.();
  } catch (error) {
    // Only a first visit that was cut off gets here: the app is not whole on this phone yet.
    if (!(error instanceof TypeError)) throw error;
  }
  read.value = { ...read.value, [screen]: found };
}

/** Read every screen while nothing else is going on. */
export async function readAll() {
  for (const screen of Object.keys({ ...PARTS, ...LATER })) if (!read.value[screen]) await readScreen(screen);
}

const NotHere = () => html`<${Empty} icon="cloud_off" title=${t("later.title")}>${t("later.text")}<//>`;

/** @param {{screen: string, id: string}} props */
export function Later({ screen, id }) {
  const found = read.value[screen];
  if (found) return html`<${found} screen=${screen} id=${id} />`;
  if (found === undefined) void readScreen(screen);
  return html`<${Page} title=${t("app")}>${found === null && html`<${NotHere} />`}<//>`;
}

/** The part of a screen that `name` means; the other properties are its own. @param {{name: string} & Record<string, any>} props */
export function LaterPart({ name, ...props }) {
  const found = read.value[name];
  if (found) return html`<${found} ...${props} />`;
  if (found === undefined) void readScreen(name);
  return found === null ? html`<${NotHere} />` : null;
}
