import type { FlowEnd, FlowSet } from "./flow-set.js";

/** Runs of CPUs, each with both its ends: `2-2,6-7`. */
function cpuRuns(cpus: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const cpu of cpus) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === cpu - 1) last[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map((run) => run.join("-")).join(",");
}

/** Flags that say whose memory is used. */
function memoryFlags({ options: { mode, physLenBytes, validate } }: FlowSet, end: FlowEnd) {
  const { nicPciAddress, gpu } = end;
  return [
    ...["--tcpd-phys-len", String(physLenBytes)],
    ...(mode === "default" || nicPciAddress === undefined
      ? []
      : ["--tcpd-nic-pci-addr", nicPciAddress]),
    ...(mode !== "cuda" || gpu === undefined ? [] : ["--tcpd-gpu-pci-addr", gpu.pciAddress]),
    ...(validate ? ["--tcpd-validate"] : []),
  ];
}

function roleFlags({ options, server, client }: FlowSet, role: "client" | "server") {
  if (role === "client") return ["-c", "-H", server.address];
  return [
    ...["--tcpd-link-name", server.nic],
    ...["--tcpd-src-ip", client.address],
    ...["--tcpd-dst-ip", server.address],
    ...["--queue-start", String(options.queueStart)],
    ...["--queue-num", String(options.queueCount)],
    ...(options.rxCopy ? ["--tcpd-rx-cpy"] : []),
  ];
}

/** The command of one end, in the order upstream's script gives its flags. */
export function tcpStreamArgv(
  set: FlowSet,
  role: "client" | "server",
  program = "./tcp_stream",
): readonly [string, ...string[]] {
  const { options } = set;
  const end = set[role];
  return [
    ...(["taskset", "--cpu-list", cpuRuns(end.cpus), program] as const),
    ...["-T", String(options.threads), "-F", String(options.flows)],
    ...["--port", String(set.port), "--source-port", String(set.sourcePort)],
    ...["--control-port", String(set.controlPort)],
    ...["--buffer-size", String(options.bufferSizeBytes), "-l", String(options.lengthS)],
    ...["--num-ports", String(options.flows)],
    ...memoryFlags(set, end),
    ...roleFlags(set, role),
  ];
}

/** Variables of one end: the one GPU it may see. */
export function tcpStreamEnvironment(
  set: FlowSet,
  role: "client" | "server",
): Readonly<Record<string, string>> {
  const { gpu } = set[role];
  return gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: String(gpu.index) };
}
