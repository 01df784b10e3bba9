import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A TCP relay that holds every byte back for a while, each way. */
export interface DelayProxy extends AsyncDisposable {
  readonly port: number;
  /** Delay of each direction from now on, in ms. */
  setDelayMs(delayMs: number): void;
}

function relay(from: Socket, to: Socket, delayMs: () => number): void {
  let sent: Promise<void> = Promise.resolve();
  const later = (act: () => void) => {
    const due = sleep(delayMs());
    // one after the other: bytes stay in order when the delay changes
    sent = sent.then(() => due).then(act);
  };
  from.on("data", (chunk) => later(() => to.write(chunk)));
  from.on("end", () => later(() => to.end()));
  from.on("error", () => to.destroy());
  from.on("close", () => later(() => to.destroy()));
}

/** Opens a relay on a free port of 127.0.0.1 to another port there. */
export async function openDelayProxy(targetPort: number): Promise<DelayProxy> {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      from.setNoDelay(true);
      sockets.add(from);
      from.once("close", () => sockets.delete(from));
      relay(from, to, () => delayMs);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    setDelayMs: (ms) => {
      delayMs = ms;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const delaysMs = [20, 120] as const;

/**
 * How many round trips some work takes: what it takes longer behind a long delay than behind a short
 * one, in units of the difference. The shortest of some tries each, as noise only adds.
 */
export async function roundTrips(proxy: DelayProxy, work: () => Promise<void>): Promise<number> {
  const shortest: number[] = [];
  for (const delayMs of delaysMs) {
    proxy.setDelayMs(delayMs);
    const tries: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const began = performance.now();
      await work();
      tries.push(performance.now() - began);
    }
    shortest.push(Math.min(...tries));
  }
  proxy.setDelayMs(0);
  const [short = 0, long = 0] = shortest;
  const trips = (long - short) / (2 * (delaysMs[1] - delaysMs[0]));
  if (trips < 0.5) throw new Error(`${trips} round trips: what was measured is noise`);
  return trips;
}
