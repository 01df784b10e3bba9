import { homedir, hostname, userInfo } from "node:os";
import type { RunRecord } from "../../result/record.js";
import { hostNames, type KnownName } from "./names.js";

/** Names that texts give away by what stands around them: the first group of each is the name. */
const signs: readonly { readonly kind: "host" | "serial" | "user"; readonly sign: RegExp }[] = [
  // whose home directory it is
  { kind: "user", sign: /\/(?:home|Users)\/([^\s/:"'\\,;]+)/g },
  // uname, as tools print it
  { kind: "host", sign: /\bLinux (\S+) \d+\.\d+\S* #\d/g },
  {
    kind: "serial",
    sign: /\bserial(?:[ _-]?(?:number|no))?["']?\s*[:=]\s*["']?([A-Za-z0-9][A-Za-z0-9._-]{3,})/gi,
  },
];

/** Names in a piece of a text, bytes as characters. */
export function namesInText(text: string): KnownName[] {
  return signs.flatMap(({ kind, sign }) =>
    [...text.matchAll(sign)].flatMap(([, bytes = ""]): KnownName[] => {
      const name = Buffer.from(bytes, "latin1").toString();
      return kind === "host" ? hostNames(name) : [{ kind, text: name }];
    }),
  );
}

/** Accounts and hosts as SSH takes them: \`user@host\`, and hosts of \`ssh:HOST/NIC\`. */
function destinations(text: string): KnownName[] {
  const accounts = [...text.matchAll(/\b([A-Za-z_][\w.-]*)@([A-Za-z0-9][\w.-]*)/g)];
  const words = [...text.matchAll(/\bssh:([^"\s]+)/g)].flatMap(([, list = ""]) => list.split(","));
  const hosts = words.map((word) => word.replace(/\/[^/]*$/, "").replace(/^.*@/, ""));
  return [
    ...accounts.flatMap(([, user = "", host = ""]): KnownName[] => [
      { kind: "user", text: user },
      ...hostNames(host),
    ]),
    ...hosts.flatMap(hostNames),
  ];
}

/** Names a record tells: its hosts and their machines, whatever they are called by, and accounts. */
export function namesInRecord(record: RunRecord): KnownName[] {
  const { testbed, hosts = [] } = record;
  const machines = [...testbed.hosts, ...record.machines].flatMap(({ machine }) => {
    const [, name = ""] = /^machine-of-(.+)$/.exec(machine) ?? [];
    return hostNames(name);
  });
  const nodes = hosts.map(({ facts }) => facts["nodeName"] ?? "");
  return [
    ...testbed.hosts.flatMap(({ name }) => hostNames(name)),
    ...machines,
    ...nodes.filter((name) => !name.startsWith("unavailable")).flatMap(hostNames),
    ...destinations(JSON.stringify(record)),
  ];
}

/** Names of this computer and its user, who usually made the run. */
export function namesOfController(): KnownName[] {
  const home = homedir();
  const named = /^\/(?:home|Users)\/[^/]+$|^\/root$|^\/?$/.test(home);
  return [
    ...hostNames(hostname()),
    { kind: "user", text: userInfo().username },
    ...(named ? [] : [{ kind: "path", text: home } as const]),
  ];
}
