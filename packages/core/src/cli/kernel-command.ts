import { exitCodes } from "../errors/catalogue.js";
import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import { parseFlags } from "./flags.js";
import { type KernelVerbName, kernelVerbs } from "./kernel-flags.js";
import { kernelHelp, kernelVerbHelp } from "./kernel-help.js";
import type { KernelRequest } from "./kernel-request.js";
import { interruptible } from "./signals.js";
import type { Terminal } from "./terminal.js";

const verbNames = Object.keys(kernelVerbs) as KernelVerbName[];

function verbOf(word: string): KernelVerbName {
  const verb = verbNames.find((name) => name === word);
  if (verb !== undefined) return verb;
  throw hoststackError("OPTIONS_INVALID", `kernel has no command "${word}"`, {
    remedy: `${didYouMean(word, verbNames)}commands are ${verbNames.join(", ")}`,
  });
}

const verbs: Readonly<Record<KernelVerbName, (request: KernelRequest) => Promise<number>>> = {
  build: async (request) => (await import("./kernel-build.js")).kernelBuild(request),
  install: async (request) => (await import("./kernel-install.js")).kernelInstall(request),
  boot: async (request) => (await import("./kernel-boot.js")).kernelBoot(request),
  status: async (request) => (await import("./kernel-status.js")).kernelStatusCommand(request),
};

/** `kernel COMMAND`: kernels built, installed, booted once and proven. Returns the exit code. */
export async function kernelCommand(
  system: string,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [word, ...rest] = argv;
  if (word === "--help" || word === "-h" || word === "help") {
    terminal.out.line(kernelHelp(system));
    return exitCodes.ok;
  }
  if (word === undefined) {
    terminal.err.line(kernelHelp(system));
    return exitCodes.usage;
  }
  const verb = verbOf(word);
  const { words, values } = parseFlags(rest, kernelVerbs[verb].flags);
  if (values["help"] === true) {
    terminal.out.line(kernelVerbHelp(system, verb));
    return exitCodes.ok;
  }
  return await interruptible(
    async (signal) => await verbs[verb]({ words, values, signal, terminal }),
  );
}
