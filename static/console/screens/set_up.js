// The first visit: the code printed by the gateway proves who stands beside the box; then the shop and its first person.
import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { LANGUAGES, language, t } from "../../app/i18n.js";
import { post } from "../api.js";
import { useForm } from "../load.js";
import { Button } from "../parts/button.js";
import { SelectField, TextField } from "../parts/fields.js";
import { Mark } from "../parts/icons.js";
import { ProblemNote } from "../parts/states.js";
import { countries, currencies, currencyOf, likelyCountry } from "../places.js";
import { go } from "../router.js";
import { chooseLanguage } from "../session.js";

/** "k7qf2mxd" becomes "K7QF-2MXD" while it is typed. @param {string} text */
function codeShape(text) {
  const plain = text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .slice(0, 8);
  return plain.length > 4 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain;
}

function firstValues() {
  const country = likelyCountry(navigator.languages);
  return {
    code: "",
    shop: "",
    country,
    currency: currencyOf(country),
    language: language.value,
    name: "",
    password: "",
  };
}

/** @param {{step: number, title: string, help: string, children: import("../types.js").Children}} props */
function Step({ step, title, help, children }) {
  return html`<fieldset class="step">
    <legend><span class="step-number" aria-hidden="true">${step}</span>${title}</legend>
    <p class="step-help">${help}</p>
    ${children}
  </fieldset>`;
}

/** @param {{onDone: () => void}} props */
export function SetUp({ onDone }) {
  const form = useForm(firstValues(), async (values) => {
    await post("/api/v1/setup", { ...values, shop: values.shop.trim(), name: values.name.trim() });
    history.replaceState(null, "", "/console");
    go("backups/sheet"); // the last step of a first day
    await chooseLanguage(values.language);
    onDone();
  });
  useEffect(() => {
    document.title = t("setup.title");
  }, [language.value]);

  /** @param {keyof ReturnType<typeof firstValues>} name @param {(value: string) => void} [also] */
  const bound = (name, also) => ({
    name,
    value: form.values[name],
    error: form.errors[name],
    required: true,
    onValue: also ?? ((/** @type {string} */ value) => form.set(name, value)),
  });
  const onCountry = (/** @type {string} */ value) => {
    form.set("country", value);
    form.set("currency", currencyOf(value));
  };

  const onLanguage = (/** @type {string} */ value) => {
    form.set("language", value);
    chooseLanguage(value);
  };

  return html`<main class="lone">
    <div class="lone-brand"><${Mark} /><span>${t("app")}</span></div>
    <h1>${t("setup.title")}</h1>
    <p class="lede">${t("setup.lede")}</p>
    <form onSubmit=${form.onSubmit}>
      <${Step} step=${1} title=${t("setup.code.title")} help=${t("setup.code.help")}>
        <${TextField} ...${bound("code", (value) => form.set("code", codeShape(value)))} label=${t("setup.code")} code
          autocomplete="one-time-code" autocapitalize="characters" placeholder="K7QF-2MXD" />
      <//>
      <${Step} step=${2} title=${t("setup.shop.title")} help=${t("setup.shop.help")}>
        <${TextField} ...${bound("shop")} label=${t("setup.shop")} autocomplete="organization" />
        <div class="pair">
          <${SelectField} ...${bound("country", onCountry)} label=${t("field.country")} choices=${countries()} blank=${t("choose")} />
          <${SelectField} ...${bound("currency")} label=${t("field.currency")} choices=${currencies()} blank=${t("choose")} />
        </div>
        <${SelectField} ...${bound("language", onLanguage)} label=${t("language")} choices=${LANGUAGES} />
      <//>
      <${Step} step=${3} title=${t("setup.admin.title")} help=${t("setup.admin.help")}>
        <div class="pair">
          <${TextField} ...${bound("name")} label=${t("field.your_name")} autocomplete="username" autocapitalize="none" />
          <${TextField} ...${bound("password")} label=${t("field.password")} type="password" autocomplete="new-password" />
        </div>
      <//>
      <${ProblemNote} problem=${form.problem} />
      <${Button} look="main" type="submit" busy=${form.busy}>${t("setup.go")}<//>
    </form>
  </main>`;
}
