// What happened with a customer, and the files that belong to it: the gateway's word with its age, and what only this
// phone knows yet.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Failure } from "../api.js";
import { wake } from "../data.js";
import { dealingsWith } from "../facts.js";
import { dropPhotos, photosAbout, retryPhoto } from "../files.js";
import { dateTime, day, money, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { call, changed, here, revision, status } from "../runtime.js";
import { stageOf } from "../stages.js";
import { fetchStory, keptStory, moments, pictures } from "../stories.js";
import { Button, ButtonLink } from "./controls.js";
import { PhotoAdd, PhotoTile, PhotoView } from "./photos.js";
import { Sign } from "./signs.js";
import { StageBadge } from "./stage.js";

/** @typedef {import("../types.js").Story} Story */
/** @typedef {import("../types.js").Outcome} Outcome */
/** @typedef {import("../stories.js").Moment} Moment */
/** @typedef {import("../stories.js").Picture} Picture */
/** @typedef {{story: Story | null, moments: Moment[], pictures: Picture[], outcomes: Outcome[]}} Told */
/** @typedef {"loading" | "fresh" | "old" | "none" | "here_only"} Age  none: nothing was ever read; here_only: the gateway does not know the customer */

const SHOWN = 8;
/** What this phone asked a moment ago is not asked again while other things on it change. */
const FRESH_MS = 15_000;

/** @param {string} customer @returns {Promise<Told>} what is on this phone */
async function told(customer) {
  const { db } = here();
  const [story, ops, rows, outcomes] = await Promise.all([
    keptStory(db, customer),
    dealingsWith(db, customer),
    photosAbout(db, customer),
    db.get("outcomes"),
  ]);
  return {
    story: story ?? null,
    moments: moments(story?.dealings ?? [], ops),
    pictures: pictures(story?.files ?? [], rows),
    outcomes: Array.isArray(outcomes) ? outcomes : [],
  };
}

/** Choices of a field of the kind "task" in words. @param {string} name @param {unknown} value */
function taskWord(name, value) {
  const field = kindNamed("task")?.fields.find((each) => each.name === name);
  return label(field?.rules?.choices?.find((choice) => choice.value === value)?.labels);
}

/** @param {Moment} moment @param {Outcome[]} outcomes @returns {{sign: string, title: string, lines: string[]}} */
function worded({ type, data, number }, outcomes) {
  const text = (/** @type {string} */ name) => (typeof data[name] === "string" ? String(data[name]) : "");
  if (type === "visit") {
    const outcome = outcomes.find(({ value }) => value === data.outcome);
    const next = text("next_date") && t("story.next", { day: day(text("next_date")) });
    const photos =
      Array.isArray(data.files) && data.files.length ? t("story.photos", { count: data.files.length }) : "";
    const title = t("story.visit", { outcome: label(outcome?.labels) || text("outcome") });
    return { sign: "visit", title, lines: [text("note"), next, photos] };
  }
  if (type === "sale") {
    const total = typeof data.total === "number" ? money(data.total, text("currency")) : text("total");
    return { sign: "receipt", title: t("story.sale", { total }), lines: [number] };
  }
  const due = text("due") && t("story.due", { day: day(text("due")) });
  return {
    sign: "tick",
    title: t("story.task", { title: text("title") }),
    lines: [taskWord("status", data.status), due],
  };
}

/** @param {{moment: Moment, outcomes: Outcome[]}} props */
function MomentRow({ moment, outcomes }) {
  const { sign, title, lines } = worded(moment, outcomes);
  const { op, by, at } = moment;
  const stage = op ? stageOf(undefined, [op]) : "";
  const refused = op?.state === "needs_you";
  return html`<li class="moment">
    <span class="monogram" aria-hidden="true"><${Sign} name=${sign} /></span>
    <div class="moment-words"><p class="moment-title"><strong>${title}</strong>${op && html`<${StageBadge} stage=${stage} />`}</p>
      <p class="soft">${[dateTime(at), by].filter(Boolean).join(" · ")}</p>
      ${lines.filter(Boolean).map((line) => html`<p class="lines">${line}</p>`)}
      ${refused && html`<p class="wrong">${op.problem?.errors?.[0]?.detail ?? op.problem?.detail ?? t("stage.needs_you.text")}</p><${ButtonLink} href=${`#/fix/${op.id}`} icon="edit">${t("sync.fix")}<//>`}
    </div>
  </li>`;
}

/** How old it is, in words that promise nothing more. @param {{age: Age, told: Told, problem: string}} props */
function AgeWords({ age, told: { story }, problem }) {
  const at = story ? timeOrDate(story.at) : "";
  if (age === "fresh" || (age === "here_only" && !problem)) return null;
  return html`<p class="soft" role="status">${problem || t(`story.${age}`, { time: at })}</p>`;
}

/** @param {{told: Told, age: Age, problem: string}} props */
function Timeline({ told, age, problem }) {
  const all = useSignal(false);
  const shown = all.value ? told.moments : told.moments.slice(0, SHOWN);
  const isEmpty = told.moments.length === 0 && (age === "fresh" || age === "old" || age === "here_only");
  return html`<section class="card story" aria-labelledby="story-title"><h3 class="card-head" id="story-title">${t("story.title")}</h3>
    ${shown.length > 0 && html`<ol class="moments">${shown.map((moment) => html`<${MomentRow} key=${moment.id} moment=${moment} outcomes=${told.outcomes} />`)}</ol>`}
    ${isEmpty && html`<p>${t("story.empty")}</p>`}
    ${
      shown.length < told.moments.length &&
      html`<${Button} onClick=${() => {
        all.value = true;
      }}>${t("story.all", { count: told.moments.length })}<//>`
    }
    <${AgeWords} age=${age} told=${told} problem=${problem} />
  </section>`;
}

/** Something about the photos is different: it is drawn, and the worker looks. */
async function kept() {
  await changed([]);
  await wake("saved");
}

/** @param {{customer: string, told: Told, age: Age, problem: string}} props */
function Files({ customer, told, age, problem }) {
  const open = useSignal(/** @type {Picture | null} */ (null));
  const all = useSignal(false);
  const { db } = here();
  const shown = all.value ? told.pictures : told.pictures.slice(0, SHOWN);
  const owner = (/** @type {"photo" | "card"} */ purpose) => ({
    kind: "customer",
    record: customer,
    customer,
    purpose,
  });
  const isEmpty = told.pictures.length === 0 && age !== "loading" && age !== "none";
  return html`<section class="card story" aria-labelledby="files-title"><h3 class="card-head" id="files-title">${t("files.title")}</h3>
    ${isEmpty && html`<p>${t("files.empty")}</p>`}
    ${
      shown.length > 0 &&
      html`<ul class="photos">${shown.map((picture, at) => {
        const { row } = picture;
        const own = row && row.state !== "done" && row.kind === "customer" ? row : null;
        return html`<${PhotoTile} key=${`${picture.file} ${row?.record ?? ""}`} shown=${picture} number=${at + 1} onOpen=${() => {
          open.value = picture;
        }}
        onDrop=${own ? () => dropPhotos(db, [own]).then(kept) : undefined} onRetry=${row ? () => retryPhoto(db, row).then(kept) : undefined} />`;
      })}</ul>`
    }
    ${
      shown.length < told.pictures.length &&
      html`<${Button} onClick=${() => {
        all.value = true;
      }}>${t("story.all", { count: told.pictures.length })}<//>`
    }
    <${AgeWords} age=${age} told=${told} problem=${problem} />
    <${PhotoAdd} owner=${owner("photo")} onKept=${kept} /><${PhotoAdd} owner=${owner("card")} onKept=${kept} />
    ${
      open.value &&
      html`<${PhotoView} shown=${open.value} onClose=${() => {
        open.value = null;
      }} />`
    }
  </section>`;
}

/** @param {Story | null} story @param {boolean} asking @param {boolean} atGateway @returns {Age} */
function ageOf(story, asking, atGateway) {
  const inReach = status.value.link === "online";
  if (!atGateway) return "here_only";
  if (!story) return asking ? "loading" : "none";
  return inReach && Date.now() - story.at < FRESH_MS * 2 ? "fresh" : "old";
}

/** Ask the gateway, unless it was asked a moment ago. @param {string} customer @returns {Promise<string>} what it objected to */
async function refresh(customer) {
  const { db } = here();
  const story = await keptStory(db, customer);
  if (story && Date.now() - story.at < FRESH_MS) return "";
  try {
    await fetchStory({ db, call, now: Date.now }, customer);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.kind === "refused") return error.message;
  }
  return "";
}

/** @param {{customer: string, atGateway: boolean}} props  atGateway: whether the gateway knows this customer */
export function Dealings({ customer, atGateway }) {
  const found = useSignal(/** @type {Told | null} */ (null));
  const asking = useSignal(true);
  const problem = useSignal("");
  const isAsking = useRef(false);
  const { link } = status.value;
  const look = async () => {
    found.value = await told(customer);
  };
  useSignalEffect(() => {
    revision.value;
    void look();
  });
  const risen = revision.value;
  useEffect(() => {
    if (!atGateway || link !== "online") asking.value = link === "unknown";
    else if (!isAsking.current) void ask();
  }, [customer, atGateway, link, risen]);

  async function ask() {
    isAsking.current = true;
    problem.value = await refresh(customer);
    isAsking.current = false;
    await look();
    asking.value = false;
  }

  if (!found.value) return null;
  const age = ageOf(found.value.story, asking.value, atGateway);
  return html`<${Timeline} told=${found.value} age=${age} problem=${problem.value} /><${Files} customer=${customer} told=${found.value} age=${age} problem="" />`;
}
