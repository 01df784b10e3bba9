import { defaultConnectTimeoutMs } from "../connect.js";
import type { Route } from "./route.js";

/**
 * How long the first shell of a route's last host may take, in ms. Who waits longer for a slow machine's login by
 * ConnectTimeout does so for its shell; who waits shorter means the network, not what an account's shell does.
 */
export function shellTimeoutOf(route: Route, given: number | undefined): number {
  return given ?? Math.max(defaultConnectTimeoutMs, route.at(-1)?.connectTimeoutMs ?? 0);
}
