import { defineSetup, hoststackError, moduleStep, type Step, softRoceStep } from "@hoststack/core";
import { z } from "zod";

/** Libraries and rules that RDMA needs beside the programs: of a card's provider, and for loading modules at boot. */
const rdmaPackages = ["ibverbs-providers", "rdma-core"];

/** What perftest opens: verbs, and the connection manager. */
const rdmaModules = ["ib_uverbs", "rdma_ucm"];

const options = z.strictObject({
  softRoce: z
    .string()
    .regex(/^[^,=\s]+$|^[^,=\s]+=[^,=\s]+(,[^,=\s]+=[^,=\s]+)*$/, "must be NIC or HOST=NIC,...")
    .optional()
    .describe("data NIC, or HOST=NIC,HOST=NIC: put an RDMA device in software on it"),
});

/** The NIC named for a host; undefined where none is. */
function namedNic(softRoce: string | undefined, host: string): string | undefined {
  if (softRoce === undefined || !softRoce.includes("=")) return softRoce;
  const pairs = softRoce.split(",").map((pair) => pair.split("="));
  return pairs.find(([name]) => name === host)?.[1];
}

function softRoceSteps(nic: string, { host, dataNic }: { host: string; dataNic: string }): Step[] {
  if (nic !== dataNic) {
    const text = `--soft-roce names ${nic} of ${host}, whose data NIC is ${dataNic}`;
    throw hoststackError("OPTIONS_INVALID", text, {
      remedy: `experiments use the data NIC of the testbed's link: --soft-roce ${host}=${dataNic},...`,
      details: { field: "softRoce" },
    });
  }
  const module = moduleStep({ name: "rdma_rxe", lifetime: "kept" });
  return [module, softRoceStep({ nic, lifetime: "kept", after: module.id })];
}

/** Packages and modules of the RDMA experiments; SoftRoCE only where it is asked for by name of the NIC. */
export const rdmaSetup = defineSetup({
  options,
  packages: ({ variants }) =>
    variants.some(({ experiment }) => experiment.needs.includes("rdma")) ? rdmaPackages : [],
  steps({ options: { softRoce }, variants, host, end }) {
    const nic = namedNic(softRoce, host);
    const rdma = variants.some(({ experiment }) => experiment.needs.includes("rdma"));
    const modules = rdma ? rdmaModules.map((name) => moduleStep({ name, lifetime: "kept" })) : [];
    return [
      ...modules,
      ...(nic === undefined ? [] : softRoceSteps(nic, { host, dataNic: end.nic })),
    ];
  },
  brings: { rdma: "--soft-roce NIC" },
});
