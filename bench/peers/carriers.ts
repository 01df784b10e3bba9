import {
  type Host,
  openHost,
  openLocalTransport,
  openSshTarget,
  openSshTransport,
  openTestbed,
  type Transport,
} from "@hoststack/core";
import { openSshFleet, type SshFleet } from "./ssh-fleet.js";

/** One host for every way of reaching one, and the server those over SSH are on. */
export interface Carriers extends AsyncDisposable {
  readonly hosts: Readonly<Record<"local" | "netns" | "ssh2" | "openssh", Host>>;
  readonly fleet: SshFleet;
}

const hostOf = (name: string, transport: Transport) =>
  openHost({ name, machine: { id: name }, transport });

/** Opens all of them. */
export async function openCarriers(): Promise<Carriers> {
  const stack = new OpenedInOrder();
  try {
    const fleet = stack.use(await openSshFleet(1));
    const testbed = stack.use(await openTestbed({ kind: "netns", hosts: ["a", "b"] }));
    const [netns] = testbed.hosts;
    const [server] = fleet.servers;
    if (netns === undefined || server === undefined) throw new Error("a host is missing");
    const target = { destination: "n1", configFile: fleet.config, carrier: "openssh" } as const;
    const hosts = {
      local: stack.use(hostOf("local", openLocalTransport())),
      netns,
      ssh2: stack.use(hostOf("ssh2", await openSshTransport(server.options))),
      openssh: stack.use(hostOf("openssh", await openSshTarget(target))),
    };
    return { hosts, fleet, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

/** What was opened, disposed in the opposite order; Node 20 has no AsyncDisposableStack. */
class OpenedInOrder implements AsyncDisposable {
  readonly #opened: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(opened: T): T {
    this.#opened.push(opened);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
  }
}
