// Every screen behind the door: what it needs, and where its modules are. A screen is read when it is opened, and the
// others when nothing else is going on, so that the gateway may stop afterwards without taking them away.
import { signal } from "@preact/signals";
import { html } from "../app/html.js";
import { t } from "../app/i18n.js";
import { Problem } from "./api.js";
import { may } from "./may.js";
import { ProblemNote, Waiting } from "./parts/states.js";
import { route } from "./router.js";

/**
 * needs: one of these; under: the screen that leads to it
 * @typedef {{name: string, icon: string, needs: string, under?: string, read: () => Promise<any>}} Screen
 */

/** @type {Screen[]} */
const SCREENS = [
  {
    name: "live",
    icon: "live",
    needs: "live list",
    read: async () => (await import("./screens/live.js")).Live,
  },
  {
    name: "devices",
    icon: "devices",
    needs: "device list",
    read: async () => (await import("./screens/devices.js")).Devices,
  },
  {
    name: "sync",
    icon: "sync",
    needs: "sync list",
    read: async () => (await import("./screens/sync.js")).Sync,
  },
  {
    name: "outstanding",
    icon: "sync",
    needs: "sync list",
    under: "sync",
    read: async () => (await import("./screens/outstanding.js")).Outstanding,
  },
  {
    name: "batches",
    icon: "sync",
    needs: "sync list",
    under: "sync",
    read: async () => (await import("./screens/batches.js")).Batches,
  },
  {
    name: "comparisons",
    icon: "sync",
    needs: "sync list",
    under: "sync",
    read: async () => (await import("./screens/comparisons.js")).Comparisons,
  },
  {
    name: "schedule",
    icon: "sync",
    needs: "schedule list",
    under: "sync",
    read: async () => (await import("./screens/schedule.js")).Schedule,
  },
  {
    name: "quarantine",
    icon: "quarantine",
    needs: "quarantine list",
    read: async () => (await import("./screens/quarantine.js")).Quarantine,
  },
  {
    name: "approvals",
    icon: "check",
    needs: "approval list",
    read: async () => (await import("./screens/approvals.js")).Approvals,
  },
  {
    name: "conflicts",
    icon: "conflicts",
    needs: "conflict list",
    read: async () => (await import("./screens/conflicts.js")).Conflicts,
  },
  {
    name: "customers",
    icon: "users",
    needs: "customer list",
    read: async () => (await import("./screens/customers.js")).Customers,
  },
  {
    name: "worklist",
    icon: "edit",
    needs: "customer list",
    read: async () => (await import("./screens/worklist.js")).Worklist,
  },
  {
    name: "duplicates",
    icon: "merge",
    needs: "duplicate list",
    read: async () => (await import("./screens/duplicates.js")).Duplicates,
  },
  {
    name: "products",
    icon: "products",
    needs: "product list",
    read: async () => (await import("./screens/products.js")).Products,
  },
  {
    name: "stock",
    icon: "stock",
    needs: "stock list",
    read: async () => (await import("./screens/stock.js")).Stock,
  },
  {
    name: "deliveries",
    icon: "stock",
    needs: "delivery list",
    under: "stock",
    read: async () => (await import("./screens/deliveries.js")).Deliveries,
  },
  {
    name: "shifts",
    icon: "sale",
    needs: "shift list",
    read: async () => (await import("./screens/shifts.js")).Shifts,
  },
  {
    name: "transfer",
    icon: "transfer",
    needs: "import list, record export",
    read: async () => (await import("./screens/transfer.js")).Transfer,
  },
  {
    name: "users",
    icon: "users",
    needs: "user list",
    read: async () => (await import("./screens/users.js")).Users,
  },
  {
    name: "tokens",
    icon: "key",
    needs: "token list",
    read: async () => (await import("./screens/tokens.js")).Tokens,
  },
  {
    name: "backups",
    icon: "stock",
    needs: "backup list",
    read: async () => (await import("./screens/backups.js")).Backups,
  },
  {
    name: "damage",
    icon: "warn",
    needs: "damage list",
    under: "live",
    read: async () => (await import("./screens/damage.js")).Damage,
  },
  {
    name: "retention",
    icon: "quarantine",
    needs: "retention list",
    read: async () => (await import("./screens/retention.js")).Retention,
  },
  {
    name: "audit",
    icon: "check",
    needs: "audit list",
    read: async () => (await import("./screens/audit.js")).Audit,
  },
  {
    name: "certificate",
    icon: "key",
    needs: "certificate read",
    read: async () => (await import("./screens/certificate.js")).Certificate,
  },
  {
    name: "account",
    icon: "key",
    needs: "session list",
    under: "person",
    read: async () => (await import("./screens/account.js")).Account,
  },
  {
    name: "settings",
    icon: "settings",
    needs: "settings list",
    read: async () => (await import("./screens/settings.js")).Settings,
  },
];

export const offered = () => SCREENS.filter(({ needs }) => needs.split(", ").some(may));

/** The screen in the address, or the first one this person is offered. */
export const current = () => offered().find(({ name }) => name === route.value.split("/")[0]) ?? offered()[0];

/** @type {Map<string, import("@preact/signals").Signal<any>>} */
const here = new Map();

/**
 * A screen that has been read; null for one that could not be. Each has a signal of its own: a screen that is shown is not
 * drawn again because another one came, which would also leave the nodes that it had at that moment behind for good.
 * @param {string} name
 */
function held(name) {
  const found = here.get(name) ?? signal(undefined);
  here.set(name, found);
  return found;
}

/** @param {Screen} screen */
async function fetchScreen({ name, read }) {
  let found = null;
  try {
    found = await read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // a module that did not come; anything else is a mistake in it
  }
  held(name).value = found;
}

/** Have the screen in the address at hand before anybody is known to be let in. */
export async function readCurrent() {
  const screen = SCREENS.find(({ name }) => name === route.value.split("/")[0]);
  if (screen) await fetchScreen(screen);
}

/** Read the rest of what this person is offered, one after the other. */
export async function readOffered() {
  for (const screen of offered()) if (!held(screen.name).peek()) await fetchScreen(screen);
}

/** @param {{screen: Screen}} props */
export function Shown({ screen }) {
  const found = held(screen.name).value;
  if (found) return html`<${found} />`;
  if (found === undefined) void fetchScreen(screen);
  const problem = new Problem(0, { code: "unreachable", detail: t("problem.unreachable") });
  return html`<header class="head"><h1>${t(`nav.${screen.name}`)}</h1></header>
    ${found === null ? html`<${ProblemNote} problem=${problem} onRetry=${() => fetchScreen(screen)} />` : html`<${Waiting} />`}`;
}
