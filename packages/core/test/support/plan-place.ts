import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";

/** A directory of a test: journals of this machine's hosts and of the controller are inside. */
export interface PlanPlace extends AsyncDisposable {
  readonly directory: string;
  readonly state: string;
  /** Another connection to this machine, as another controller has it. */
  open(name?: string): Host;
}

/** Makes the directory and has hosts of this machine use it, in this process. */
export async function planPlace(): Promise<PlanPlace> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack plan-"));
  const state = join(directory, "state");
  vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", state);
  vi.stubEnv("XDG_STATE_HOME", join(directory, "controller"));
  return {
    directory,
    state,
    open: (name = "here") =>
      openHost({ name, machine: { id: "here" }, transport: openLocalTransport() }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
