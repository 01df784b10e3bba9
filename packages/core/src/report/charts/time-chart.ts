import type { Unit } from "../figures.js";
import { html, type Markup, type Part } from "../markup.js";
import type { Span } from "../timeline.js";
import { type Axis, place, valueAxis } from "./axis.js";
import { axisName, bottomAxis, chart, leftAxis, legend, plotLeft, plotRight } from "./frame.js";

/** One line of a chart over time. */
export interface TimeLine {
  readonly spans: readonly Span[];
  /** Class that gives the line its look. */
  readonly look: string;
  readonly title: string;
}

/** What a chart over time shows. */
export interface TimeChart {
  readonly title: string;
  /** Of the values. */
  readonly name: string;
  readonly unit: Unit;
  readonly lines: readonly TimeLine[];
  /** Lengths of the measuring windows, all of which open at 0, in s. */
  readonly windowsS: readonly number[];
  readonly keys: Parameters<typeof legend>[0];
  readonly note?: Part;
}

const [top, bottom] = [24, 150];

/** A step for each mean, joined where one begins at the end of the other. */
function steps(spans: readonly Span[], x: (s: number) => number, y: (value: number) => number) {
  let end = Number.NaN;
  return spans
    .map(({ fromS, toS, value }) => {
      const lead = fromS === end ? "V" : `M${x(fromS)},`;
      end = toS;
      return `${lead}${y(value)}H${x(toS)}`;
    })
    .join("");
}

function windowBand(windowsS: readonly number[], x: (s: number) => number): Markup {
  const longest = Math.max(...windowsS);
  const [from, to] = [x(0), x(longest)];
  return html`<rect class="window" x="${from}" width="${Math.max(0.5, to - from)}" y="${top}" height="${bottom - top}"/>
<path class="edge" d="M${from},${top}V${bottom}M${to},${top}V${bottom}"/>
`;
}

function lengthText(windowsS: readonly number[]): string {
  const [least, most] = [Math.min(...windowsS).toFixed(2), Math.max(...windowsS).toFixed(2)];
  return least === most ? `${most} s` : `${least} to ${most} s`;
}

/** Means between snapshots over the time since the measuring window opened, which is marked. */
export function timeChart(what: TimeChart): Markup | undefined {
  const spans = what.lines.flatMap((line) => line.spans);
  if (spans.length === 0 || what.windowsS.length === 0) return undefined;
  const times = spans.flatMap(({ fromS, toS }) => [fromS, toS]);
  const timeAxis: Axis = valueAxis([...times, 0, ...what.windowsS], {
    unit: "ratio",
    fromZero: true,
  });
  const axis = valueAxis(
    spans.map(({ value }) => value),
    { unit: what.unit, fromZero: true },
  );
  const [x, y] = [place(timeAxis, plotLeft, plotRight), place(axis, bottom, top)];
  const lines = what.lines.map(
    ({ spans: own, look, title }) =>
      html`<path class="line ${look}" d="${steps(own, x, y)}"><title>${title}</title></path>
`,
  );
  const name = "s since the measuring window opened";
  const drawing = html`${windowBand(what.windowsS, x)}${leftAxis(axis, { top, bottom, name: axisName(axis, what.name) })}
${bottomAxis(timeAxis, { left: plotLeft, top: bottom, bottom, name })}${lines}`;
  const keys = [
    ...what.keys,
    { look: "k-window", text: `measuring window, ${lengthText(what.windowsS)}` },
  ];
  const text = {
    title: what.title,
    description: `${what.lines.length} lines of ${spans.length} means between snapshots, over ${lengthText(what.windowsS)} and what is around it.`,
    caption: html`Each step is the mean between two snapshots, each line one trial. ${what.note}${legend(keys)}`,
  };
  return chart(text, bottom + 36, drawing);
}
