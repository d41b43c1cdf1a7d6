// Starts the console: words first, then who is here, then the screen.
import { render } from "preact";
import { html } from "../app/html.js";
import { speak, t } from "../app/i18n.js";
import { asked, asProblem, read, signedOut } from "./api.js";
import { Frame } from "./frame.js";
import { ProblemNote } from "./parts/states.js";
import { SetUp } from "./screens/set_up.js";
import { PasswordAgain, SignIn, SignInAgain } from "./screens/sign_in.js";
import { expired, FOLDERS, preferredLanguage, refresh, session } from "./session.js";

const root = /** @type {HTMLElement} */ (document.getElementById("console"));

/** @param {{shop: string | null}} props */
function Console({ shop }) {
  if (!session.value) return html`<${SignIn} shop=${shop} />`;
  const password = asked.value && html`<${PasswordAgain} onEnd=${asked.value} />`;
  return html`<${Frame} />${password}${expired.value && html`<${SignInAgain} />`}`;
}

async function start() {
  await speak(preferredLanguage(), FOLDERS);
  try {
    const setup = await read("/api/v1/setup");
    if (setup.needed) {
      show(html`<${SetUp} onDone=${start} />`);
      return;
    }
    if (location.pathname === "/setup") history.replaceState(null, "", "/console");
    await refresh();
    show(html`<${Console} shop=${setup.shop} />`);
  } catch (error) {
    const problem = asProblem(error);
    show(html`<main class="lone"><h1>${t("app")}</h1><${ProblemNote} problem=${problem} onRetry=${start} /></main>`);
  }
}

/** @param {import("preact").ComponentChild} screen */
function show(screen) {
  render(screen, root);
}

signedOut.subscribe((times) => {
  if (times && session.value) expired.value = true;
});

start();
