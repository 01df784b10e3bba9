import type { Markup } from "../markup.js";
import type { Measurement } from "../measurements.js";
import type { Timeline } from "../timeline.js";
import { type TimeLine, timeChart } from "./time-chart.js";

const stateOf = ({ trials }: Measurement, { repetition }: Timeline) =>
  trials.find((trial) => trial.repetition === repetition)?.verdict.state;

/** Lengths of the measuring windows of the trials with a timeline. */
function windowsOf({ trials }: Measurement, timelines: readonly Timeline[]): number[] {
  const shown = new Set(timelines.map(({ repetition }) => repetition));
  return trials.flatMap(({ repetition, window }) =>
    shown.has(repetition) && "durationS" in window ? [window.durationS] : [],
  );
}

/** What each machine's CPUs and each host's link did over time, all trials of a measurement in one chart. */
export function timeCharts(measurement: Measurement): Markup[] {
  const { record, timelines = [] } = measurement.run;
  const own = timelines.filter(({ variant }) => variant === measurement.variant.id);
  const hosts = record.testbed.hosts.map(({ name }) => name);
  const lines = (host: string, spansOf: (one: Timeline) => TimeLine["spans"], look: string) =>
    own
      .filter((one) => one.host === host)
      .map((one) => {
        const state = stateOf(measurement, one);
        const weak = state === "valid" ? "" : " weak";
        const title = `repetition ${one.repetition}, ${state}`;
        return { spans: spansOf(one), look: `${look}${weak}`, title };
      });
  const windowsS = windowsOf(measurement, own);
  const machines = new Set(record.testbed.hosts.map(({ machine }) => machine));
  const cpu = [...machines].map((machine) => {
    const together = record.testbed.hosts.filter((one) => one.machine === machine);
    // each host of a machine saw the same CPUs
    const seen = together.find(({ name }) => own.some((one) => one.host === name));
    return timeChart({
      ...{ title: `CPUs busy over time, ${together.map(({ name }) => name).join(" + ")}` },
      ...{ name: "busy CPUs", unit: "ratio", windowsS },
      lines: lines(seen?.name ?? "", (one) => one.busyCpus, "s1"),
      keys: [{ look: "k-s1", text: "busy CPUs" }],
    });
  });
  const ends = record.testbed.links.flatMap((link) => link.ends);
  const nics = ends
    .filter(({ host }) => hosts.includes(host))
    .map(({ host, nic }) =>
      timeChart({
        ...{ title: `Rate of ${nic} over time, ${host}` },
        ...{ name: "rate", unit: "bit/s", windowsS },
        lines: [
          ...lines(host, (one) => one.nics[nic]?.transmit ?? [], "s1 under"),
          ...lines(host, (one) => one.nics[nic]?.receive ?? [], "s2"),
        ],
        keys: [
          { look: "k-s1", text: "sent" },
          { look: "k-s2", text: "received" },
        ],
        note: "Bytes as the interface counts them, headers included. ",
      }),
    );
  return [...cpu, ...nics].filter((one) => one !== undefined);
}
