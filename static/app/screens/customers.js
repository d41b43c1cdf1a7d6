// All customers: search first, then what was begun, what was opened last, and everybody by name. On a wide screen the
// chosen one stands beside the list.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";
import { named } from "../data.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { LaterPart } from "../later.js";
import { Begun, useDrafts } from "../parts/begun.js";
import { Button, ButtonLink, Empty } from "../parts/controls.js";
import { CustomerChips, narrowingOf } from "../parts/customer_chips.js";
import { CustomerRow, Recents, useRecents } from "../parts/customer_row.js";
import { useFound } from "../parts/found.js";
import { isNarrow, Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { route } from "../router.js";
import { listReady, received, revision, trouble } from "../runtime.js";

const KIND = "customer";
/** More than a screen holds, and few enough to be drawn between two keys. */
const PAGE = 30;

/** @param {{query: string, chosen: ReadonlySet<string>, onAll: () => void}} props */
function Everybody({ query: typed, chosen, onAll }) {
  const pages = useSignal(1);
  const answer = useFound(KIND, typed, PAGE * pages.value, narrowingOf(chosen));
  // While the next answer is on its way the rows stay the very same ones, and nobody draws them again.
  const rows = useMemo(
    () => answer?.found.entries.map((entry) => html`<${CustomerRow} key=${entry.id} entry=${entry} />`),
    [answer],
  );
  if (!answer?.found.all) return html`<${NobodyYet} />`;
  const { query, found } = answer;
  const { entries, more, kept } = found;
  if (entries.length === 0 && chosen.size)
    return html`<${Empty} icon="search" title=${t("chips.nobody")} action=${html`<${Button} onClick=${onAll}>${t("chips.all")}<//>`}>${t("chips.nobody_text")}<//>`;
  if (entries.length === 0)
    return html`<${Empty} icon="search" title=${t("customers.not_found", { query })} action=${html`<${ButtonLink} href="#/new/customer" icon="plus">${t("customers.new")}<//>`}>${t("customers.not_found_text")}<//>`;
  return html`<section class="list-part" aria-labelledby="all-title" data-query=${query}>
    <h2 id="all-title">${query.trim() ? t("customers.found", { count: entries.length }) : t(chosen.size ? "customers.found" : "customers.all", { count: kept })}</h2>
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
const query = { current: "", chosen: /** @type {ReadonlySet<string>} */ (new Set()) };

function List() {
  const typed = useSignal(query.current);
  const onInput = (/** @type {any} */ event) => {
    typed.value = event.currentTarget.value;
    query.current = typed.value;
  };
  const chosen = useSignal(query.chosen);
  const choose = (/** @type {ReadonlySet<string>} */ next) => {
    chosen.value = next;
    query.chosen = next;
  };
  const searching = typed.value.trim() !== "" || chosen.value.size > 0;
  const drafts = useDrafts();
  const recents = useRecents();
  return html`<div class="pane-list">
    <div class="search-bar">
      <search class="search"><${Icon} name="search" /><label class="visually-hidden" for="search">${t("customers.search")}</label>
        <input id="search" type="search" class="input" placeholder=${t("customers.search_hint")} value=${typed.value} onInput=${onInput} autocomplete="off" spellcheck=${false} enterkeyhint="search" /></search>
      <a class="button main new" href="#/new/customer"><${Icon} name="plus" /><span>${t("customers.new")}</span></a>
    </div>
    <${CustomerChips} chosen=${chosen.value} onChange=${choose} />
    ${!searching && drafts.length > 0 && html`<${Begun} drafts=${drafts} />`}
    ${!searching && recents.length > 1 && html`<${Recents} entries=${recents} />`}
    <${Everybody} query=${typed.value} chosen=${chosen.value} onAll=${() => choose(new Set())} />
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
