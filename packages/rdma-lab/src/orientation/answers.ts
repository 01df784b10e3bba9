import { formatSi } from "@hoststack/tools";
import type { CpuOrientation, HostOrientation, NicOrientation } from "./orientation.js";

/** A question of the lab sheet with what a host answers. */
export interface Answer {
  /** As the sheet counts them; exercise 1 without a number is its text. */
  readonly question: "exercise 1" | "1.1" | "1.2";
  readonly asks: string;
  readonly host: string;
  readonly answer: string;
}

const counted = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;

function cardText({ name, state, rdma }: NicOrientation): string {
  const device = rdma === undefined ? "" : `, ${rdma.device} ${rdma.state}`;
  return `${name} (${state}${device})`;
}

function pciText({ pci, numaNode }: NicOrientation): string {
  const lanes = pci?.lanes === undefined ? "" : ` x${pci.lanes} of x${pci.maxLanes ?? pci.lanes}`;
  const rate = pci?.laneSpeed === undefined ? "" : ` at ${pci.laneSpeed}`;
  const place = pci === undefined ? [] : [`PCI ${pci.address}${lanes}${rate}`];
  return [...place, ...(numaNode === undefined ? [] : [`NUMA node ${numaNode}`])].join(", ");
}

function speedText(nic: NicOrientation | undefined): string {
  if (nic === undefined) return "the interface of the link is not there";
  const speed =
    nic.speedBitsPerS === undefined
      ? "unknown to its driver"
      : formatSi(nic.speedBitsPerS, "bit/s");
  const place = pciText(nic);
  return `${nic.name}: ${speed}${place === "" ? "" : ` (${place})`}`;
}

function cpuText(cpus: CpuOrientation): string {
  const memory =
    cpus.memory === "UMA" ? "memory in one piece (UMA)" : `${cpus.nodes.length} NUMA nodes`;
  return [
    counted(cpus.sockets, "processor"),
    counted(cpus.physicalCores, "core"),
    counted(cpus.hardwareThreads, "hardware thread"),
    memory,
  ].join(", ");
}

/** Answers the questions of exercise 1 for a host. */
export function answersOf({ host, dataNic, nics, cpus }: HostOrientation): Answer[] {
  const capable = nics.filter(({ rdma }) => rdma !== undefined);
  const one = (question: Answer["question"], asks: string, answer: string): Answer => {
    return { question, asks, host, answer };
  };
  return [
    one(
      "exercise 1",
      "which interfaces can do RDMA, and which of them is connected?",
      capable.length === 0 ? "none" : capable.map(cardText).join(", "),
    ),
    one("1.1", "how fast is the card?", speedText(nics.find(({ name }) => name === dataNic))),
    one("1.2", "how many processors, cores and threads, and is memory NUMA?", cpuText(cpus)),
  ];
}
