// Starts the app: words, then the storage of whoever was here last, then the screen. The network is asked afterwards.
import { signal } from "@preact/signals";
import { render } from "preact";
import { html } from "./html.js";
import { t } from "./i18n.js";
import { Later, readAll, readScreen, screenNamed } from "./later.js";
import { route } from "./router.js";
import { account, choosing, locked, openAccount, trouble } from "./runtime.js";
import { SignIn } from "./screens/sign_in.js";
import { lastAccount, speakPreferred } from "./session.js";
import { startUpdates } from "./updates.js";

/** Why the app could not start, as a key. */
const fault = signal("");

/** Beside these a record is opened, and they stay as they are. */
const LISTS = new Set(["customers", "tasks"]);
/** Shown to nobody in particular. */
const OPEN = new Set(["pair", "emptied"]);

function Screen() {
  const { screen, id } = route.value;
  if (locked.value) return html`<${Later} screen="unlock" id="" />`;
  if (choosing.value) return html`<${Later} screen=${choosing.value} id="" />`;
  if (!OPEN.has(screen) && (!account.value || screen === "sign-in")) return html`<${SignIn} />`;
  const name = screenNamed(screen);
  return html`<${Later} key=${LISTS.has(name) ? name : `${name} ${id}`} screen=${name} id=${id} />`;
}

function App() {
  if (!fault.value) return html`<${Screen} />`;
  return html`<main class="door" id="main"><div class="door-card"><h1>${t("trouble.lost.title")}</h1><p>${t("trouble.lost.text")}</p>
    <button type="button" class="button main" onClick=${() => location.reload()}>${t("trouble.reload")}</button></div></main>`;
}

/** Storage that does not come back is the one fault the whole app must speak of. @param {PromiseRejectionEvent} event */
function onRejection({ reason }) {
  if (reason?.name === "StorageLost") trouble.value = "lost";
}

async function start() {
  addEventListener("unhandledrejection", onRejection);
  try {
    await speakPreferred();
    const known = await lastAccount();
    if (known) await Promise.all([openAccount(known), readScreen(screenNamed(route.value.screen))]);
    if (locked.value) await readScreen("unlock");
  } catch (error) {
    fault.value = "storage";
    throw error;
  } finally {
    const place = /** @type {HTMLElement} */ (document.getElementById("app"));
    // Preact leaves what it did not draw.
    place.replaceChildren();
    render(html`<${App} />`, place);
  }
  await startUpdates();
  if (!account.value) await (await import("./leaving.js")).attend();
  await readAll();
}

await start();
