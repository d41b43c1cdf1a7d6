// Every shift of every register, and above them the registers whose numbers hold or do not.
import { useState } from "preact/hooks";
import { timeOrDate } from "../../app/format.js";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { usePages } from "../customers/pages.js";
import { dateTime, money } from "../format.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Empty, Loaded } from "../parts/states.js";
import { addressOf, currencyOf, Difference, difference, State } from "./cash.js";
import { RegisterCard } from "./registers.js";

/** @typedef {import("./cash.js").Shift} Shift */
/** @typedef {import("./registers.js").Register} Register */

const PAGE = 50;

/** @param {string} register @param {string} after */
async function page(register, after) {
  const asked = new URLSearchParams({ register, after, limit: String(PAGE) });
  const { shifts: rows, next } = await read(`/api/v1/shifts?${asked}`);
  return { rows: /** @type {Shift[]} */ (rows), next };
}

/** Every register there is; a shop has few. @returns {Promise<Register[]>} */
async function allRegisters() {
  const found = [];
  let after = "";
  do {
    const { registers, next } = await read(`/api/v1/registers?${new URLSearchParams({ after })}`);
    found.push(...registers);
    after = next ?? "";
  } while (after);
  return found;
}

/** @param {{at: string | null}} props */
const At = ({ at }) =>
  at
    ? html`<time datetime=${at} title=${dateTime(at)}>${timeOrDate(Date.parse(at))}</time>`
    : html`<span class="soft">${t("shifts.not_yet")}</span>`;

/** @param {{shift: Shift}} props */
function Row({ shift }) {
  const currency = currencyOf(shift);
  const off = difference(shift);
  const expected = shift.tenders.reduce((sum, one) => sum + one.expected, 0);
  return html`<tr>
    <td><a class="range" href=${addressOf(shift)}><strong>${shift.shift}</strong></a></td>
    <td data-label=${t("shifts.register")}>${shift.register}</td>
    <td data-label=${t("shifts.state")}><${State} state=${shift.state} /></td>
    <td data-label=${t("shifts.opened")}><${At} at=${shift.opened_at} /></td>
    <td data-label=${t("shifts.closed")}><${At} at=${shift.closed_at} /></td>
    <td data-label=${t("shifts.expected")} class="number">${money(expected, currency)}</td>
    <td data-label=${t("shifts.difference")}>${off === null ? html`<span class="soft">${t("shifts.not_counted")}</span>` : html`<${Difference} minor=${off} currency=${currency} />`}</td>
  </tr>`;
}

/** @param {{rows: Shift[]}} props */
function Table({ rows }) {
  if (!rows.length) return html`<${Empty} icon="sale" title=${t("shifts.empty")}><p>${t("shifts.empty.help")}</p><//>`;
  const heads = ["shift", "register", "state", "opened", "closed", "expected", "difference"];
  return html`<table class="stacking">
    <thead><tr>${heads.map((head) => html`<th scope="col" class=${head === "expected" ? "number" : ""}>${t(`shifts.${head}`)}</th>`)}</tr></thead>
    <tbody>${rows.map((shift) => html`<${Row} key=${addressOf(shift)} shift=${shift} />`)}</tbody>
  </table>`;
}

/** @param {{registers: Register[]}} props */
function Registers({ registers }) {
  if (!registers.length) return null;
  return html`<section aria-labelledby="registers"><h2 id="registers">${t("shifts.registers")}</h2>
    <ul class="cards">${registers.map((register) => html`<${RegisterCard} key=${register.register} register=${register} />`)}</ul></section>`;
}

/** @param {{registers: Register[], register: string, onChoose: (register: string) => void}} props */
function Choice({ registers, register, onChoose }) {
  if (registers.length < 2) return null;
  return html`<div class="filter"><select aria-label=${t("shifts.register")} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>
    <option value="" selected=${!register}>${t("shifts.every_register")}</option>
    ${registers.map(({ register: name }) => html`<option key=${name} value=${name} selected=${name === register}>${name}</option>`)}
  </select></div>`;
}

export function ShiftList() {
  const [register, setRegister] = useState("");
  const tills = useLoad(allRegisters, { deps: [language.value] });
  const { load, rows, next, show } = usePages((after) => page(register, after), [register]);
  return html`<header class="head"><div><h1>${t("nav.shifts")}</h1><p class="lede">${t("shifts.lede")}</p></div></header>
    <${Loaded} load=${tills} rows=${2}>${(/** @type {Register[]} */ registers) => html`<${Registers} registers=${registers} />`}<//>
    <section aria-labelledby="shifts"><h2 id="shifts">${t("shifts.all")}</h2>
      <${Choice} registers=${tills.data ?? []} register=${register} onChoose=${setRegister} />
      <${Loaded} load=${load} rows=${6}>${() => html`<${Table} rows=${rows} />`}<//>
      ${next && rows.length > 0 && html`<p class="more"><${Button} onClick=${show}>${t("more")}<//></p>`}</section>`;
}
