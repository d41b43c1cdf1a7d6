// A code has come in, whichever way: it counts once, is answered with a tone, and opens its result.
import "../later_words.js";
import { signal } from "@preact/signals";
import { Once } from "../codes/once.js";
import { read } from "../codes/symbology.js";
import { coded } from "../data.js";
import { today } from "../format.js";
import { t } from "../i18n.js";
import { say } from "../parts/controls.js";
import { go, route } from "../router.js";
import { account, here } from "../runtime.js";
import { note } from "./book.js";
import { feedback } from "./feedback.js";

/** @typedef {import("../codes/symbology.js").Reading} Reading */
/** @typedef {import("../codes/lookup.js").Product} Product */
/** @typedef {{code: string, reading: Reading, products: Product[], at: number}} Result */

/** What was scanned last; null before the first scan. */
export const result = signal(/** @type {Result | null} */ (null));

const once = new Once();

/** What somebody is looking for with a code. @param {Reading} reading */
export const wantedBy = ({ gtin, text }) => [...new Set([gtin, text].filter(Boolean))];

/** A code as this shop reads it. @param {string} code */
export const readNow = (code) =>
  read(code, { today: today(), moneyDecimals: here().exponent, codes: account.value?.gateway.codes ?? [] });

/** A code with its products, as far as this phone knows them. @param {string} code @returns {Promise<Result>} */
export async function lookUp(code) {
  const reading = readNow(code);
  const products = reading.fault ? [] : await coded(wantedBy(reading));
  return { code, reading, products, at: Date.now() };
}

/** Screens on which something is being entered: a scan does not take anybody away from there. */
const BUSY = new Set(["new", "edit", "fix", "entry", "visit"]);

function show() {
  if (route.value.screen === "scan") return;
  const open = () => go("scan");
  if (BUSY.has(route.value.screen)) say(t("scan.heard"), { label: t("scan.show"), run: open });
  else open();
}

/** @typedef {(code: string) => Promise<boolean>} Taker  whether it was taken */

/** Who is given every code instead. @type {Taker | null} */
let taker = null;

/** While a screen counts, codes are its own, each of them. @param {Taker} take @returns {() => void} lets go */
export function takeScans(take) {
  taker = take;
  return () => {
    if (taker === take) taker = null;
  };
}

/**
 * @param {string} code  with or without an AIM prefix
 * @param {{at: number, tapped?: boolean}} how  at: ms; tapped: somebody asked for it
 * @returns {Promise<boolean>} whether it counted
 */
export async function heard(code, { at, tapped = false }) {
  if (taker) return taker(code);
  if (!once.counts(code, at, tapped)) return false;
  const found = await lookUp(code);
  feedback(found.reading.fault ? "miss" : "hit");
  await note(here().db, { code, title: found.products[0]?.entry.title ?? "", at: found.at });
  result.value = found;
  show();
  return true;
}
