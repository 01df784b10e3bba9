import { hoststackError } from "@hoststack/core";
import type { FlowEnd } from "./flow-set.js";

/** NICs and GPUs of a machine whose wiring is known beforehand. */
export interface MachineProfile {
  readonly name: string;
  /** In the order flow sets get their CPUs. */
  readonly nics: readonly {
    readonly nic: string;
    readonly pciAddress: string;
    readonly gpuPciAddress: string;
    readonly gpuIndex: number;
  }[];
  /** First CPU of the flow sets by their position: the socket of their NICs, without the CPUs that are left free. */
  readonly firstCpus: readonly number[];
  readonly cpus: number;
}

/** A virtual machine of type a3-highgpu-8g: two sockets of 52 cores, four NICs, each beside two of eight GPUs. */
export const a3High: MachineProfile = {
  name: "a3-high",
  nics: [
    { nic: "eth1", pciAddress: "0000:06:00.0", gpuPciAddress: "0000:04:00.0", gpuIndex: 0 },
    { nic: "eth2", pciAddress: "0000:0c:00.0", gpuPciAddress: "0000:0a:00.0", gpuIndex: 2 },
    { nic: "eth3", pciAddress: "0000:86:00.0", gpuPciAddress: "0000:84:00.0", gpuIndex: 4 },
    { nic: "eth4", pciAddress: "0000:8c:00.0", gpuPciAddress: "0000:8a:00.0", gpuIndex: 6 },
  ],
  firstCpus: [2, 2, 54, 54],
  cpus: 208,
};

/** A NIC of a profile with its address. */
export interface ProfileNic {
  readonly nic: string;
  readonly address: string;
}

/**
 * Ends of flow sets on a machine of a profile, each with as many CPUs as it has threads. Throws OPTIONS_INVALID for a NIC
 * the profile does not have, and CAPABILITY_MISSING where CPUs do not suffice.
 */
export function profileEnds(
  profile: MachineProfile,
  nics: readonly ProfileNic[],
  threads: number,
): readonly FlowEnd[] {
  return nics.map(({ nic, address }, index) => {
    const known = profile.nics.find((one) => one.nic === nic);
    if (known === undefined) {
      const names = profile.nics.map((one) => one.nic).join(", ");
      throw hoststackError("OPTIONS_INVALID", `${profile.name} has no NIC ${nic}`, {
        remedy: `its NICs are ${names}; on other machines they are discovered`,
        details: { field: "nics" },
      });
    }
    const first = (profile.firstCpus[index] ?? 0) + index * threads;
    if (first + threads > profile.cpus) {
      const text = `${profile.name} has ${profile.cpus} CPUs, too few for ${threads} threads on ${nic}`;
      throw hoststackError("CAPABILITY_MISSING", text, { remedy: "ask for fewer flows" });
    }
    return {
      ...{ nic, address, nicPciAddress: known.pciAddress },
      cpus: Array.from({ length: threads }, (_, at) => first + at),
      gpu: { pciAddress: known.gpuPciAddress, index: known.gpuIndex },
    };
  });
}
