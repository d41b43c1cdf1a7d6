// What is on hand: every place at a glance ("stock"), and what happened to one article at one place ("stock/PLACE/gtin/CODE").
import { html } from "../../app/html.js";
import { ArticlePage } from "../goods/article.js";
import { Levels } from "../goods/levels.js";
import { route } from "../router.js";

export function Stock() {
  const [, place = "", scheme = "", item = ""] = route.value.split("/").map(decodeURIComponent);
  if (item) return html`<${ArticlePage} key=${route.value} place=${place} scheme=${scheme} item=${item} />`;
  return html`<${Levels} />`;
}
