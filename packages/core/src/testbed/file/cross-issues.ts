import { didYouMean } from "../../errors/did-you-mean.js";
import { type FieldPath, type FileIssue, valueAt } from "./issue.js";
import { linkPairs } from "./link-pairs.js";

const keysOf = (value: unknown): string[] =>
  typeof value === "object" && value !== null ? Object.keys(value) : [];

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function knownHost(hosts: readonly string[], path: FieldPath, value: unknown): FileIssue[] {
  if (typeof value !== "string" || hosts.includes(value)) return [];
  const near = didYouMean(value, hosts).trim();
  const fix = near || (hosts.length > 0 ? `hosts here are ${hosts.join(", ")}` : "add it to hosts");
  return [{ path, text: `there is no host "${value}"`, fix }];
}

function hostIssues(file: unknown): FileIssue[] {
  const hosts = valueAt(file, ["hosts"]);
  const local = keysOf(hosts).filter((name) => valueAt(hosts, [name, "local"]) === true);
  const extra = local.slice(1).map((name) => ({
    path: ["hosts", name, "local"],
    text: `this machine is the host "${local[0]}" already`,
    fix: "reach one of them with ssh",
  }));
  const ways = keysOf(hosts).flatMap((name): FileIssue[] => {
    const path = ["hosts", name];
    const given = keysOf(valueAt(hosts, [name]));
    const both = given.includes("ssh") && given.includes("local");
    if (both) return [{ path, text: "it has ssh and local", fix: "keep one of them" }];
    if (given.includes("ssh") || given.includes("local")) return [];
    const fix = `write ssh: ${name} (its SSH alias), or local: true`;
    return valueAt(hosts, [name]) === null || typeof valueAt(hosts, [name]) !== "object"
      ? []
      : [{ path, text: "it does not say how the host is reached", fix }];
  });
  return [...ways, ...extra];
}

function endIssues(hosts: readonly string[], path: FieldPath, end: unknown): FileIssue[] {
  const given = keysOf(end);
  const unnamed = given.length > 0 && !given.includes("nic") && !given.includes("mac");
  return [
    ...knownHost(hosts, [...path, "host"], valueAt(end, ["host"])),
    ...(unnamed
      ? [{ path, text: "it names no interface", fix: "write nic: and its name, or mac:" }]
      : []),
  ];
}

/** The names its pairs will have, as far as the link is right. */
function pairNames(link: unknown): readonly string[] {
  const name = valueAt(link, ["name"]);
  if (typeof name !== "string") return [];
  const hosts = listOf(valueAt(link, ["ends"])).map((end) => String(valueAt(end, ["host"])));
  const different = [...new Set(hosts)];
  return different.length < 3
    ? [name]
    : linkPairs(name, different, String).map((pair) => pair.name);
}

function linkIssues(file: unknown): FileIssue[] {
  const known = keysOf(valueAt(file, ["hosts"]));
  const links = listOf(valueAt(file, ["links"]));
  const names = links.map(pairNames);
  return links.flatMap((link, index): FileIssue[] => {
    const path = ["links", index];
    const ends = listOf(valueAt(link, ["ends"]));
    const own = names[index] ?? [];
    const before = names.slice(0, index).flat();
    const double = own.find((name, at) => before.includes(name) || own.indexOf(name) !== at);
    const hosts = ends.map((end) => valueAt(end, ["host"]));
    const loop = hosts.find((host, at) => typeof host === "string" && hosts.indexOf(host) !== at);
    return [
      ...(double === undefined
        ? []
        : [
            { path: [...path, "name"], text: `two links are named "${double}"`, fix: "rename one" },
          ]),
      ...ends.flatMap((end, side) => endIssues(known, [...path, "ends", side], end)),
      ...(loop === undefined
        ? []
        : [
            {
              path: [...path, "ends"],
              text: `${ends.length > 2 ? "two" : "both"} ends are of the host "${String(loop)}"`,
              fix: "name different hosts: what a host sends to itself never reaches a wire",
            },
          ]),
    ];
  });
}

/** The hosts a role names, as one or as a list, with where each is written. */
function roleHosts(file: unknown, role: string): { path: FieldPath; host: unknown }[] {
  const path = ["roles", role];
  const value = valueAt(file, path);
  if (!Array.isArray(value)) return value === undefined ? [] : [{ path, host: value }];
  // a list of one is as good as the one: flags make lists
  const one = value.length === 1;
  return value.map((host, index) => ({ path: one ? path : [...path, index], host }));
}

/** A host is in one role, once. */
function doubleRoles(named: readonly { path: FieldPath; host: unknown }[]): FileIssue[] {
  return named.flatMap(({ path, host }, index): FileIssue[] => {
    const before = named.slice(0, index).find((one) => one.host === host);
    if (before === undefined) return [];
    const [one, other] = [before, { path }].map((at) => at.path[1]);
    const twice = one === other ? `the ${other} "${host}" is named twice` : undefined;
    const text = twice ?? `client and server are both "${host}"`;
    return [{ path: ["roles"], text, fix: twice ? "name it once" : "name two hosts" }];
  });
}

function roleIssues(file: unknown): FileIssue[] {
  const hosts = keysOf(valueAt(file, ["hosts"]));
  const [clients, servers] = [roleHosts(file, "client"), roleHosts(file, "server")];
  const named = keysOf(valueAt(file, ["roles"])).flatMap((role) => roleHosts(file, role));
  const unknown = named.flatMap(({ path, host }) => knownHost(hosts, path, host));
  if (unknown.length > 0) return unknown;
  const double = doubleRoles([...clients, ...servers]);
  if (double.length > 0) return double;
  const links = listOf(valueAt(file, ["links"])).map((link) =>
    listOf(valueAt(link, ["ends"])).map((end) => valueAt(end, ["host"])),
  );
  return clients.flatMap(({ host: client }) =>
    servers.flatMap(({ host: server }): FileIssue[] => {
      const joined = links.some((ends) => ends.includes(client) && ends.includes(server));
      if (joined || typeof client !== "string" || typeof server !== "string") return [];
      const text = `no link joins ${client} and ${server}`;
      return [{ path: ["roles"], text, fix: "add a link between them" }];
    }),
  );
}

/**
 * What is wrong between fields of a testbed file that may be wrong in form as well, so that all
 * errors are told at once.
 */
export function crossIssues(file: unknown): FileIssue[] {
  return [...hostIssues(file), ...linkIssues(file), ...roleIssues(file)];
}
