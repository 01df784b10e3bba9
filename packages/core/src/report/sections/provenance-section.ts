import type { RunRecord } from "../../result/record.js";
import { parsersOf } from "../conditions.js";
import { html, type Markup } from "../markup.js";
import type { ReportedRun } from "../measurements.js";
import { item, table } from "./table.js";

const milli = (seconds: number): string => `${(seconds * 1000).toFixed(2)} ms`;
const partsPerMillion = (share: number): string => `${(share * 1e6).toFixed(0)} ppm`;

/** How a campaign was ordered and resumed, where the record is of one. */
function campaignItems({ campaign, sessions = [], notRun = [] }: RunRecord): string[][] {
  const seed = campaign?.seed;
  const order =
    seed === undefined ? "as listed" : `shuffled within each repetition by seed ${seed}`;
  const from = campaign?.file === undefined ? "" : `, from ${campaign.file}`;
  const resumed = sessions.slice(1).map(({ startedAt, firstTrial, differs }) => {
    const changes = differs.length === 0 ? "nothing differed" : differs.join("; ");
    return ["resumed", `${startedAt}, from trial ${firstTrial + 1} on: ${changes}`];
  });
  const missing = notRun.map(({ variant, repetition }) => `${variant}, repetition ${repetition}`);
  return [
    ...(campaign === undefined ? [] : [["campaign", `${campaign.name}${from}; order ${order}`]]),
    ...resumed,
    ...(missing.length === 0 ? [] : [["not run", missing.join("; ")]]),
  ];
}

function runItems({ record }: ReportedRun): Markup {
  const { testbed, system, error } = record;
  const links = testbed.links.map(({ name, mtuBytes, ends }) => {
    const sides = ends.map(({ host, nic, addresses }) => `${host} ${nic} ${addresses.join(" ")}`);
    return `${name}: ${sides.join(", ")}, MTU ${mtuBytes} bytes`;
  });
  const rows = [
    ["run", record.id],
    [
      "state",
      error === undefined ? record.state : `${record.state}: ${error.message} [${error.code}]`,
    ],
    ["started", record.startedAt],
    ["ended", item(record.endedAt, "not in the record: the run had not ended, or was killed")],
    ...campaignItems(record),
    ["system", `${system.name} ${system.version}`],
    ["core", record.coreVersion],
    ["version of the record", String(record.recordVersion)],
    ["testbed", testbed.kind],
    [
      "evidence",
      `seen on ${{ hardware: "hardware", guest: "guests", namespace: "network namespaces" }[testbed.evidence]}`,
    ],
    ["hosts", testbed.hosts.map(({ name, machine }) => `${name} on ${machine}`).join(", ")],
    ["links", item(links.join("; "), "the record names none")],
    ["capabilities", item(testbed.capabilities.join(", "), "none found")],
    ...Object.entries(testbed.provenance).map(([name, value]) => [
      `testbed: ${name}`,
      item(value, "unavailable: the record holds nothing"),
    ]),
    ...testbed.notices.map((notice) => ["notice", notice]),
  ];
  return table({
    caption: "The run and its testbed",
    columns: ["item", "value"],
    rows,
    texts: true,
  });
}

/** Facts of machines or hosts beside each other. */
function factTable(
  caption: string,
  ofAll: readonly { readonly name: string; readonly facts: Readonly<Record<string, string>> }[],
): Markup {
  const names = [...new Set(ofAll.flatMap(({ facts }) => Object.keys(facts)))];
  const rows = names.map((name) => [
    name,
    ...ofAll.map(({ facts }) => item(facts[name], "unavailable: it was not asked for")),
  ]);
  return rows.length === 0
    ? html`<p class="missing">The record holds no facts of the ${caption.toLowerCase()}.</p>`
    : table({ caption, columns: ["fact", ...ofAll.map(({ name }) => name)], rows, texts: true });
}

function factTables({ record: { machines, hosts = [], controller = {} } }: ReportedRun): Markup {
  const ofMachines = machines.map(({ machine, facts }) => ({ name: machine, facts }));
  const ofHosts = hosts.map(({ host, facts }) => ({ name: host, facts }));
  return html`${factTable("Machines", ofMachines)}${factTable("Hosts, their cards and tools", ofHosts)}${factTable("Controller", [{ name: "value", facts: controller }])}`;
}

/** The worst reading of each host's clock over all trials. */
function clockTable({ record: { trials } }: ReportedRun): Markup {
  const readings = trials.flatMap(({ clocks }) => clocks);
  const hosts = [...new Set(readings.map(({ host }) => host))];
  const rows = hosts.map((host) => {
    const own = readings.filter((reading) => reading.host === host);
    const most = (of: (reading: (typeof own)[number]) => number) =>
      own.reduce((largest, reading) => Math.max(largest, Math.abs(of(reading))), 0);
    return [
      host,
      String(own.length),
      milli(most(({ offsetErrorS }) => offsetErrorS)),
      partsPerMillion(most(({ rateError }) => rateError)),
      partsPerMillion(most(({ rateErrorBound }) => rateErrorBound)),
    ];
  });
  const columns = ["host", "trials", "offset known to", "rate off by", "rate known to"];
  return rows.length === 0
    ? html`<p class="missing">No clock was compared with the controller's.</p>`
    : table({ caption: "Clocks against the controller's, the worst of all trials", columns, rows });
}

function parserLine({ record: { trials } }: ReportedRun): Markup {
  const text = parsersOf(trials).join(", ");
  return html`<p>Parsers and their versions: ${item(text, "the record names none")}.</p>
`;
}

/** Where the figures come from: run, testbed, machines, clocks. What is missing says why. */
export function provenanceSection(runs: readonly ReportedRun[]): Markup {
  const parts = runs.map(
    (run) => html`${runs.length > 1 ? html`<h3>${run.name}</h3>` : undefined}
${runItems(run)}${factTables(run)}${clockTable(run)}${parserLine(run)}`,
  );
  return html`<section id="provenance"><h2>Provenance</h2>
${parts}</section>
`;
}
