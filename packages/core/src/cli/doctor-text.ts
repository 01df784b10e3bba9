import type { Examination, Finding } from "../doctor/finding.js";
import { evidenceWords } from "../experiment/evidence.js";
import type { KeptTestbed } from "../testbed/kept/list.js";
import type { Channel, Style } from "./terminal.js";
import { hang } from "./wrap.js";

const looks: Readonly<Record<Finding["state"], Style>> = {
  met: "green",
  unmet: "red",
  warning: "yellow",
};

/** Columns of a state and the spaces around it. */
const stateColumns = 11;
const indent = " ".repeat(stateColumns);

/** What was found, beside what was asked; a path that is too long for that has lines of its own. */
function foundLines(lead: string, found: string, columns: number): string[] {
  const room = columns - lead.length;
  if (found.split(" ").every(({ length }) => length <= room)) return hang(lead, found, columns);
  return [lead.trimEnd(), ...hang(indent, found, columns)];
}

function findingLines(finding: Finding, whatColumns: number, out: Channel): string[] {
  const { state, what, found, wanted, why, remedy } = finding;
  const lead = `  ${state.padEnd(stateColumns - 2)}${what.padEnd(whatColumns)}`;
  const details = state === "met" ? {} : { wanted, why };
  const fix = remedy === undefined ? {} : { fix: remedy };
  const [first = "", ...rest] = foundLines(lead, found, out.columns);
  const coloured = first.replace(state, out.style(looks[state], state));
  return [
    coloured,
    ...rest,
    ...Object.entries({ ...details, ...fix }).flatMap(([word, text]) =>
      hang(`${indent}${word}: `, text, out.columns),
    ),
  ];
}

function hostLines(host: string, findings: readonly Finding[], out: Channel): string[] {
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  return [out.style("bold", host), ...findings.flatMap((one) => findingLines(one, width, out)), ""];
}

function evidenceLines({ experiments }: Examination, out: Channel): string[] {
  const width = Math.max(0, ...experiments.map(({ name }) => name.length)) + 4;
  return [
    out.style("bold", "evidence"),
    ...experiments.flatMap(({ name, evidence }) => {
      const text = evidence.map(({ feature, level }) => `${feature}: ${evidenceWords[level]}`);
      return hang(`  ${name}`.padEnd(width), text.join("; "), out.columns);
    }),
  ];
}

/** An examination for a person: host by host, then how far the experiments have been seen to work. */
export function examinationLines(examination: Examination, out: Channel): string[] {
  const hosts = [...new Set(examination.findings.map(({ host }) => host))];
  return [
    ...hosts.flatMap((host) =>
      hostLines(
        host,
        examination.findings.filter((finding) => finding.host === host),
        out,
      ),
    ),
    ...evidenceLines(examination, out),
  ];
}

/** Testbeds that outlive their command, and how a run is told to use one; nothing where there are none. */
export function keptLines(kept: readonly KeptTestbed[], out: Channel): string[] {
  if (kept.length === 0) return [];
  const width = Math.max(...kept.map(({ name }) => name.length)) + 4;
  return [
    "",
    out.style("bold", "kept testbeds"),
    ...kept.flatMap(({ name, state, ledger }) => {
      const use = state === "open" ? `--testbed kept:${name}` : "cannot be used";
      return hang(`  ${name}`.padEnd(width), `${ledger.kind}, ${state}: ${use}`, out.columns);
    }),
  ];
}

const counted = (count: number, one: string, many: string): string =>
  count === 1 ? `1 ${one}` : `${count} ${many}`;

/** The outcome in one line. */
export function outcomeLine({ findings }: Examination): string {
  const unmet = findings.filter(({ state }) => state === "unmet").length;
  const warnings = findings.filter(({ state }) => state === "warning").length;
  const asked = counted(findings.length, "requirement", "requirements");
  const verdict = unmet === 0 ? "all met" : `${unmet} not met`;
  return `${asked}, ${verdict}${warnings === 0 ? "" : `, ${counted(warnings, "warning", "warnings")}`}`;
}
