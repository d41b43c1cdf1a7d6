// All customers: search first, then what was begun, what was opened last, and everybody by name. On a wide screen the
// chosen one stands beside the list.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { find, named } from "../data.js";
import { allDrafts, heldDrafts } from "../drafts.js";
import { timeOrDate } from "../format.js";
import { toData } from "../forms/values.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { formFields, kindNamed } from "../kinds.js";
import { LaterPart } from "../later.js";
import { ButtonLink, Empty } from "../parts/controls.js";
import { isNarrow, Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { StageBadge } from "../parts/stage.js";
import { route } from "../router.js";
import { here, listReady, received, revision, trouble } from "../runtime.js";
import { monogram, titleOf } from "../summary.js";

/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Found} Found */

const KIND = "customer";
/** More than a screen holds, and few enough to be drawn between two keys. */
const PAGE = 30;
const RECENT = 5;
/** Stages that need no badge in a list: everything is as it should be. */
const QUIET = new Set(["at_gateway", "taken", "accepted"]);

/** @param {{entry: Entry}} props */
function Row({ entry }) {
  const open = route.value.id === entry.id;
  return html`<li><a class="row" href=${`#/customers/${entry.id}`} aria-current=${open ? "true" : undefined}>
    <span class="monogram" aria-hidden="true">${monogram(entry.title)}</span>
    <span class="row-words">
      <span class="row-line"><strong>${entry.title || t("customer.unnamed")}</strong>${!QUIET.has(entry.state) && html`<${StageBadge} stage=${entry.state} />`}</span>
      <span class="row-line second"><span>${entry.subtitle}</span><span class="code">${entry.number}</span></span>
    </span>
  </a></li>`;
}

/** @param {{draft: Draft}} props */
function DraftRow({ draft }) {
  const kind = kindNamed(draft.kind);
  const title = kind
    ? titleOf(toData(formFields(kind), draft.values, draft.base?.data ?? {}, { exponent: here().exponent }))
    : "";
  return html`<li><a class="row" href=${`#/entry/${encodeURIComponent(draft.id)}`}>
    <span class="monogram draft" aria-hidden="true"><${Icon} name="edit" /></span>
    <span class="row-words">
      <span class="row-line"><strong>${title || t(`draft.${draft.mode}`)}</strong></span>
      <span class="row-line second"><span>${t("draft.begun", { time: timeOrDate(draft.at) })}</span></span>
    </span>
    <span class="row-go">${t("draft.continue")}<${Icon} name="next" /></span>
  </a></li>`;
}

function Drafts() {
  const drafts = useSignal(/** @type {Draft[]} */ ([]));
  useSignalEffect(() => {
    revision.value;
    route.value;
    Promise.all([allDrafts(here().db), heldDrafts()]).then(([all, held]) => {
      drafts.value = all.filter(({ id }) => !held.has(id));
    });
  });
  if (drafts.value.length === 0) return null;
  return html`<section class="list-part" aria-labelledby="drafts-title"><h2 id="drafts-title">${t("customers.drafts")}</h2>
    <ul class="list">${drafts.value.map((draft) => html`<${DraftRow} key=${draft.id} draft=${draft} />`)}</ul></section>`;
}

function Recents() {
  const recents = useSignal(/** @type {Entry[]} */ ([]));
  useSignalEffect(() => {
    route.value;
    revision.value;
    here()
      .db.get("recents")
      .then((ids = []) => named(KIND, ids.slice(0, RECENT)))
      .then((entries) => {
        recents.value = entries;
      });
  });
  if (recents.value.length < 2) return null;
  return html`<section class="list-part" aria-labelledby="recents-title"><h2 id="recents-title">${t("customers.recent")}</h2>
    <ul class="list">${recents.value.map((entry) => html`<${Row} key=${entry.id} entry=${entry} />`)}</ul></section>`;
}

/** Ask for what is typed; an answer that a newer one has overtaken is not shown. @param {string} query @param {number} limit */
function useFound(query, limit) {
  const answer = useSignal(/** @type {{query: string, found: Found} | null} */ (null));
  const asked = useRef(0);
  const risen = revision.value;
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    find(KIND, query, limit).then((found) => {
      if (mine === asked.current) answer.value = { query, found };
    });
  }, [query, limit, risen]);
  return answer.value;
}

/** @param {{query: string}} props */
function Everybody({ query: typed }) {
  const pages = useSignal(1);
  const answer = useFound(typed, PAGE * pages.value);
  // While the next answer is on its way the rows stay the very same ones, and nobody draws them again.
  const rows = useMemo(
    () => answer?.found.entries.map((entry) => html`<${Row} key=${entry.id} entry=${entry} />`),
    [answer],
  );
  if (!answer?.found.all) return html`<${NobodyYet} />`;
  const { query, found } = answer;
  const { entries, more, all } = found;
  if (entries.length === 0)
    return html`<${Empty} icon="search" title=${t("customers.not_found", { query })} action=${html`<${ButtonLink} href="#/new/customer" icon="plus">${t("customers.new")}<//>`}>${t("customers.not_found_text")}<//>`;
  return html`<section class="list-part" aria-labelledby="all-title" data-query=${query}>
    <h2 id="all-title">${query.trim() ? t("customers.found", { count: entries.length }) : t("customers.all", { count: all })}</h2>
    <ul class="list">${rows}</ul>
    ${
      more &&
      html`<button type="button" class="button plain show-more" onClick=${() => {
        pages.value += 1;
      }}>${t("customers.more")}</button>`
    }
  </section>`;
}

function NobodyYet() {
  if (trouble.value === "lease") return null; // the banner says why
  if (!listReady.value || (!received.value && navigator.onLine))
    return html`<p class="loading" role="status">${t("customers.loading")}</p>`;
  return html`<${Empty} icon="people" title=${t("customers.none")} action=${html`<${ButtonLink} href="#/new/customer" look="main" icon="plus">${t("customers.new")}<//>`}>${t("customers.none_text")}<//>`;
}

/** Kept while a record is looked at, so that the way back shows the same list. */
const query = { current: "" };

function List() {
  const typed = useSignal(query.current);
  const onInput = (/** @type {any} */ event) => {
    typed.value = event.currentTarget.value;
    query.current = typed.value;
  };
  const searching = typed.value.trim() !== "";
  return html`<div class="pane-list">
    <div class="search-bar">
      <search class="search"><${Icon} name="search" /><label class="visually-hidden" for="search">${t("customers.search")}</label>
        <input id="search" type="search" class="input" placeholder=${t("customers.search_hint")} value=${typed.value} onInput=${onInput} autocomplete="off" spellcheck=${false} enterkeyhint="search" /></search>
      <a class="button main new" href="#/new/customer"><${Icon} name="plus" /><span>${t("customers.new")}</span></a>
    </div>
    ${!searching && html`<${Drafts} /><${Recents} />`}
    <${Everybody} query=${typed.value} />
  </div>`;
}

/** Where the list was when somebody left it, px. */
let listScroll = 0;

/** On a phone the list gives way to a record; coming back, it is where it was. @param {string} id */
function useListScroll(id) {
  useEffect(() => {
    const remember = () => {
      if (!route.value.id) listScroll = scrollY;
    };
    addEventListener("scroll", remember, { passive: true });
    return () => removeEventListener("scroll", remember);
  }, []);
  useLayoutEffect(() => {
    if (isNarrow()) scrollTo(0, id ? 0 : listScroll);
  }, [id]);
}

export function Customers() {
  const { id } = route.value;
  useListScroll(id);
  const name = useSignal("");
  useSignalEffect(() => {
    revision.value;
    named(KIND, [route.value.id]).then(([entry]) => {
      name.value = entry?.title ?? "";
    });
  });
  return html`<${Page} title=${t("nav.customers")} name=${id ? name.value : ""} back=${id ? "#/customers" : undefined}
    action=${html`<${ButtonLink} href="#/new/customer" look="main" icon="plus">${t("customers.new")}<//>`}>
    <div class="panes" data-open=${id ? "detail" : "list"}>
      <${List} />
      <div class="pane-detail">${id ? html`<${LaterPart} key=${id} name="customer" kind=${KIND} id=${id} />` : html`<div class="nothing-open"><${Empty} icon="people" title=${t("customers.choose")}>${t("customers.choose_text")}<//></div>`}</div>
    </div>
  <//>`;
}
