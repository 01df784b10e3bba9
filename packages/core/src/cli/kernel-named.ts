import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { BuiltKernel } from "../kernel/built.js";
import type { KernelRecipe } from "../kernel/recipe.js";
import { kernelNamed } from "../system/kernels/kernel-named.js";
import {
  checkBuiltVersion,
  type KernelChoices,
  systemKernelRecipe,
} from "../system/kernels/kernel-recipe.js";
import { noteKernel } from "../system/kernels/noted-kernel.js";
import { configBases } from "./kernel-flags.js";
import type { KernelRequest } from "./kernel-request.js";

/** A kernel of the system, as `kernel build` makes it. */
interface NamedKernel {
  recipe(): Promise<KernelRecipe>;
  /** What becomes of it once it is built. */
  built(kernel: BuiltKernel): Promise<void>;
}

/** Flags that say how a kernel of the system is built; a file says so itself. */
const ownFlags = ["source", "sha256", "config", "mirror"] as const;

const invalid = (field: string, text: string, remedy: string) =>
  hoststackError("OPTIONS_INVALID", text, { remedy, details: { field } });

function configBase(value: unknown, onHost: boolean): KernelChoices["base"] {
  const given = value ?? (onHost ? "running" : "guest");
  const known = configBases.find((one) => one === given);
  if (known !== undefined) return known;
  const remedy = `${didYouMean(String(given), configBases)}it takes ${configBases.join(" or ")}`;
  throw invalid("config", `--config does not know "${String(given)}"`, remedy);
}

function choicesOf({ words, values, signal }: KernelRequest): KernelChoices {
  const { source, sha256, config, mirror } = values;
  if (source !== undefined && sha256 !== undefined) {
    const text = "--source and --sha256 exclude each other: the checksum is of a download";
    throw invalid("sha256", text, "give one of them");
  }
  return {
    base: configBase(config, words.length > 1),
    mirrors: Array.isArray(mirror) ? mirror.map(String) : [],
    signal,
    ...(typeof source === "string" ? { sourcePath: source } : {}),
    ...(typeof sha256 === "string" ? { sha256 } : {}),
  };
}

/** Names have neither dots nor slashes, which paths of files have. */
const isPath = (word: string): boolean => /[./]/.test(word);

/**
 * The kernel of the system that a command line names; undefined where it names a file. Throws OPTIONS_INVALID for a name
 * the system has not, and for flags that go with the other one.
 */
export function namedKernel(request: KernelRequest, word: string): NamedKernel | undefined {
  const { system, values, words } = request;
  if (system.kernels === undefined || isPath(word)) {
    const flag = ownFlags.find((name) => values[name] !== undefined);
    if (flag === undefined) return undefined;
    const text = `--${flag} is for kernels of ${system.name}, not for ${word}`;
    throw invalid(flag, text, "the file says it itself");
  }
  const kernel = kernelNamed(system, word);
  const choices = choicesOf(request);
  return {
    recipe: async () => await systemKernelRecipe(kernel, choices),
    built: async (made) => {
      checkBuiltVersion(kernel, made.release);
      if (choices.base !== "guest" || words.length > 1) return;
      await noteKernel(system, word, made);
      request.terminal.err.line(`guests boot it: ${system.name} run NAME --kernel ${word}`);
    },
  };
}
