// One import from the file to its end. Everything is kept at the gateway: a reload, or another desk, shows the same.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, language, t } from "../../app/i18n.js";
import { asProblem, call, post, read } from "../api.js";
import { kind as kindOf } from "../kinds.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { CheckField } from "../parts/fields.js";
import { Badge, Loaded, ProblemNote } from "../parts/states.js";
import { go } from "../router.js";
import { Columns } from "./columns.js";
import { Reading, Rules } from "./reading.js";
import { Result, WORKING } from "./result.js";
import { Values, withGuesses } from "./values.js";

/** @typedef {import("../types.js").ImportDetail} ImportDetail */
/** @typedef {import("../types.js").Kind} Kind */

const EVERY_MS = 700;
/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
export const STATE_TONES = { done: "good", failed: "bad", stopped: "warn", halted: "warn" };

/** Calls to one import: what is under way, and what the last one was refused with. @param {string} id @param {() => void} reload */
export function useActions(id, reload) {
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | undefined} */ (undefined));
  /** @param {string} name @param {() => Promise<any>} act */
  async function run(name, act) {
    setBusy(name);
    setProblem(undefined);
    try {
      await act();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy("");
      reload();
    }
  }
  const at = `/api/v1/imports/${id}`;
  return {
    busy,
    problem,
    errors: problem?.byField ?? {},
    check: (/** @type {any} */ layout, /** @type {boolean} */ forShop) =>
      run("check", async () => {
        if (layout) await post(`${at}/layout`, layout);
        await call("POST", `${at}/check?for_shop=${forShop}`);
      }),
    look: (/** @type {any} */ asked) => run("look", () => post(`${at}/look`, asked)),
    start: () => run("run", () => post(`${at}/run`, {})),
    undo: () => run("undo", () => call("POST", `${at}/undo`)),
    stop: () => run("stop", () => call("POST", `${at}/stop`)),
    discard: () =>
      run("discard", async () => {
        await call("DELETE", at);
        go("transfer");
      }),
  };
}

/** @param {{found: ImportDetail, kind: Kind, actions: ReturnType<typeof useActions>}} props */
function Mapping({ found, kind, actions }) {
  const [layout, setLayout] = useState(found.layout);
  const [forShop, setForShop] = useState(found.for_shop && may("import speak"));
  // Reading the file in another way brings another guess, and a check may bring values to be given a meaning.
  useEffect(() => setLayout(found.layout), [JSON.stringify(found.asked)]);
  useEffect(
    () => setLayout({ ...layout, columns: withGuesses(layout.columns, found) }),
    [JSON.stringify(found.unknown)],
  );
  const onColumns = (/** @type {any} */ columns) => setLayout({ ...layout, columns });
  return html`<section class="panel" aria-labelledby="mapping">
    <h2 id="mapping">${t("transfer.mapping")}</h2>
    <p class="hint">${found.own ? t("transfer.mapping.hint") : t("transfer.mapping.theirs", { by: found.by })}</p>
    <${Columns} found=${found} columns=${layout.columns} kind=${kind} errors=${actions.errors} onColumns=${onColumns} />
    ${
      found.own &&
      html`<${Values} found=${found} columns=${layout.columns} kind=${kind} onColumns=${onColumns} />
      <${Rules} rules=${layout.rules} onRules=${(/** @type {any} */ rules) => setLayout({ ...layout, rules })} />
      <${Reading} found=${found} onLook=${actions.look} />`
    }
    ${may("import speak") && html`<${CheckField} name="for_shop" label=${t("transfer.for_shop")} hint=${t("transfer.for_shop.hint")} value=${forShop} onValue=${setForShop} />`}
    <footer><${Button} look=${found.state === "checked" ? "plain" : "main"} icon="check" busy=${actions.busy === "check"} onClick=${() => actions.check(found.own ? layout : undefined, forShop)}>
      ${t(found.state === "checked" ? "transfer.check_again" : "transfer.check")}<//></footer>
  </section>`;
}

/** @param {{found: ImportDetail, kind: Kind | undefined, onReload: () => void}} props */
function Bench({ found, kind, onReload }) {
  const actions = useActions(found.id, onReload);
  const [leaving, setLeaving] = useState(false);
  const working = WORKING.includes(found.state);
  const open = found.kept && ["uploaded", "checked", "failed"].includes(found.state);
  return html`<header class="head"><div>
      <p><a href="#/transfer">${t("transfer.back")}</a></p>
      <h1>${found.name}</h1>
      <p class="lede">${t("transfer.about", { kind: label(kind?.labels), rows: found.shape.rows, by: found.by })} <${Badge} tone=${STATE_TONES[found.state] ?? "calm"}>${t(`transfer.state.${found.state}`)}<//></p>
    </div>${found.kept && !working && html`<${Button} look="quiet" icon="close" onClick=${() => setLeaving(true)}>${t("transfer.discard")}<//>`}</header>
    <${ProblemNote} problem=${actions.problem} />
    <div class="stack">
      ${found.state !== "uploaded" && html`<${Result} found=${found} actions=${actions} />`}
      ${open && kind && html`<${Mapping} found=${found} kind=${kind} actions=${actions} />`}
    </div>
    ${leaving && html`<${Confirm} title=${t("transfer.discard")} text=${t("transfer.discard.text")} yes=${t("transfer.discard")} busy=${actions.busy === "discard"} onYes=${actions.discard} onClose=${() => setLeaving(false)} />`}`;
}

/** @param {{id: string}} props */
export function OneImport({ id }) {
  const load = useLoad(
    async () => {
      const found = /** @type {ImportDetail} */ (await read(`/api/v1/imports/${encodeURIComponent(id)}`));
      return { found, kind: await kindOf(found.kind) };
    },
    { deps: [id, language.value] },
  );
  const working = WORKING.includes(load.data?.found.state ?? "");
  useEffect(() => {
    if (!working) return undefined;
    const timer = setInterval(() => !document.hidden && load.reload(), EVERY_MS);
    return () => clearInterval(timer);
  }, [working, load.reload]);
  return html`<${Loaded} load=${load} rows=${6}>${(/** @type {{found: ImportDetail, kind: Kind | undefined}} */ data) =>
    html`<${Bench} found=${data.found} kind=${data.kind} onReload=${load.reload} />`}<//>`;
}
