import { hoststackError } from "../errors/error.js";
import type { HostNames, Role, Testbed } from "./testbed.js";

type Pair<T> = readonly [T, T];

/** Every pair of two or more, in their order. */
export function pairsOf<T>(all: readonly [T, T, ...T[]]): readonly [Pair<T>, ...Pair<T>[]] {
  const pairs = all.flatMap((one, index) =>
    all.slice(index + 1).map((other): Pair<T> => [one, other]),
  );
  const [, ...others] = pairs;
  return [[all[0], all[1]], ...others];
}

/** What names of embedded hosts can be: those of directories, also in SSH configurations. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Throws OPTIONS_INVALID unless there are two hosts or more, not too many, with different names that are names. */
export function checkHostNames(hosts: readonly string[], most: number): void {
  const invalid = (text: string) =>
    hoststackError("OPTIONS_INVALID", text, { details: { field: "hosts" } });
  if (hosts.length < 2 || hosts.length > most) {
    throw invalid(`a testbed here has 2 to ${most} hosts, not ${hosts.length}`);
  }
  const bad = hosts.find((name) => !namePattern.test(name));
  if (bad !== undefined) {
    throw invalid(
      `"${bad}" is no name of a host: letters, digits, dots, dashes and underscores make one`,
    );
  }
  const twice = hosts.find((name, index) => hosts.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`two hosts are named "${twice}"`);
}

const isIn = (role: Role) => (name: string) => name === role || name.startsWith(`${role}-`);

/**
 * The roles of more than two embedded hosts by their names, `client-1`, `server-1` and so on; none where these name no
 * client or no server. Of two hosts an experiment finds the roles itself.
 */
export function rolesByName(hosts: HostNames): Pick<Testbed, "roles"> {
  const client = hosts.filter(isIn("client"));
  const server = hosts.filter(isIn("server"));
  if (hosts.length === 2 || client.length === 0 || server.length === 0) return {};
  return { roles: { client, server } };
}
