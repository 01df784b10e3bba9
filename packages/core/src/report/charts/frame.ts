import { html, type Markup, type Part } from "../markup.js";
import { type Axis, place } from "./axis.js";

/** Width of every chart in its own units: those of a phone, so text is never scaled down much. */
const chartWidth = 360;
/** Places of the plot's left and right end. */
export const plotLeft = 46;
export const plotRight = 348;

/** A chart with the words that say what it shows. */
export interface ChartText {
  readonly title: string;
  /** What can be read off it, in words. */
  readonly description: string;
  /** Below the chart: how to read it. */
  readonly caption: Part;
}

/** A figure with one drawing in it. */
export function chart(text: ChartText, height: number, drawing: Part): Markup {
  return html`<figure>
<svg viewBox="0 0 ${chartWidth} ${height}" role="img" aria-label="${text.title}">
<title>${text.title}</title><desc>${text.description}</desc>
${drawing}</svg>
<figcaption><strong>${text.title}.</strong> ${text.caption}</figcaption>
</figure>
`;
}

/** A horizontal axis below a plot, with lines up through it. */
export function bottomAxis(
  axis: Axis,
  {
    left,
    top,
    bottom,
    name,
  }: Readonly<Record<"left" | "top" | "bottom", number> & { name: string }>,
): Markup {
  const at = place(axis, left, plotRight);
  const ticks = axis.ticks.map(
    ({ value, text }) =>
      html`<line class="grid" x1="${at(value)}" x2="${at(value)}" y1="${top}" y2="${bottom}"/>
<text class="tick" text-anchor="middle" x="${at(value)}" y="${bottom + 14}">${text}</text>
`,
  );
  const middle = (left + plotRight) / 2;
  return html`${ticks}<text class="axis" text-anchor="middle" x="${middle}" y="${bottom + 30}">${name}</text>
`;
}

/** A vertical axis left of a plot, with lines through it; its name stands above. */
export function leftAxis(
  axis: Axis,
  { top, bottom, name }: Readonly<Record<"top" | "bottom", number> & { name: string }>,
): Markup {
  const at = place(axis, bottom, top);
  const ticks = axis.ticks.map(
    ({ value, text }) =>
      html`<line class="grid" x1="${plotLeft}" x2="${plotRight}" y1="${at(value)}" y2="${at(value)}"/>
<text class="tick" text-anchor="end" x="${plotLeft - 5}" y="${at(value) + 4}">${text}</text>
`,
  );
  return html`${ticks}<text class="axis" x="2" y="${top - 10}">${name}</text>
`;
}

/** Name of an axis with its unit, and what is better where that is known. */
export function axisName({ suffix }: Axis, name: string, better?: "higher" | "lower"): string {
  const unit = suffix === "" ? "" : ` in ${suffix}`;
  return `${name}${unit}${better === undefined ? "" : `, ${better} is better`}`;
}

/** One mark of a legend. */
export interface Key {
  /** Class that gives the mark its colour. */
  readonly look: string;
  readonly text: string;
}

/** A legend as part of a caption. */
export function legend(keys: readonly Key[]): Markup {
  const items = keys.map(
    ({ look, text }) => html`<span class="key"><i class="${look}"></i>${text}</span> `,
  );
  return html`<span class="legend">${items}</span>`;
}
