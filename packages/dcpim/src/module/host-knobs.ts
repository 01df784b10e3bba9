import { type Answers, cpuFacts, cpuTopologyOf, type Fact, type Facts } from "@hoststack/core";
import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { type KnobPlace, knobsOf, localCores } from "./fit-knobs.js";
import { givenKnobs, type WantedKnobs } from "./knob-options.js";
import { checkKnobs, emulatedKnobs, type ModuleKnobs, publishedKnobs } from "./knobs.js";

const machineScript = `
grep -q '^flags.* hypervisor' /proc/cpuinfo && echo "virtual"
for nic in /sys/class/net/*; do
  speed=$(cat "$nic/speed" 2>/dev/null) && printf 'speed %s %s\\n' "\${nic##*/}" "$speed"
done
:
`;

/** What the knobs of a machine follow from, beside its CPUs. */
export interface MachineKind {
  /** It is a guest of a virtual machine monitor. */
  readonly virtual: boolean;
  /** Rate of the link by NIC; virtual cards tell none. */
  readonly linkGbps: Readonly<Record<string, number>>;
}

const machineParser = defineParser<MachineKind>({
  name: "dcpim-machine",
  version: 1,
  schema: z.object({ virtual: z.boolean(), linkGbps: z.record(z.string(), z.number().positive()) }),
  reader: () => {
    let virtual = false;
    const linkGbps: Record<string, number> = {};
    return {
      line(text) {
        const [word, nic = "", speed] = text.split(" ");
        if (word === "virtual") virtual = true;
        const mbps = Number(speed);
        // a card without a link tells -1, or 4294967295
        if (word === "speed" && mbps > 0 && mbps < 10_000_000) linkGbps[nic] = mbps / 1000;
      },
      end: () => ({ virtual, linkGbps }),
    };
  },
});

const machineFact: Fact<MachineKind> = {
  name: "dcpim-machine",
  argv: ["sh", "-c", machineScript],
  parser: machineParser,
};

/** What is asked of a host whose knobs are to fit it. */
export const knobFacts = { ...cpuFacts, machine: machineFact } as const satisfies Facts;

/** A host and its data NIC, with its answers to {@link knobFacts}. */
export interface KnobHost {
  readonly nic: string;
  readonly facts: Answers<typeof knobFacts>;
}

/** The machine as `knobsOf` takes it. */
export const knobPlace = ({ nic, facts }: KnobHost): KnobPlace => ({
  ...{ topology: cpuTopologyOf(facts), nic },
  linkGbps: facts.machine.linkGbps[nic],
});

/**
 * The knobs of a host's module: those that options give, the others from the machine: the last core local to the NIC, the
 * rate of the link, upstream's times. Virtual machines have those of as many emulated guests. Throws OPTIONS_INVALID, and as
 * `knobsOf` does.
 */
export function knobsFor(options: WantedKnobs, host: KnobHost): ModuleKnobs {
  const place = knobPlace(host);
  const fitting = host.facts.machine.virtual
    ? emulatedKnobs(options.hosts ?? 2)
    : knobsOf(place, Math.max(0, localCores(place) - 1), publishedKnobs);
  return checkKnobs({ ...fitting, ...givenKnobs(options) });
}
