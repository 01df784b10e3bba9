import { spawn } from "node:child_process";
import { once } from "node:events";
import type { KernelRecipe } from "../../src/kernel/recipe.js";
import { bundledScript, removeBundledScripts } from "../e2e/vm-bundled-script.js";
import type { TinyKernel } from "./tiny-kernel.js";

const controllerText = `
import { openHost } from "#core/host/open-host.ts";
import { openLocalTransport } from "#core/host/local.ts";
import { buildKernel } from "#core/kernel/build/build-kernel.ts";
const { recipe, options } = JSON.parse(process.env.DOOMED);
const host = openHost({ name: "machine", machine: { id: "machine" }, transport: openLocalTransport() });
const onEvent = (event) => event.kind === "objects" && console.log("objects", event.done);
await buildKernel(host, recipe, { ...options, onEvent });
`;

/** Builds a kernel in a controller of its own that is killed (SIGKILL) when so many objects were begun. */
export async function killedBuild(
  { options }: TinyKernel,
  recipe: KernelRecipe,
  objects: number,
): Promise<void> {
  const { onEvent: _, ...given } = options;
  const script = await bundledScript("doomed-build", controllerText);
  const env = { ...process.env, DOOMED: JSON.stringify({ recipe, options: given }) };
  const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      const told = [...String(chunk).matchAll(/objects (\d+)/g)];
      if (told.some(([, done]) => Number(done) >= objects)) return;
    }
    throw new Error(`it ended before object ${objects}`);
  } finally {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    await removeBundledScripts();
  }
}
