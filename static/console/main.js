// Starts the console: words first, then who is here, then the screen.
import { render } from "preact";
import { html } from "../app/html.js";
import { speak, t } from "../app/i18n.js";
import { asked, asProblem, read, signedOut } from "./api.js";
import { Frame } from "./frame.js";
import { ProblemNote } from "./parts/states.js";
import { PasswordAgain, SignIn, SignInAgain } from "./screens/sign_in.js";
import { readCurrent } from "./screens.js";
import { expired, FOLDERS, preferredLanguage, refresh, session } from "./session.js";

const root = /** @type {HTMLElement} */ (document.getElementById("console"));

/** @param {{shop: string | null}} props */
function Console({ shop }) {
  if (!session.value) return html`<${SignIn} shop=${shop} />`;
  const password = asked.value && html`<${PasswordAgain} onEnd=${asked.value} />`;
  return html`<${Frame} />${password}${expired.value && html`<${SignInAgain} />`}`;
}

async function start() {
  const early = read("/api/v1/setup").catch(() => null); // what went wrong is told in words, once they are here
  await speak(preferredLanguage(), FOLDERS);
  try {
    const setup = (await early) ?? (await read("/api/v1/setup"));
    if (setup.needed) {
      const { SetUp } = await import("./screens/set_up.js");
      show(html`<${SetUp} onDone=${start} />`);
      return;
    }
    if (location.pathname === "/setup") history.replaceState(null, "", "/console");
    // Nobody need be asked for by a browser that knows it is not signed in: a refusal is logged there as a mistake.
    if (setup.signed_in) {
      readCurrent(); // on its way while we ask who is here; the frame does not wait for it
      await refresh();
    }
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
