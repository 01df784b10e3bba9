import type { Client } from "ssh2";
import type { ResolvedHost } from "../config/resolve-target.js";
import { connectHost, type HostLogin, nameOf } from "./connect-host.js";

/** What holds for every host of a route. */
export type RouteLogin = Omit<HostLogin, "last" | "via">;

/** Time a host has to end its connection in good order. */
const endTimeoutMs = 1000;

/**
 * Logs in to the destination of a route through all its jump hosts. Their connections end with the
 * one that was opened through them. Throws as `connectHost` does.
 */
export async function connectRoute(
  route: readonly ResolvedHost[],
  login: RouteLogin,
): Promise<Client> {
  let via: HostLogin["via"];
  let client: Client | undefined;
  for (const host of route) {
    const last = host === route.at(-1);
    try {
      client = await connectHost(host, { ...login, last, ...(via !== undefined && { via }) });
    } catch (error) {
      via?.client.destroy();
      throw error;
    }
    if (via !== undefined) endTogether(client, via.client);
    via = { client, where: nameOf(host) };
  }
  if (client === undefined) throw new Error("a route has at least one host");
  return client;
}

function endTogether(client: Client, carrier: Client): void {
  client.once("close", () => {
    carrier.end();
    setTimeout(() => carrier.destroy(), endTimeoutMs).unref();
  });
}
