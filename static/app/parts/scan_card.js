// What a scan turned out to be: a product with its price, a code that no product has, or a code that is wrong.
import "../later_words.js";
import { withTax } from "../codes/tax.js";
import { day, money, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { formFields, kindNamed } from "../kinds.js";
import { account, received } from "../runtime.js";
import { PriceLists, StockAtErp } from "./at_erp.js";
import { ButtonLink } from "./controls.js";
import { Icon } from "./icons.js";
import { OnHand } from "./on_hand.js";

/** @typedef {import("../scan/heard.js").Result} Result */
/** @typedef {import("../scan/heard.js").Reading} Reading */
/** @typedef {import("../codes/lookup.js").Product} Product */
/** @typedef {import("../types.js").Json} Json */

/** Parts of a code that have words; any other stands under its number. */
const PARTS = new Set([
  "lot",
  "serial",
  "expiry",
  "best_before",
  "production_date",
  "packaging_date",
  "sell_by",
  "due_date",
  "weight",
  "gross_weight",
  "gross_volume",
  "length",
  "width",
  "height",
  "area",
  "volume",
  "count",
  "variable_count",
  "sscc",
  "content_gtin",
  "variant",
  "add_on",
  "price",
  "amount",
  "unit_price",
  "discount",
  "code",
]);
/** Warnings that have words. */
const WARNINGS = new Set([
  "restricted",
  "gs_suspect",
  "repeated",
  "unknown_ai",
  "expired",
  "best_before_over",
  "sell_by_over",
]);
/** Said by the number itself. */
const QUIET = new Set(["gtin", "upc_a"]);
const DATES = new Set(["expiry", "best_before", "production_date", "packaging_date", "sell_by", "due_date"]);
const SYMBOLS = new Set(["ean13", "ean8", "upca", "upce", "itf14", "code128", "qr", "datamatrix", "epc"]);

/** @param {Reading} reading */
const bare = ({ text }) => text.replaceAll("\x1d", " ");

/** "EAN-13", "GS1", or only "Code". @param {Reading} reading */
function symbolOf({ symbology, values }) {
  if (SYMBOLS.has(symbology)) return t(`scan.symbol.${symbology}`);
  return symbology.startsWith("gs1") || Object.keys(values).length ? t("scan.symbol.gs1") : t("scan.code");
}

const shopCurrency = () => account.value?.gateway.currency ?? "EUR";

/** @param {Exclude<import("../codes/gs1.js").Part, string | number>} part */
function amountWords(part) {
  if ("minor" in part) return money(part.minor, part.currency);
  return `${part.value} ${"unit" in part ? part.unit : part.currency}`;
}

/** @param {string} name  of a part, with what says that it is in minor units */
const partName = (name) => {
  const bare = name.replace(/_minor$/, "");
  return PARTS.has(bare) ? t(`scan.part.${bare}`) : t("scan.part.other", { name });
};

/** @param {string} name @param {import("../codes/gs1.js").Part} part */
function partWords(name, part) {
  if (typeof part === "number") return name.endsWith("_minor") ? money(part, shopCurrency()) : String(part);
  if (typeof part !== "string") return amountWords(part);
  return DATES.has(name) ? day(part) : html`<span class="code">${part}</span>`;
}

/** What else the code said: lot, expiry, weight. @param {{reading: Reading}} props */
function Said({ reading }) {
  const parts = Object.entries(reading.values).filter(([name]) => !QUIET.has(name));
  if (parts.length === 0) return null;
  return html`<dl class="facts">${parts.map(
    ([name, part]) => html`<div key=${name}><dt>${partName(name)}</dt><dd>${partWords(name, part)}</dd></div>`,
  )}</dl>`;
}

/** How old what is shown may be. @param {{product: Product}} props */
function Age({ product }) {
  if (product.own) return html`<p class="soft">${t("scan.own")}</p>`;
  return received.value ? html`<p class="soft">${t("scan.as_of", { time: timeOrDate(received.value.at) })}</p>` : null;
}

/** @param {{product: Product}} props */
function Price({ product }) {
  const { net_price: net, tax_rate: rate, unit } = product.data;
  const currency = shopCurrency();
  if (typeof net !== "number") return html`<p class="scan-price none">${t("scan.no_price")}</p>`;
  const per = typeof unit === "string" && unit ? html`<span class="scan-unit">${t("scan.per", { unit })}</span>` : null;
  const taxed = typeof rate === "string" && /^\d+(\.\d+)?$/.test(rate);
  return html`<p class="scan-price">${money(net, currency)}${per}</p>
    <p class="scan-tax">${taxed ? t("scan.with_tax", { price: money(withTax(net, rate), currency) }) : t("scan.net")}</p>`;
}

/** @param {Json | undefined} value */
const texts = (value) => (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string" && each);

/** @param {{product: Product, reading: Reading}} props */
function ProductCard({ product, reading }) {
  const { data, entry } = product;
  const rows = [
    [t("scan.sku"), texts(data.sku)],
    [t("scan.number"), texts(entry.number)],
    [t("scan.barcodes"), texts(data.barcodes)],
  ].filter(([, values]) => values?.length);
  return html`<article class="card scan-card" data-code=${reading.gtin || reading.text}><h2>${entry.title}</h2>
    ${data.active === false && html`<p class="scan-note" data-tone="warn"><${Icon} name="alert" /><span>${t("scan.not_on_sale")}</span></p>`}
    <${Price} product=${product} /><${Age} product=${product} /><${OnHand} product=${product} gtin=${reading.gtin} /><${StockAtErp} product=${product} /><${PriceLists} product=${product} />
    <dl class="facts">${rows.map(([name, values]) => html`<div key=${name}><dt>${name}</dt><dd>${/** @type {string[]} */ (values).map((value) => html`<span class="code">${value}</span>`)}</dd></div>`)}</dl>
    <${Said} reading=${reading} /><${Warned} reading=${reading} /></article>`;
}

/** @param {{reading: Reading}} props */
function Warned({ reading }) {
  return reading.warnings
    .filter((warning) => WARNINGS.has(warning))
    .map(
      (warning) =>
        html`<p key=${warning} class="scan-note" data-tone="warn"><${Icon} name="alert" /><span>${t(`scan.warning.${warning}`)}</span></p>`,
    );
}

/** @type {Record<string, string>} */
const WRONG = { date: "scan.wrong_date", epc: "scan.wrong_epc", length: "scan.wrong_length" };

/** Why a code is wrong. @param {Reading} reading */
function faultWords({ fault }) {
  if (fault?.reason === "check_digit") return t("scan.wrong_digit", { expected: fault.expected, got: fault.got });
  return t(WRONG[fault?.reason ?? ""] ?? "scan.wrong_gs1");
}

/** @param {{reading: Reading}} props */
const Wrong = ({
  reading,
}) => html`<article class="card scan-card" data-code=${reading.text}><h2>${t("scan.wrong")}</h2>
  <p class="code">${bare(reading)}</p><p class="scan-note" data-tone="bad"><${Icon} name="alert" /><span>${faultWords(reading)}</span></p></article>`;

/** @param {{reading: Reading}} props */
function Unknown({ reading }) {
  const kind = kindNamed("product");
  const own = !reading.gtin && typeof reading.values.code === "string" ? reading.values.code : "";
  const mayAdd = kind !== undefined && formFields(kind).length > 0;
  return html`<article class="card scan-card" data-code=${reading.gtin || reading.text}><h2>${own ? t("scan.site_code", { name: own }) : t("scan.unknown")}</h2>
    <p><span class="soft">${symbolOf(reading)}</span> <span class="code">${bare(reading)}</span></p>
    <p class="soft">${t(own ? "scan.site_code_text" : "scan.unknown_text")}</p><${Said} reading=${reading} /><${Warned} reading=${reading} />
    ${mayAdd && !own && html`<div class="actions"><${ButtonLink} href="/console#/products" icon="plus">${t("scan.new_product")}<//></div>`}</article>`;
}

/** @param {{result: Result}} props */
export function Found({ result }) {
  const { reading, products } = result;
  if (reading.fault) return html`<${Wrong} reading=${reading} />`;
  if (products.length === 0) return html`<${Unknown} reading=${reading} />`;
  return html`${products.length > 1 && html`<p class="scan-note" data-tone="warn"><${Icon} name="alert" /><span>${t("scan.several", { count: products.length })}</span></p>`}
    ${products.map((product) => html`<${ProductCard} key=${product.entry.id} product=${product} reading=${reading} />`)}`;
}
