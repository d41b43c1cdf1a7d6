// What each ERP that is pushed to by a mapping is told of a customer, also before anything goes there.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { ButtonLink } from "../parts/button.js";
import { mapped } from "../sync/preview.js";

/** @param {{record: string}} props */
export function Told({ record }) {
  const load = useLoad(async () => (may("sync list") ? mapped() : []), { deps: [] });
  return (load.data ?? []).map(
    (/** @type {string} */ name) =>
      html`<${ButtonLink} key=${name} href=${`#/batches/${name}/record/${record}`}>${t("preview.record", { name })}<//>`,
  );
}
