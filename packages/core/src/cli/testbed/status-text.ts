import { join } from "node:path";
import { quoteArgv } from "../../command/quote.js";
import { sshConfigFile } from "../../testbed/kept/guest-files.js";
import type { Ledger, OpenLedger } from "../../testbed/kept/ledger.js";
import type { KeptTestbed, UnreadableTestbed } from "../../testbed/kept/list.js";
import { pidOf } from "../../testbed/kept/liveness.js";
import { durationText } from "../live-line.js";

type End = OpenLedger["links"][number]["ends"][number];

const endText = ({ host, nic, addresses }: End) => `${host} ${nic} ${addresses.join(" ")}`;

/** Release of the kernel the hosts run. */
const kernelOf = (ledger: OpenLedger): string | undefined =>
  ledger.provenance["guestKernel"] ?? ledger.provenance["kernel"];

function stateText({ state, ledger }: KeptTestbed, nowMs: number): string {
  const sinceMs =
    nowMs - Date.parse(ledger.state === "opening" ? ledger.createdAt : ledger.openedAt);
  if (state === "open") return `up for ${durationText(sinceMs)}`;
  if (state === "opening") return `coming up for ${durationText(sinceMs)}`;
  if (state === "elsewhere") return `on ${ledger.machine}, or in another container`;
  if (state === "lost" && ledger.state === "lost") return `dead: ${ledger.why.split("\n")[0]}`;
  return "dead: the process that held it has ended";
}

/** How a host is reached with programs of the computer itself. */
function wayIn({ directory }: KeptTestbed, ledger: Ledger, name: string): string {
  return ledger.kind === "vm" ? quoteArgv(["ssh", "-F", join(directory, sshConfigFile), name]) : "";
}

function openLines(kept: KeptTestbed, ledger: OpenLedger): string[] {
  const hosts = ledger.hosts.map(({ name, process }) => {
    const way = wayIn(kept, ledger, name);
    return `  host    ${name}  pid ${pidOf(process)}${way === "" ? "" : `  ${way}`}`;
  });
  const links = ledger.links.map(
    ({ name, mtuBytes, ends }) =>
      `  link    ${name}  ${ends.map(endText).join(" - ")}  MTU ${mtuBytes}`,
  );
  return [
    ...hosts,
    ...links,
    `  kernel  ${kernelOf(ledger) ?? "unknown"}`,
    `  holder  pid ${pidOf(ledger.holder)}`,
  ];
}

/** What `testbed status` prints of one testbed. */
export function statusLines(kept: KeptTestbed, system: string, nowMs: number): string[] {
  const { name, directory, ledger, state } = kept;
  const title = `${name}  ${ledger.kind}  ${ledger.system}  ${stateText(kept, nowMs)}`;
  if (state === "open" && ledger.state === "open") return [title, ...openLines(kept, ledger)];
  if (state === "opening" || state === "elsewhere") return [title];
  return [
    title,
    `  left    ${directory}; none of its hosts runs any more`,
    `  remove  ${system} testbed down --name ${name}`,
  ];
}

/** What it prints of one whose ledger cannot be read. */
export function unreadableLines({ name, error }: UnreadableTestbed): string[] {
  return [`${name}  unreadable`, `  why     ${error.message}`, `  remedy  ${error.remedy}`];
}

/** The same as data. */
export function unreadableRecord({ name, directory, error }: UnreadableTestbed) {
  return { name, state: "unreadable", directory, why: error.message };
}

/** The same as data; process ids are there only while the processes are. */
export function statusRecord(kept: KeptTestbed, nowMs: number) {
  const { name, directory, state, ledger } = kept;
  const about = { name, kind: ledger.kind, system: ledger.system, state, directory };
  const made = { machine: ledger.machine, createdAt: ledger.createdAt };
  if (ledger.state === "opening") return { ...about, ...made };
  const up = state === "open";
  return {
    ...about,
    ...made,
    ...(up ? { upS: (nowMs - Date.parse(ledger.openedAt)) / 1000 } : {}),
    ...(up ? { holderPid: pidOf(ledger.holder) } : {}),
    ...(ledger.state === "lost" ? { why: ledger.why } : {}),
    kernel: kernelOf(ledger),
    evidence: ledger.evidence,
    hosts: ledger.hosts.map(({ name: host, process, sshPort, console }) => ({
      name: host,
      ...(up ? { pid: pidOf(process), sshPort, console } : {}),
      ...(up && ledger.kind === "vm"
        ? { ssh: ["ssh", "-F", join(directory, sshConfigFile), host] }
        : {}),
    })),
    links: ledger.links,
  };
}
