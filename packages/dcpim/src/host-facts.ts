import { builtFact, builtModulesFact, type Facts } from "@hoststack/core";
import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { kernelFact } from "./kernel-fact.js";
import { moduleName } from "./module/build.js";
import { knobFacts } from "./module/host-knobs.js";
import { redirectLibrary, testPrograms } from "./programs.js";

const mtusScript = `
for nic in /sys/class/net/*; do
  read -r mtu <"$nic/mtu" && printf '%s %s\\n' "\${nic##*/}" "$mtu"
done
`;

/** MTU by NIC, in bytes. */
const mtusParser = defineParser<Record<string, number>>({
  name: "nic-mtus",
  version: 1,
  schema: z.record(z.string(), z.int().positive()),
  reader: () => {
    const mtus: Record<string, number> = {};
    return {
      line(text) {
        const [nic, mtu, ...rest] = text.split(" ");
        if (nic === undefined || mtu === undefined || rest.length > 0) return;
        mtus[nic] = Number(mtu);
      },
      end: () => mtus,
    };
  },
});

/** What experiments ask of each host: its CPUs and cards, and where what was built for it lies. */
export const hostFacts = {
  ...knobFacts,
  mtusBytes: { name: "nic-mtus", argv: ["sh", "-c", mtusScript], parser: mtusParser },
  programs: builtFact(testPrograms),
  library: builtFact(redirectLibrary),
  modules: builtModulesFact(moduleName),
  kernel: kernelFact,
} as const satisfies Facts;

/** Facts as answered: see `hostFacts`. */
export type HostFacts = typeof hostFacts;
