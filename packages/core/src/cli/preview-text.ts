import type { PlannedProcess, Preview, VariantPreview } from "../campaign/preview.js";
import { quoteArgv } from "../command/quote.js";
import { durationText } from "./live-line.js";
import { hang } from "./wrap.js";

/** Variants whose commands are shown before a run; a dry run shows all. */
const shownBeforeRun = 2;

function countText({ trials, recorded, variants, repetitions, seed }: Preview): string {
  const many = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;
  const whole = recorded === 0 ? "" : `, ${recorded} more are recorded already`;
  const order = seed === undefined ? "" : `, in an order drawn with seed ${seed}`;
  const product = `${many(variants.length, "variant")}, up to ${many(repetitions, "repetition")} each`;
  return `${many(trials, "trial")} (${product}${whole})${order}`;
}

/** How long it takes, and what that is guessed from. */
function timeText({ estimateS, overhead }: Preview): string {
  const { seconds, measuredTrials } = overhead;
  const basis =
    measuredTrials === 0
      ? `test times and an assumed ${seconds} s around each`
      : `what ${measuredTrials} recorded trials took`;
  return `about ${durationText(estimateS * 1000)}, an estimate from ${basis}; opening the testbed comes on top`;
}

/** A script in an argument would fill the screen; the transcript of a run has it. */
const shortened = (argument: string): string => {
  const lines = argument.trim().split("\n").length;
  return lines === 1 ? quoteArgv([argument]) : `(script of ${lines} lines)`;
};

const processLine = ({ host, argv, cpus }: PlannedProcess, columns: number): string[] =>
  hang(
    `    ${host} (${cpus === null ? "any CPU" : `CPUs ${cpus}`}): `,
    argv.map(shortened).join(" "),
    columns,
  );

function variantLines(variant: VariantPreview, columns: number): string[] {
  const { title, trials, trialS, processes } = variant;
  const head = `${trials} x ${title}, about ${durationText(trialS * 1000)} each`;
  const commands =
    "unknown" in processes
      ? hang("    ", `commands are not known yet: ${processes.unknown}`, columns)
      : processes.flatMap((process) => processLine(process, columns));
  return [...hang("  ", head, columns), ...commands];
}

/** What a run is going to do, for a person; `whole` shows the commands of every variant. */
export function previewLines(preview: Preview, columns: number, whole: boolean): string[] {
  const shown = whole ? preview.variants : preview.variants.slice(0, shownBeforeRun);
  const hidden = preview.variants.length - shown.length;
  return [
    ...hang("", `${countText(preview)}: ${timeText(preview)}`, columns),
    ...shown.flatMap((variant) => variantLines(variant, columns)),
    ...(hidden > 0 ? [`  and ${hidden} more; --dry-run shows all`] : []),
  ];
}
