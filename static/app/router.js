// Where the person is: everything after "#/". The shell never changes, so a reload lands where it was.
import { signal } from "@preact/signals";

/** @typedef {{screen: string, id: string, about: string}} Route  about: the record that a new one is about */

/** The secret of a pairing link. It leaves the address, and with it the history, before anything else is done. */
export let invitation = "";

/** @returns {Route} */
function read() {
  const [, secret] = location.hash.split("#pair=");
  if (secret) {
    invitation = secret;
    history.replaceState(null, "", "#/pair");
  }
  const [screen = "", id = "", about = ""] = location.hash.replace(/^#\/?/, "").split("/");
  return { screen: screen || "today", id: decodeURIComponent(id), about };
}

export const route = signal(read());

addEventListener("hashchange", () => {
  route.value = read();
});

/** @param {string} path  "customers/…" @param {{replace?: boolean}} [how]  replace: leave no step to go back to */
export function go(path, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", `#/${path}`);
    route.value = read();
  } else location.hash = `#/${path}`;
}
