import type { Client } from "ssh2";
import { connectHost, type HostLogin } from "./connect-host.js";
import { nameOf } from "./host-name.js";
import type { Route } from "./route.js";

/** What holds for every host of a route. */
export type RouteLogin = Omit<HostLogin, "via">;

/** Time a host has to end its connection in good order. */
const endTimeoutMs = 1000;

/**
 * Logs in to the destination of a route through all its jump hosts. Their connections end with the
 * one that was opened through them. Throws as `connectHost` does.
 */
export async function connectRoute(route: Route, login: RouteLogin): Promise<Client> {
  const [first, ...others] = route;
  let client = await connectHost(first, { ...login, via: undefined });
  let where = nameOf(first);
  for (const host of others) {
    const carrier = client;
    try {
      client = await connectHost(host, { ...login, via: { client: carrier, where } });
    } catch (error) {
      carrier.destroy();
      throw error;
    }
    endTogether(client, carrier);
    where = nameOf(host);
  }
  return client;
}

function endTogether(client: Client, carrier: Client): void {
  client.once("close", () => {
    carrier.end();
    setTimeout(() => carrier.destroy(), endTimeoutMs).unref();
  });
}
