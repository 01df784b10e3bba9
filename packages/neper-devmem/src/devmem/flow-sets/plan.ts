import { isIPv4 } from "node:net";
import { hoststackError } from "@hoststack/core";
import type { FlowEnd, FlowSet } from "./flow-set.js";
import { type FlowSetInput, type FlowSetOptions, flowSetOptions } from "./options.js";

/** Two NICs that are wired together. */
export interface NicPair {
  readonly server: FlowEnd;
  readonly client: FlowEnd;
}

const invalid = (text: string, details: Readonly<Record<string, unknown>> = {}) =>
  hoststackError("OPTIONS_INVALID", `flow sets: ${text}`, { details });

/** Addresses tcpd reads from a flag: other PCI domains do not match its pattern. */
const pciPattern = /^0000:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** What device memory needs to know of an end. */
function checkDevmemEnd({ nic, address, nicPciAddress, gpu }: FlowEnd, mode: string): void {
  if (!isIPv4(address)) {
    throw invalid(`${nic} has ${address}, but its steering rules are made for IPv4`, { nic });
  }
  if (nicPciAddress === undefined) {
    throw invalid(`${nic} is no PCI device, so no device memory can be bound to it`, { nic });
  }
  if (mode === "cuda" && gpu === undefined) throw invalid(`${nic} has no GPU beside it`, { nic });
  const wrong = [nicPciAddress, mode === "cuda" ? gpu?.pciAddress : undefined].find(
    (one) => one !== undefined && !pciPattern.test(one),
  );
  if (wrong !== undefined) {
    const text = `${wrong} of ${nic} is not in PCI domain 0000, the only one tcp_stream reads`;
    throw invalid(text, { nic });
  }
}

function checkPorts(options: FlowSetOptions, count: number): void {
  const { flows, port, sourcePort, controlPort } = options;
  const lastControl = controlPort + count - 1;
  for (const [field, first] of Object.entries({ port, sourcePort })) {
    const last = first + count * flows - 1;
    if (last > 65_535) {
      throw invalid(`"${field}": ${count} sets of ${flows} flows would end at ${last}`, { field });
    }
    if (first <= lastControl && controlPort <= last) {
      const text = `${first} to ${last} meet the control ports ${controlPort} to ${lastControl}`;
      throw invalid(`"${field}": ${text}`, { field });
    }
  }
  if (lastControl > 65_535) {
    throw invalid(`"controlPort": ${count} sets would end at ${lastControl}`, {
      field: "controlPort",
    });
  }
}

function checkApart(pairs: readonly NicPair[], role: keyof NicPair): void {
  const names = pairs.map((pair) => pair[role].nic);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`${twice} of the ${role} is named twice`, { nic: twice });
}

/**
 * Gives each pair of NICs a flow set: data and source ports move on by the number of flows, control ports by one. Pure.
 * Throws OPTIONS_INVALID naming the option or the NIC, also where ports would meet.
 */
export function planFlowSets(input: FlowSetInput, pairs: readonly NicPair[]): readonly FlowSet[] {
  const options = flowSetOptions(input);
  if (pairs.length === 0) throw invalid("no pair of NICs is named");
  for (const role of ["server", "client"] as const) checkApart(pairs, role);
  checkPorts(options, pairs.length);
  const { mode, flows, port, sourcePort, controlPort } = options;
  return pairs.map((pair, index) => {
    if (mode !== "default") {
      for (const end of [pair.server, pair.client]) checkDevmemEnd(end, mode);
    }
    return {
      ...{ options, server: pair.server, client: pair.client },
      port: port + index * flows,
      sourcePort: sourcePort + index * flows,
      controlPort: controlPort + index,
    };
  });
}
