import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import type { RunningProcess } from "../../host/transport.js";

/** Tells when a connection dies, until it is disposed. */
export interface ConnectionWatch extends AsyncDisposable {
  readonly lost: AbortSignal;
}

/** Holds a process on every host that does nothing but end with its connection. */
export async function watchConnections(hosts: readonly Host[]): Promise<ConnectionWatch> {
  const lost = new AbortController();
  let disposed = false;
  const watched: RunningProcess[] = [];
  const dispose = async () => {
    disposed = true;
    await Promise.all(watched.map((one) => one[Symbol.asyncDispose]()));
  };
  const watch = async (host: Host) => {
    const process = await host.start({ argv: ["cat"] });
    watched.push(process);
    process.stdout.resume();
    process.stderr.resume();
    void process.exit.then(() => {
      if (disposed) return;
      lost.abort(
        hoststackError("HOST_UNREACHABLE", `the connection to ${host.name} was lost`, {
          remedy: "check that the machine is up and its network works, then run again",
          details: { host: host.name },
        }),
      );
    });
  };
  const settled = await Promise.allSettled(hosts.map(watch));
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await dispose();
    throw failed.reason;
  }
  return { lost: lost.signal, [Symbol.asyncDispose]: dispose };
}
