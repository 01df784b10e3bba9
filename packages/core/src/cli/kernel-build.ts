import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import { buildKernel } from "../kernel/build/build-kernel.js";
import { copyKernel } from "../kernel/build/copy-kernel.js";
import type { KernelBuildEvent } from "../kernel/build/events.js";
import type { KernelRecipe } from "../kernel/recipe.js";
import { readKernelRecipe } from "./kernel-build-recipe.js";
import { openKernelHosts } from "./kernel-hosts.js";
import { namedKernel } from "./kernel-named.js";
import type { KernelRequest } from "./kernel-request.js";
import { type ProgressDisplay, progressDisplay } from "./progress.js";
import type { Channel } from "./terminal.js";

interface BuildPlace extends AsyncDisposable {
  readonly host: Host;
  /** It is another machine than this one. */
  readonly away: boolean;
}

function openHere(): Host {
  const transport = openLocalTransport();
  return openHost({ name: "this machine", machine: { id: "here" }, transport });
}

/** The host that was named, or this machine. */
async function buildPlace({ words, values, signal }: KernelRequest): Promise<BuildPlace> {
  const [, name, other] = words;
  if (other !== undefined) {
    throw hoststackError("OPTIONS_INVALID", `kernel build takes one host, not "${other}" too`, {
      remedy: "build it once and install it on many: kernel install",
    });
  }
  if (name === undefined) {
    const host = openHere();
    return { host, away: false, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
  }
  const opened = await openKernelHosts({ testbed: values["testbed"], names: [name] }, signal);
  const [host] = opened.hosts;
  if (host === undefined) throw new TypeError(`${name} was not opened`);
  return { host, away: true, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

type Stage = Extract<KernelBuildEvent, { kind: "stage" }>;
type Objects = Extract<KernelBuildEvent, { kind: "objects" }>;

const secondsText = (ms: number | undefined): string =>
  ms === undefined ? "" : `, ${(ms / 1000).toFixed(1)} s`;

function patchText({ report }: Extract<KernelBuildEvent, { kind: "patch" }>): string {
  const { patch, hunks } = report;
  const moved = hunks.filter(({ outcome, offset, fuzz }) => {
    return outcome !== "applies" || offset !== 0 || fuzz > 0;
  });
  const words = moved.map(({ file, number, line, outcome, offset, fuzz }) => {
    return `${file} hunk ${number} ${outcome} at line ${line} (offset ${offset}, fuzz ${fuzz})`;
  });
  return `patch ${patch}: ${moved.length === 0 ? "all hunks apply as they are" : words.join("; ")}`;
}

function stageText({ stage, state, durationMs, log }: Stage): string {
  // the other logs are short, and told when their stage fails
  const where = stage === "build" && log !== undefined ? ` (log: ${log})` : "";
  return `${stage}: ${state}${secondsText(durationMs)}${where}`;
}

function objectsText({ done, total }: Objects): string {
  return `build: ${done}${total === undefined ? "" : ` of ${total}`} objects`;
}

/** Tells a build: lines of what was done, and what is under way. */
function tellBuild(display: ProgressDisplay, err: Channel): (event: KernelBuildEvent) => void {
  return (event) => {
    if (event.kind === "patch") display.line(patchText(event));
    else if (event.kind === "stage") {
      if (event.state !== "begun") display.line(stageText(event));
      else display.progress({ kind: "kernel.stage", text: event.stage });
    } else if (err.live) {
      // where nobody watches, every object would be a line
      display.progress({ kind: "kernel.build", text: objectsText(event) });
    }
  };
}

/**
 * `kernel build`: builds the kernel a file or the system describes; prints where it lies on this machine, which it is
 * copied to. Returns the exit code.
 */
export async function kernelBuild(request: KernelRequest): Promise<number> {
  const { system, words, values, terminal } = request;
  const [file] = words;
  if (file === undefined) {
    const names = Object.keys(system.kernels ?? {});
    const own = names.length === 0 ? "" : `, or a kernel of ${system.name}: ${names.join(", ")}`;
    throw hoststackError("OPTIONS_INVALID", "kernel build needs the file of a kernel", {
      remedy: `name a YAML file: kernel build FILE.yaml; docs/kernel-builds.md has one${own}`,
      details: { field: "file" },
    });
  }
  const named = namedKernel(request, file);
  const recipe = named === undefined ? await readKernelRecipe(file) : await named.recipe();
  await using place = await buildPlace(request);
  const built = await toldBuild(place, recipe, request);
  await named?.built(built);
  terminal.out.line(values["json"] === true ? JSON.stringify(built, null, 2) : built.directory);
  return exitCodes.ok;
}

/** Builds while it is told; what is under way is gone from the terminal afterwards. */
async function toldBuild(
  { host, away }: BuildPlace,
  recipe: KernelRecipe,
  { signal, terminal }: KernelRequest,
) {
  using display = progressDisplay(terminal.err);
  const onEvent = tellBuild(display, terminal.err);
  const built = await buildKernel(host, recipe, { signal, onEvent });
  display.line(`built ${built.release} on ${host.name}`);
  if (!away) return built;
  display.progress({ kind: "kernel.copy", text: `copying it here from ${host.name}` });
  await using here = openHere();
  return await copyKernel(built, here, { from: host, signal });
}
