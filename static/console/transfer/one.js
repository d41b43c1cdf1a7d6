// One import from the file to its end. Everything is kept at the gateway: a reload, or another desk, shows the same.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, language, t } from "../../app/i18n.js";
import { asProblem, call, post, read } from "../api.js";
import { kind as kindOf } from "../kinds.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { Badge, Loaded, ProblemNote } from "../parts/states.js";
import { go } from "../router.js";
import { Columns } from "./columns.js";
import { Counts, ProblemFile, Progress, Rows } from "./outcome.js";
import { Reading, Rules } from "./reading.js";

/** @typedef {import("../types.js").ImportDetail} ImportDetail */
/** @typedef {import("../types.js").Kind} Kind */

const EVERY_MS = 700;
const WORKING = ["checking", "running"];
/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
export const STATE_TONES = { done: "good", failed: "bad", stopped: "warn" };

/** Calls to one import: what is under way, and what the last one was refused with. @param {string} id @param {() => void} reload */
function useActions(id, reload) {
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
    check: (/** @type {any} */ layout) =>
      run("check", async () => {
        await post(`${at}/layout`, layout);
        await call("POST", `${at}/check`);
      }),
    look: (/** @type {any} */ asked) => run("look", () => post(`${at}/look`, asked)),
    start: () => run("run", () => post(`${at}/run`, {})),
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
  // Reading the file in another way brings another guess.
  useEffect(() => setLayout(found.layout), [JSON.stringify(found.asked)]);
  return html`<section class="panel" aria-labelledby="mapping">
    <h2 id="mapping">${t("transfer.mapping")}</h2>
    <p class="hint">${t("transfer.mapping.hint")}</p>
    <${Columns} found=${found} columns=${layout.columns} kind=${kind} errors=${actions.errors}
      onColumns=${(/** @type {any} */ columns) => setLayout({ ...layout, columns })} />
    <${Rules} rules=${layout.rules} onRules=${(/** @type {any} */ rules) => setLayout({ ...layout, rules })} />
    <${Reading} found=${found} onLook=${actions.look} />
    <footer><${Button} look=${found.state === "checked" ? "plain" : "main"} icon="check" busy=${actions.busy === "check"} onClick=${() => actions.check(layout)}>
      ${t(found.state === "checked" ? "transfer.check_again" : "transfer.check")}<//></footer>
  </section>`;
}

/** What a check or a run came to, and what can be done next. @param {{found: ImportDetail, actions: ReturnType<typeof useActions>}} props */
function Result({ found, actions }) {
  const working = WORKING.includes(found.state);
  const taken = (found.counts.created ?? 0) + (found.counts.updated ?? 0) + (found.counts.waiting ?? 0);
  return html`<section class="panel" aria-labelledby="result">
    <h2 id="result">${t(`transfer.result.${found.state}`)}</h2>
    ${(working || found.state === "stopped") && html`<${Progress} found=${found} />`}
    ${found.problem && html`<div class="note bad" role="alert"><p>${found.problem.detail}</p></div>`}
    <${Counts} found=${found} />
    ${found.state === "checked" && html`<p>${t(taken ? "transfer.checked.text" : "transfer.checked.nothing")}</p>`}
    <div class="actions">
      ${found.state === "checked" && taken > 0 && html`<${Button} look="main" icon="play" busy=${actions.busy === "run"} onClick=${actions.start}>${t("transfer.import", { count: taken })}<//>`}
      ${found.state === "stopped" && html`<${Button} look="main" icon="play" busy=${actions.busy === "run"} onClick=${actions.start}>${t("transfer.resume")}<//>`}
      ${working && html`<${Button} icon="pause" busy=${actions.busy === "stop"} onClick=${actions.stop}>${t("transfer.stop")}<//>`}
      ${!working && html`<${ProblemFile} found=${found} />`}
    </div>
    ${!working && html`<${Rows} found=${found} />`}
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
