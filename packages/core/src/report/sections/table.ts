import { html, type Markup, type Part } from "../markup.js";

/** A table with a caption; it scrolls by itself where the page is too narrow for it. */
export interface TableContent {
  readonly caption: string;
  readonly columns: readonly string[];
  /** One cell per column; the first is the row's heading. */
  readonly rows: readonly (readonly Part[])[];
  /** Holds texts of any length, which may break anywhere, instead of figures. @default false */
  readonly texts?: boolean;
}

/** Makes a table that programs reading it aloud understand. */
export function table({ caption, columns, rows, texts = false }: TableContent): Markup {
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`);
  const lines = rows.map(([first, ...rest]) => {
    const cells = rest.map((cell) => html`<td>${cell}</td>`);
    return html`<tr><th scope="row">${first}</th>${cells}</tr>
`;
  });
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table class="${texts ? "facts" : "plain"}"><caption><span>${caption}</span></caption>
<thead><tr>${heads}</tr></thead>
<tbody>${lines}</tbody></table></div>
`;
}

/** A verdict that is read as a word and seen as a colour. */
export function verdictMark(state: string): Markup {
  const look = ["valid", "suspect", "invalid"].includes(state) ? state : "none";
  return html`<span class="verdict v-${look}">${state === "none" ? "not run" : state}</span>`;
}

/** An item of a record; one that could not be had says why. */
export function item(text: string | undefined, whyNot: string): Markup {
  if (text === undefined || text === "") return html`<span class="missing">${whyNot}</span>`;
  return text.startsWith("unavailable")
    ? html`<span class="missing">${text}</span>`
    : html`${text}`;
}
