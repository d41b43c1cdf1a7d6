// The lists behind fields whose values are codes: countries, currencies, languages, and a kind's own choices.
import { named } from "../format.js";
import { label, language } from "../i18n.js";

/** @typedef {{value: string, label: string}} Choice */

/** ISO 3166-1. */
const COUNTRIES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI " +
  "CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN " +
  "GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK " +
  "LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM " +
  "PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC " +
  "TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
const LANGUAGES =
  "ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nb nl pl pt ro ru sk sl sr sv th tr uk vi zh-CN zh-Hant zh-TW";

/** @param {readonly string[]} codes @param {"region" | "currency" | "language"} type @returns {Choice[]} */
function byName(codes, type) {
  const order = new Intl.Collator(language.value).compare;
  return codes
    .map((value) => ({ value, label: named(type, value) }))
    .sort((left, right) => order(left.label, right.label));
}

/** @type {Record<string, () => Choice[]>} */
const LISTS = {
  country: () => byName(COUNTRIES.split(" "), "region"),
  currency: () => byName(Intl.supportedValuesOf("currency"), "currency"),
  language: () => byName(LANGUAGES.split(" "), "language"),
};

/** @type {Map<string, Choice[]>} */
const made = new Map();

/** @param {import("../types.js").FieldSchema} field @returns {Choice[]} */
export function choicesFor(field) {
  if (field.rules?.choices) return field.rules.choices.map(({ value, labels }) => ({ value, label: label(labels) }));
  const key = `${field.type} ${language.value}`;
  const list = made.get(key) ?? LISTS[field.type]?.() ?? [];
  made.set(key, list);
  return list;
}
