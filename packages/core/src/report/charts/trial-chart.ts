import { html, type Markup } from "../markup.js";
import { place, valueAxis } from "./axis.js";
import { axisName, chart, leftAxis, legend, plotLeft, plotRight } from "./frame.js";
import { meanText, type Row } from "./interval-chart.js";
import { markKeys, trialMark } from "./marks.js";

const [top, bottom] = [24, 150];
/** Above this many trials only some of their numbers fit below the axis. */
const mostNumbers = 12;

/** The figure of each trial in the order of repetitions, with the mean and its interval as a band. */
export function trialChart({ measurement, figures }: Row): Markup {
  const { metric, unit, better, interval, statistics } = figures;
  const ends = interval === undefined ? [] : [interval.low, interval.high];
  const axis = valueAxis([...figures.figures.map(({ value }) => value), ...ends], {
    unit,
    fromZero: false,
  });
  const y = place(axis, bottom, top);
  const last = Math.max(1, ...figures.figures.map(({ repetition }) => repetition));
  const step = (plotRight - plotLeft) / last;
  const x = (repetition: number) => Math.round((plotLeft + (repetition - 0.5) * step) * 10) / 10;
  const every = Math.ceil(last / mostNumbers);
  const numbers = Array.from({ length: Math.ceil(last / every) }, (_, index) => index * every + 1);
  const marks = figures.figures.map((one) =>
    trialMark(one, unit, { x: x(one.repetition), y: y(one.value) }),
  );
  const band =
    interval &&
    html`<rect class="band" x="${plotLeft}" width="${plotRight - plotLeft}" y="${y(interval.high)}" height="${Math.max(0.5, y(interval.low) - y(interval.high))}"/>
`;
  const mean =
    statistics.mean === undefined
      ? undefined
      : html`<path class="mean" d="M${plotLeft},${y(statistics.mean)}H${plotRight}"/>
`;
  const below = numbers.map(
    (
      one,
    ) => html`<text class="tick" text-anchor="middle" x="${x(one)}" y="${bottom + 14}">${one}</text>
`,
  );
  const name = axisName(axis, metric, better);
  const drawing = html`${band}${leftAxis(axis, { top, bottom, name })}${mean}${marks}${below}
<text class="axis" text-anchor="middle" x="${(plotLeft + plotRight) / 2}" y="${bottom + 30}">repetition</text>
`;
  const zero = axis.low > 0 ? "The axis does not begin at 0. " : "";
  const text = {
    title: `${metric} of every trial`,
    description: `${measurement.label}: ${meanText(figures)}.`,
    caption: html`${zero}${legend(markKeys(figures.figures))}`,
  };
  return chart(text, bottom + 36, drawing);
}
