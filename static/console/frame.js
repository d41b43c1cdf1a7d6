// The frame around every screen: where one can go, what needs somebody, who is signed in.
import { useEffect, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { LANGUAGES, language, t } from "../app/i18n.js";
import { asProblem } from "./api.js";
import { attention, watchAttention } from "./attention.js";
import { Alarms } from "./parts/alarms.js";
import { Button } from "./parts/button.js";
import { Icon, Mark } from "./parts/icons.js";
import { Notice, say } from "./parts/notice.js";
import { route } from "./router.js";
import { current, offered, readOffered, Shown } from "./screens.js";
import { CONSOLE_ROLES, chooseLanguage, session, signOut } from "./session.js";

/** How long the first screen has the line for itself. */
const REST_MS = 3000;

function Navigation() {
  const entry = current();
  return html`<nav aria-label=${t("nav")}>
    ${offered().map(({ name, icon, under }) => {
      if (under) return null;
      const waiting = attention.value[name] ?? 0;
      const here = name === entry?.name ? "page" : name === entry?.under ? "true" : undefined;
      return html`<a key=${name} href=${`#/${name}`} aria-current=${here}>
        <${Icon} name=${icon} /><span>${t(`nav.${name}`)}</span>
        ${waiting > 0 && html`<span class="count">${waiting}<span class="visually-hidden"> ${t("nav.waiting")}</span></span>`}
      </a>`;
    })}
  </nav>`;
}

function Person() {
  const user = session.value?.user;
  const leave = () => signOut().catch((error) => say(asProblem(error).message));
  return html`<div class="person">
    <p><strong>${user?.name}</strong><span>${t(`role.${user?.role}`)}</span></p>
    ${CONSOLE_ROLES.includes(user?.role ?? "") && html`<a href="#/account" aria-current=${current()?.name === "account" ? "page" : undefined}>${t("nav.account")}</a>`}
    <select aria-label=${t("language")} onChange=${(/** @type {any} */ event) => chooseLanguage(event.currentTarget.value)}>
      ${LANGUAGES.map(({ value, label }) => html`<option value=${value} selected=${value === language.value}>${label}</option>`)}
    </select>
    <${Button} look="quiet" icon="out" onClick=${leave}>${t("sign_out")}<//>
  </div>`;
}

/** @param {{onMenu: () => void, open: boolean}} props */
function TopBar({ onMenu, open }) {
  const total = Object.values(attention.value).reduce((sum, one) => sum + one, 0);
  return html`<header class="top-bar">
    <${Mark} /><span class="shop">${session.value?.gateway.name}</span>
    <button type="button" class="button quiet" aria-expanded=${open} aria-controls="side" onClick=${onMenu}>
      <${Icon} name=${open ? "close" : "menu"} />${t("menu")}
      ${total > 0 && html`<span class="count">${total}<span class="visually-hidden"> ${t("nav.waiting")}</span></span>`}
    </button>
  </header>`;
}

function NotForYou() {
  return html`<header class="head"><h1>${t("not_for_you.title")}</h1></header>
    <p>${t("not_for_you.text")}</p>
    <p><a class="button main" href="/">${t("not_for_you.app")}</a></p>`;
}

export function Frame() {
  const [open, setOpen] = useState(false);
  const role = session.value?.user.role ?? "";
  const welcome = CONSOLE_ROLES.includes(role);
  const entry = current();
  const title = welcome ? t(`nav.${entry?.name}`) : t("app");

  useEffect(() => {
    if (!welcome) return;
    const timer = setTimeout(readOffered, REST_MS);
    const stop = watchAttention();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [welcome]);
  useEffect(() => {
    document.title = `${title} · ${session.value?.gateway.name ?? t("app")}`;
  }, [title]);
  useEffect(() => {
    setOpen(false);
    scrollTo(0, 0);
  }, [route.value]);

  return html`<a class="skip" href="#main" onClick=${skip}>${t("skip")}</a>
    <${TopBar} open=${open} onMenu=${() => setOpen(!open)} />
    <div class="frame">
      <aside id="side" class=${open ? "open" : ""}>
        <div class="brand"><${Mark} /><div><strong>${session.value?.gateway.name}</strong><span>${t("app")}</span></div></div>
        ${welcome && html`<${Navigation} />`}
        <${Person} />
      </aside>
      <main id="main" tabindex="-1">${welcome ? html`${entry?.name !== "sync" && html`<${Alarms} />`}<${Shown} key=${entry?.name} screen=${entry} />` : html`<${NotForYou} />`}</main>
    </div>
    <${Notice} />`;
}

/** The hash belongs to the router, so the skip link moves the focus itself. @param {MouseEvent} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
