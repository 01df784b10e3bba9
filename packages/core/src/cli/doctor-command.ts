import { examineTestbed } from "../doctor/examine.js";
import { examineGuests } from "../doctor/examine-guests.js";
import type { Examination } from "../doctor/finding.js";
import { exitCodes } from "../errors/catalogue.js";
import type { Variant } from "../experiment/variant.js";
import type { System } from "../system/system.js";
import { variantsNamed } from "../system/variants.js";
import { keptTestbeds } from "../testbed/kept/list.js";
import { openTestbed } from "../testbed/open-testbed.js";
import { askOnTerminal } from "./ask-on-terminal.js";
import { type ChosenTestbed, chosenTestbed } from "./chosen-testbed.js";
import { doctorFlags } from "./doctor-flags.js";
import { examinationLines, keptLines, outcomeLine } from "./doctor-text.js";
import { parseFlags } from "./flags.js";
import { kernelToBoot } from "./guest-kernel.js";
import { flagLines, helpColumns } from "./help.js";
import { withSetupAdvice } from "./setup-advice.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";
import { testbedSpec } from "./testbed-spec.js";
import { verboseTestbed } from "./verbose.js";
import { hang, wrap } from "./wrap.js";

/** Help of `doctor`. */
function doctorHelp(system: System): string {
  return [
    ...hang("", `${system.name} doctor [NAME...] [flags]: can it run here?`, helpColumns),
    "",
    ...wrap(
      "Asks every host what experiments and suites need, all at once, and changes nothing. Without a name it asks for all experiments. The vm testbed is not started.",
      helpColumns,
    ),
    "",
    "Flags of doctor",
    ...doctorFlags(system).flatMap(flagLines),
    "",
    "Exit status",
    "  0 all met, perhaps with warnings  3 something is not met  4 host unreachable",
  ].join("\n");
}

/** With the defaults of their options: those decide what traffic would be sent. */
async function variantsOf(system: System, words: readonly string[]): Promise<Variant[]> {
  const names = words.length > 0 ? words : Object.keys(system.experiments);
  const found = await Promise.all(names.map((name) => variantsNamed(system, name, {})));
  return found.flat();
}

/** What is examined, and where commands are told that are run for it. */
interface Question {
  readonly variants: readonly Variant[];
  readonly testbed: ChosenTestbed;
  readonly tell: ((line: string) => void) | undefined;
}

function examine(system: System, { variants, testbed, tell }: Question): Promise<Examination> {
  return interruptible(async (signal) => {
    const spec = testbedSpec(system, testbed, variants);
    if (spec.kind === "vm") {
      const { recipe, hosts } = spec;
      const guests = { recipe, hosts, ...kernelToBoot(system, testbed) };
      return await examineGuests(variants, guests, signal);
    }
    const ask = askOnTerminal(signal);
    await using opened = await openTestbed(spec, {
      ...{ signal },
      ...(ask === undefined ? {} : { ask }),
    });
    const told = tell === undefined ? opened : verboseTestbed(opened, tell);
    return await examineTestbed(variants, told, signal);
  });
}

/** `doctor [NAME...]`: what is found and wanted on every host. Returns the exit code. */
export async function doctorCommand(
  system: System,
  argv: readonly string[],
  { out, err }: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, doctorFlags(system));
  if (values["help"] === true) {
    out.line(doctorHelp(system));
    return exitCodes.ok;
  }
  const testbed = chosenTestbed(String(values["testbed"] ?? "vm"), values);
  const variants = await variantsOf(system, words);
  const tell = values["verbose"] === true ? (line: string) => err.line(line) : undefined;
  const examined = await examine(system, { variants, testbed, tell });
  const examination = withSetupAdvice(examined, { system, names: words, testbed });
  const kept = await keptTestbeds();
  if (values["json"] === true) {
    const found = kept.map(({ name, state, ledger: { kind } }) => ({ name, kind, state }));
    out.line(JSON.stringify({ ...examination, kept: found }, null, 2));
  } else {
    for (const line of [...examinationLines(examination, out), ...keptLines(kept, out)]) {
      out.line(line);
    }
  }
  const notices = examination.testbed.notices.flatMap((notice) => wrap(notice, err.columns));
  for (const notice of notices) err.line(err.style("yellow", notice));
  err.line(outcomeLine(examination));
  const unmet = examination.findings.some(({ state }) => state === "unmet");
  return unmet ? exitCodes.preflight : exitCodes.ok;
}
