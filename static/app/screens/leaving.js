// A phone that was retired: nothing is entered on it any more, it hands over what it has and then empties itself. What cannot
// be handed over, drafts and refused entries, is its person's to decide about.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { wake } from "../data.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { emptyOwn } from "../leaving.js";
import { Button } from "../parts/controls.js";
import { Mark } from "../parts/icons.js";
import { SaveFile } from "../parts/rescue_form.js";
import { countUnsaved } from "../rescue.js";
import { account, counts, here, revision, talking } from "../runtime.js";

export function Leaving() {
  const unsaved = useSignal(-1);
  const sure = useSignal(false);
  const { waiting, photos = 0 } = counts.value;
  const coming = waiting + photos;
  useEffect(() => {
    void countUnsaved(here().db).then(async (left) => {
      unsaved.value = left;
      if (left === 0) await emptyOwn(0);
    });
  }, [revision.value]);
  const left = unsaved.value;
  const stays = left > 0 && coming === 0;
  return html`<main class="door" id="main"><div class="door-head"><${Mark} /><p>${account.value?.gateway.name}</p></div>
    <div class="door-card"><h1>${t("leaving.title")}</h1><p>${t("leaving.text")}</p>
      <p role="status"><strong>${coming ? t("leaving.coming", { count: coming }) : stays ? t("leaving.stays", { count: left }) : t("leaving.emptying")}</strong></p>
      ${coming > 0 && html`<${Button} look="main" icon="sync" busy=${talking.value} onClick=${() => wake("tap")}>${t("leaving.send")}<//>`}
      ${stays && html`<p class="soft">${t("leaving.stays.text")}</p><${SaveFile} />`}
      ${stays && !sure.value && html`<${Button} icon="trash" onClick=${() => (sure.value = true)}>${t("leaving.empty")}<//>`}
      ${stays && sure.value && html`<${Button} look="bad" icon="trash" onClick=${() => emptyOwn(left)}>${t("leaving.sure", { count: left })}<//>`}
    </div></main>`;
}
