// The frame of every screen: its name, the sync pill, the ways to the other screens, and what everybody must know.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { route } from "../router.js";
import { account, counts, status, talking } from "../runtime.js";
import { pill } from "../stages.js";
import { Banners } from "./banners.js";
import { Toast } from "./controls.js";
import { Icon, Mark } from "./icons.js";

/** @typedef {import("../types.js").Children} Children */

const WAYS = [
  { name: "today", icon: "today" },
  { name: "customers", icon: "people" },
  { name: "scan", icon: "scan" },
  { name: "sync", icon: "sync", wide: true },
  { name: "more", icon: "more" },
];

/** Screens without a way of their own, and the one they are reached by. @type {Record<string, string>} */
const REACHED_BY = { tasks: "today", visit: "customers", goods: "scan" };

/** @type {Record<string, string>} */
const PILL_ICONS = { good: "check", calm: "clock", warn: "cloud_off", bad: "alert" };

/** What is unsent, offline or in need of somebody, on every screen and one tap away from its story. */
function SyncPill() {
  const { link, current } = status.value;
  const { tone, words } = pill(counts.value, link, current);
  const text = words.map(({ key, count }) => t(key, count === undefined ? {} : { count })).join(" · ");
  return html`<div role="status" class="pill-place">
    <a href="#/sync" class="pill" data-tone=${tone} data-talking=${talking.value}>
      <span class="pill-face"><${Icon} name=${talking.value ? "sync" : (PILL_ICONS[tone] ?? "clock")} /><span>${text}</span></span>
    </a>
  </div>`;
}

/** @param {{look: "tabs" | "rail"}} props */
function Navigation({ look }) {
  const attention = counts.value.needsYou + counts.value.conflicts;
  const wide = look === "rail";
  const { screen } = route.value;
  // A phone has no room for the sync centre here: the pill leads to it, and so does "More".
  const counted = wide ? "sync" : "more";
  return html`<nav class=${`nav ${look}`} aria-label=${t("nav")}>
    ${WAYS.filter((way) => wide || !way.wide).map(({ name, icon }) => {
      const open = (REACHED_BY[screen] ?? screen) === name || (!wide && screen === "sync" && name === "more");
      return html`<a key=${name} href=${`#/${name}`} aria-current=${open ? "page" : undefined}>
        <span class="nav-icon"><${Icon} name=${icon} />${name === counted && attention > 0 && html`<span class="nav-count">${attention}<span class="visually-hidden"> ${t("nav.need_you")}</span></span>`}</span>
        <span>${t(`nav.${name}`)}</span>
      </a>`;
    })}
  </nav>`;
}

function Rail() {
  return html`<aside class="side">
    <div class="brand"><${Mark} /><div><strong>${account.value?.gateway.name}</strong>${account.value?.gateway.name !== t("app") && html`<span>${t("app")}</span>`}</div></div>
    <${Navigation} look="rail" />
    <p class="side-person">${account.value?.user.name}<span>${t(`role.${account.value?.user.role}`)}</span></p>
  </aside>`;
}

/** Is there room for one thing at a time only? The same width as in the style sheets. */
export const isNarrow = () => !matchMedia("(min-width: 60rem)").matches;

/** The first screen of all lets the browser decide; after that, a new screen begins at its name. */
let arrived = false;

/** The heading to hang it on. */
function useArrival() {
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    if (arrived) title.current?.focus({ preventScroll: true });
    arrived = true;
    scrollTo(0, 0);
  }, []);
  return title;
}

/**
 * @param {{title: string, name?: string, back?: string, alone?: boolean, action?: Children, children?: Children}} props
 *   name: for the window, where it says more than the title; alone: without tabs, for forms; action: beside the title,
 *   where there is room
 */
export function Page({ title, name, back, alone = false, action, children }) {
  const heading = useArrival();
  useEffect(() => {
    document.title = `${name || title} · ${account.value?.gateway.name ?? t("app")}`;
  }, [name, title]);
  return html`<a class="skip" href="#main" onClick=${skip}>${t("skip")}</a>
    <div class="frame" data-alone=${alone}>
      <${Rail} />
      <header class="bar">
        ${back ? html`<a class="button quiet lone back" href=${back} aria-label=${t("back")}><${Icon} name="back" /></a>` : html`<span class="bar-mark"><${Mark} /></span>`}
        <h1 ref=${heading} tabindex="-1">${title}</h1>
        ${action && html`<span class="bar-action">${action}</span>`}
        <${SyncPill} />
      </header>
      <main id="main" tabindex="-1"><${Banners} />${children}</main>
      ${!alone && html`<${Navigation} look="tabs" />`}
      <${Toast} />
    </div>`;
}

/** The part after # belongs to the router, so the skip link moves the focus itself. @param {MouseEvent} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
