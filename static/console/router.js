// The screen in the address: everything after "#/". The shell itself never changes, so a reload lands where it was.
import { signal } from "@preact/signals";

const screenOf = () => location.hash.replace(/^#\/?/, "") || "live";

/** For example "live", "devices" or "products/new". */
export const route = signal(screenOf());

addEventListener("hashchange", () => {
  route.value = screenOf();
});

/** @param {string} screen */
export function go(screen) {
  location.hash = `#/${screen}`;
}
