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

/** How trials and means look, for captions; of trials only what there is. */
export function markKeys(figures: readonly TrialFigure[]): { look: string; text: string }[] {
  const keys = [
    { state: "valid", look: "k-dot", text: "valid trial" },
    { state: "suspect", look: "k-hollow", text: "suspect trial" },
    { state: "invalid", look: "k-cross", text: "invalid trial" },
  ];
  const seen = keys.filter((key) => figures.some(({ state }) => state === key.state));
  return [...seen, { look: "k-mean", text: "mean of valid trials, 95 % interval" }];
}
