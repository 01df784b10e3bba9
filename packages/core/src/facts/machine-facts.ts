import type { Host } from "../host/host.js";
import { machineQuestion, readMachineAnswer } from "./machine-question.js";
import { taintWords } from "./taint.js";
import { unavailable } from "./unavailable.js";

type Answers = ReadonlyMap<string, readonly string[]>;

/** What is read as it is said: the answer's name, and why there may be none. */
const plain: Readonly<Record<string, string>> = {
  kernel: "uname said nothing",
  kernelCommandLine: "the kernel shows no /proc/cmdline",
  bootId: "the kernel shows no boot id",
  cpus: "the kernel lists no processors",
  smt: "the kernel does not tell of hardware threads",
  numaNodes: "the kernel does not tell of memory nodes",
  frequencyDriver: "the kernel does not set this machine's frequencies",
  idleDriver: "the kernel names no driver of idle states",
  firmware: "the machine's firmware does not tell its version",
  transparentHugePages: "the kernel has none",
  clockSource: "the kernel does not name it",
  loadAverage: "the kernel shows no load",
  foreignModules: "the kernel does not tell of modules",
};

const joined = (answers: Answers, name: string): string => (answers.get(name) ?? []).join("; ");

/** A field of the first processor in /proc/cpuinfo. */
function cpuField(answers: Answers, name: string): string | undefined {
  const lines = answers.get("cpuinfo") ?? [];
  const fields = lines.map((line) => line.split(":").map((part) => part.trim()));
  return fields.find(([field]) => field === name)?.[1];
}

/** ARM names the core by numbers alone. */
function cpuModel(answers: Answers): string | undefined {
  const named = cpuField(answers, "model name");
  const [implementer, part] = ["CPU implementer", "CPU part"].map((one) => cpuField(answers, one));
  return named ?? (implementer && part && `implementer ${implementer}, part ${part}`);
}

/** How often each of some lines stands there: `powersave`, or `performance (3), powersave (1)`. */
function counted(lines: readonly string[]): string {
  const different = [...new Set(lines)].sort();
  if (different.length < 2) return different.join("");
  const times = (line: string) => lines.filter((one) => one === line).length;
  return different.map((line) => `${line} (${times(line)})`).join(", ");
}

function turbo(answers: Answers): string | undefined {
  const [off, boost] = [joined(answers, "noTurbo"), joined(answers, "boost")];
  if (off !== "") return off === "0" ? "on" : "off";
  return boost === "" ? undefined : boost === "0" ? "off" : "on";
}

function hypervisor(answers: Answers): string | undefined {
  const flags = cpuField(answers, "flags");
  if (flags === undefined) return undefined;
  return flags.split(" ").includes("hypervisor") ? "yes" : "none";
}

function taint(answers: Answers): string | undefined {
  const tainted = joined(answers, "tainted");
  return tainted === "" ? undefined : taintWords(Number(tainted));
}

const distribution = (answers: Answers): string =>
  joined(answers, "distribution").replace(/^PRETTY_NAME="?([^"]*)"?.*$/, "$1");

/** Facts of an answer; one that cannot be had says `unavailable: reason`. */
export function readMachineFacts(text: string): Record<string, string> {
  const answers = readMachineAnswer(text);
  const product = [joined(answers, "vendor"), joined(answers, "product")].filter(Boolean).join(" ");
  const or = (found: string | undefined, why: string) => found || unavailable(why);
  const said = Object.entries(plain).map(
    ([name, why]) => [name, or(joined(answers, name), why)] as const,
  );
  return {
    ...Object.fromEntries(said),
    distribution: or(distribution(answers), "it has no /etc/os-release with a name"),
    cpuModel: or(cpuModel(answers), "the kernel does not name it"),
    microcode: or(cpuField(answers, "microcode"), "the kernel shows none for this processor"),
    governor: or(
      counted(answers.get("governor") ?? []),
      "the kernel does not set this machine's frequencies",
    ),
    turbo: or(turbo(answers), "the kernel has no switch for it here"),
    mitigations: or(joined(answers, "mitigations"), "the kernel does not tell of them"),
    hypervisor: or(hypervisor(answers), "this processor has no flag for it"),
    product: or(product, "the machine's firmware does not tell it"),
    memoryKib: or(joined(answers, "memory"), "the kernel does not tell it"),
    taint: or(taint(answers), "the kernel does not tell it"),
  };
}

/** Facts of a machine for the record, of one round trip. Throws as `Host.run` does. */
export async function machineFacts(
  host: Host,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { stdout } = await host.run(
    { argv: ["sh", "-c", machineQuestion] },
    // the last of its answers may be the one that is not there
    { signal, reject: false },
  );
  return readMachineFacts(stdout);
}
