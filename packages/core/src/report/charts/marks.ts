import { formatSi } from "@hoststack/tools";
import type { Unit } from "../figures.js";
import { html, type Markup } from "../markup.js";
import type { TrialFigure } from "../measurements.js";

/** One trial's figure: a full dot when valid, a hollow one when suspect, a cross when invalid. */
export function trialMark(
  { state, value, repetition }: TrialFigure,
  unit: Unit,
  { x, y }: { readonly x: number; readonly y: number },
): Markup {
  const title = `repetition ${repetition}: ${formatSi(value, unit)}, ${state}`;
  if (state === "invalid") {
    const path = `M${x - 3},${y - 3}l6,6m0,-6l-6,6`;
    return html`<path class="cross" d="${path}"><title>${title}</title></path>
`;
  }
  return html`<circle class="${state === "valid" ? "dot" : "hollow"}" cx="${x}" cy="${y}" r="3.2"><title>${title}</title></circle>
`;
}

/** How trials and means look, for captions. */
export const markKeys = [
  { look: "k-dot", text: "valid trial" },
  { look: "k-hollow", text: "suspect" },
  { look: "k-cross", text: "invalid" },
  { look: "k-mean", text: "mean of valid trials with its 95 % interval" },
] as const;
