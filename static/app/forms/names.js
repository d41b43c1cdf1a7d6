// How alike two names of companies are, as the gateway judges it but by their letters alone: how Chinese characters
// sound, and which traditional one stands for which simplified one, only the gateway knows.
import { fold } from "../search.js";
import { splitForm, tables, withoutPlaces } from "./companies.js";
import { likeness, winkler } from "./letters.js";
import { tidyName } from "./tidy.js";

/**
 * plain: the brand as it is written; core: brand and trade in one word; order: their words sorted; single: the core with
 * doubled letters once
 * @typedef {{plain: string, core: string, order: string, single: string, sound: string, brand: string, trade: string, form: string,
 *   places: ReadonlySet<string>, branch: string}} Name
 */

const HAN = /\p{Script=Han}/u;
const BRANCH = /^(.{4,}?(?:公司|集团|店|行))(.{2,}?(?:分公司|支公司|分店|分行|支行|办事处))$/u;
const NOISE = /[^\p{L}\p{N}]+/u;
const EACH_NOISE = /[^\p{L}\p{N}]+/gu;
const INITIALS = /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}]\.\s?){2,}/gu;
/** Below 1 by what each says against one company. */
const OTHER_FORM = 0.985;
const HEARD = 0.965;
const SWAPPED = 0.87;
const WORD_MORE = 0.91;
const ELSEWHERE = 0.85;
const HALF = 0.5;
const ONE_FORM = new Set("有限公司 有限责任公司 ltd limited coltd companylimited colimited".split(" "));

/** @param {string} text */
const letterwise = (text) => text.replace(EACH_NOISE, "");
/** @param {string} text */
const once = (text) => text.replace(/(.)\1+/gu, "$1");
/** @param {string} text */
const sorted = (text) => [...text].sort().join("");

/** The parts of a name as somebody typed it; null when nothing of it is left. @param {string} text @returns {Name | null} */
export function parseName(text) {
  const whole = fold(tidyName(text));
  const found = whole.match(BRANCH);
  const [written = "", branch = ""] = found ? found.slice(1) : [whole];
  const [head, form] = splitForm(written.toUpperCase());
  const about = { form: letterwise(form.toLowerCase()), branch };
  return HAN.test(head) ? chinese(head.toLowerCase(), about) : latin(head, about);
}

/** @param {string} head @param {{form: string, branch: string}} about @returns {Name | null} */
function chinese(head, about) {
  const { rest, found } = withoutPlaces(head.replace(/\s+/g, ""));
  const core = letterwise(rest) || rest;
  if (!core) return null;
  const trades = tables.value?.trades ?? [];
  let brand = core;
  for (;;) {
    const end = trades.find((trade) => brand.length - trade.length >= 2 && brand.endsWith(trade));
    if (!end) break;
    brand = brand.slice(0, -end.length);
  }
  const trade = core.slice(brand.length);
  const plain = brand + trade.slice(0, 1);
  return { plain, core, order: core, single: once(core), sound: core, brand, trade, places: found, ...about };
}

/** @param {string} head @param {{form: string, branch: string}} about @returns {Name | null} */
function latin(head, about) {
  const spelled = tables.value?.spelled ?? {};
  const joined = head.replace(INITIALS, (found) => `${found.replace(/[.\s]/g, "")} `);
  const plain = joined.toLowerCase().replaceAll("&", " and ").replaceAll("'", "");
  const all = plain
    .split(NOISE)
    .filter(Boolean)
    .map((word) => spelled[word] ?? word);
  if (!all.length) return null;
  const without = all.filter((word) => word !== "and");
  const words = without.length ? without : all;
  const own = words.filter((word) => !(word in spelled));
  const brands = own.length ? own : words;
  const core = words.join("");
  const sound = core.replace(/([aou])e/g, "$1");
  const trade = words
    .filter((word) => !brands.includes(word))
    .sort()
    .join(" ");
  const order = [...words].sort().join("");
  const places = new Set(/** @type {string[]} */ ([]));
  return {
    plain: brands.join(" "),
    core,
    order,
    single: once(core),
    sound,
    brand: brands.join(""),
    trade,
    places,
    ...about,
  };
}

/** @param {Name} one @param {Name} other @returns {number} from 0 to 1 */
export function namesAlike(one, other) {
  if (one.branch !== other.branch) return HALF;
  const found = cores(one, other);
  const apart = one.places.size && other.places.size && ![...one.places].some((place) => other.places.has(place));
  return apart ? found * ELSEWHERE : found;
}

/** @param {Name} one @param {Name} other */
function cores(one, other) {
  if (one.core === other.core || one.order === other.order) return sameForm(one.form, other.form) ? 1 : OTHER_FORM;
  if (one.sound === other.sound || one.single === other.single) return HEARD;
  if (one.trade && other.trade) return byParts(one, other);
  return Math.max(whole(one, other), brief(one, other));
}

/** @param {string} one @param {string} other */
const sameForm = (one, other) => !one || !other || one === other || (ONE_FORM.has(one) && ONE_FORM.has(other));

/** Both say what they do: that alone makes no two companies alike. @param {Name} one @param {Name} other */
function byParts(one, other) {
  const alike = brands(one, other);
  if (one.trade === other.trade) return alike;
  if (alike === 1 && (one.trade.includes(other.trade) || other.trade.includes(one.trade))) return 0.95;
  return alike * (0.8 + 0.2 * likeness(one.trade, other.trade));
}

/** @param {Name} one @param {Name} other */
const whole = (one, other) =>
  Math.max(
    likeness(one.core, other.core),
    0.95 * likeness(one.sound, other.sound),
    0.97 * likeness(one.order, other.order),
  );

/** One of them does not say what it does, or not in words that are known. @param {Name} one @param {Name} other */
function brief(one, other) {
  const alike = brands(one, other);
  return (Math.min(one.brand.length, other.brand.length) > 1 ? 0.95 : HALF) * alike;
}

/** @param {Name} one @param {Name} other */
function brands(one, other) {
  if (one.brand === other.brand) return 1;
  if (one.brand.length === other.brand.length && sorted(one.brand) === sorted(other.brand)) return SWAPPED;
  if (holds(one, other) || holds(other, one)) return WORD_MORE;
  const latin = !HAN.test(one.brand + other.brand);
  const long = Math.min(one.brand.length, other.brand.length) >= 5;
  return Math.max(likeness(one.brand, other.brand), latin && long ? 0.9 * winkler(one.brand, other.brand) : 0);
}

/** Whether a brand of several words is another with a word more, such as a place. @param {Name} one @param {Name} other */
function holds(one, other) {
  if (one.brand.length <= other.brand.length || HAN.test(one.plain)) return false;
  const words = one.plain.split(" ");
  return words.length > 1 && other.plain.split(" ").every((word) => words.includes(word));
}
