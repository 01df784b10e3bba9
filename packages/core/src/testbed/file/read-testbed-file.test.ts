import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseTestbedFile } from "./parse-testbed-file.js";
import { readTestbedFile } from "./read-testbed-file.js";
import { testbedFileJsonSchema } from "./schema.js";

const good = `# a pair with a switch between
version: 1
hosts:
  client: { ssh: node0 }
  server:
    ssh: { destination: alice@192.0.2.7, jump: gate, config: keys/config }
  third: { local: true }
links:
  - name: data
    mtuBytes: 9000
    ends:
      - { host: client, nic: ens1f0np0, addresses: [10.0.0.1, "fd00::1"] }
      - { host: server, mac: "52:54:00:12:34:56" }
  - name: other
    ends: [{ host: client, nic: ens1f1np1 }, { host: third, nic: eth1 }]
roles: { client: server, server: client }
traffic: { maxRateGbps: 10, maxSeconds: 60, allow: [ssh-session] }
`;

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isHoststackError(error, "TESTBED_INVALID")) return error.message;
    throw error;
  }
  throw new Error("nothing was wrong");
};

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (isHoststackError(outcome, "TESTBED_INVALID")) return outcome.message;
  throw new Error("it did not fail as it should", { cause: outcome });
};

const errorLines = (text: string) =>
  messageOf(() => parseTestbedFile(text, "lab.yaml"))
    .split("\n")
    .slice(1);

test("a file is read, with paths relative to it, and fits the shipped JSON Schema", () => {
  const file = parseTestbedFile(good, "/etc/labs/lab.yaml");
  expect(file.hosts["server"]?.ssh).toMatchObject({ config: "/etc/labs/keys/config" });
  expect(file.links[0]?.ends[1]).toEqual({ host: "server", mac: "52:54:00:12:34:56" });
  const validate = new Ajv2020({ formats: { ipv4: true, ipv6: true } }).compile(
    testbedFileJsonSchema(),
  );
  expect(validate(parse(good)), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...parse(good), vresion: 1 })).toBe(false);
});

test("two hosts are named without a file", async () => {
  expect(await readTestbedFile("ssh:node0/ens1f0, alice@192.0.2.7/ens2")).toEqual({
    version: 1,
    hosts: { client: { ssh: "node0" }, server: { ssh: "alice@192.0.2.7" } },
    links: [
      {
        name: "data",
        ends: [
          { host: "client", nic: "ens1f0" },
          { host: "server", nic: "ens2" },
        ],
      },
    ],
  });
});

test.each(["ssh:node0,node1", "ssh:a/b", "ssh:a/b,c/d,e/f", "ssh:a/b,/d", "ssh:a/b/c,d/e"])(
  "%s names no testbed",
  async (words) => {
    await expect(readTestbedFile(words)).rejects.toMatchObject({
      code: "TESTBED_INVALID",
      remedy: expect.stringContaining("ssh:CLIENT/NIC,SERVER/NIC"),
    });
  },
);

test("all errors are told at once, each with its line, field, what is wrong and what to do", () => {
  const lines = errorLines(`version: 2
hosts:
  client: { ssh: node0, loccal: true }
  server: {}
  bad name: { ssh: x }
  b: { ssh: { destnation: b, carrier: opensh } }
links:
  - nam: data
    mtuBytes: 9k
    ends:
      - { host: clent, nic: eth1, addresses: [10.0.0.1/24] }
  - name: loop
    ends:
      - { host: client, nic: eth1 }
      - host: client
traffic:
  allow: [default-rout]
  maxSeconds: 0
`);
  expect(lines).toMatchInlineSnapshot(`
    [
      "lab.yaml:1: version: 2 is not 1; write version: 1 (version of this format)",
      "lab.yaml:3: hosts.client.loccal: there is no such field; did you mean "local"?",
      "lab.yaml:4: hosts.server: it does not say how the host is reached; write ssh: server (its SSH alias), or local: true",
      "lab.yaml:5: hosts.bad name: the name has other characters than letters, digits, dots, dashes and underscores; choose another name",
      "lab.yaml:6: hosts.b.ssh.destination: it is missing; write destination: alice@192.0.2.7 (as for \`ssh\`: an alias of the SSH configuration, a host name, or user@host)",
      "lab.yaml:6: hosts.b.ssh.carrier: "opensh" is not one of ssh2, openssh; did you mean "openssh"?",
      "lab.yaml:6: hosts.b.ssh.destnation: there is no such field; did you mean "destination"?",
      "lab.yaml:8: links[0].name: it is missing; write name: data (name of the link in messages and records)",
      "lab.yaml:8: links[0].nam: there is no such field; did you mean "name"?",
      "lab.yaml:9: links[0].mtuBytes: it is text, not a number; MTU that both interfaces must have; default: the one they have",
      "lab.yaml:10: links[0].ends: it has 1 of 2 entries; the interfaces: two, or all that are on one switch, which is a link for each pair",
      "lab.yaml:11: links[0].ends[0].addresses[0]: "10.0.0.1/24" is no IPv4 or IPv6 address; leave out the prefix length",
      "lab.yaml:11: links[0].ends[0].host: there is no host "clent"; did you mean "client"?",
      "lab.yaml:13: links[1].ends: both ends are of the host "client"; name different hosts: what a host sends to itself never reaches a wire",
      "lab.yaml:15: links[1].ends[1]: it names no interface; write nic: and its name, or mac:",
      "lab.yaml:17: traffic.allow[0]: "default-rout" is not one of default-route, ssh-session, unconfirmed-peer, rate, time; did you mean "default-route"?",
      "lab.yaml:18: traffic.maxSeconds: 0 is too small: more than 0; longest time a trial may send, in seconds; default no limit",
    ]
  `);
});

describe("what fields say about each other", () => {
  const links = `links:
  - name: data
    ends: [{ host: a, nic: eth1 }, { host: b, nic: eth1 }]
`;
  const file = (hosts: string, rest: string) => `version: 1\nhosts: ${hosts}\n${links}${rest}`;

  test.each([
    ["{ a: { ssh: a, local: true }, b: { ssh: b } }", "", "hosts.a: it has ssh and local"],
    ["{ a: { local: true }, b: { local: true } }", "", 'this machine is the host "a" already'],
    [
      "{ a: { ssh: a }, b: { ssh: b }, c: { ssh: c } }",
      "roles: { client: a, server: c }",
      "roles: no link joins a and c",
    ],
    ["{ a: { ssh: a }, b: { ssh: b } }", "roles: { client: a, server: a }", 'are both "a"'],
    [
      "{ a: { ssh: a }, b: { ssh: b } }",
      "roles: { server: other }",
      'no host "other"; hosts here are a, b',
    ],
    ["{ a: { ssh: a }, b: { ssh: b } }", "roles: { sever: a }", 'did you mean "server"?'],
  ])("%s %s", (hosts, rest, words) => {
    const lines = errorLines(file(hosts, rest));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(words);
  });

  const three = "{ a: { ssh: a }, b: { ssh: b }, c: { ssh: c } }";
  const lan = (...hosts: string[]) =>
    `  - name: lan\n    ends: [${hosts.map((host) => `{ host: ${host}, nic: eth2 }`).join(", ")}]\n`;

  test.each([
    [`${lan("a", "b", "c")}roles: { client: [a, b], server: c }`, []],
    [`roles: { client: [a, c], server: b }`, ["roles: no link joins c and b"]],
    [`${lan("a", "b", "c")}roles: { client: [a, a] }`, ['roles: the client "a" is named twice']],
    [`roles: { client: [] }`, ["roles.client: it is empty"]],
    [`roles: { client: [a, d] }`, ['roles.client[1]: there is no host "d"']],
    [`${lan("a", "b", "a")}`, ['links[1].ends: two ends are of the host "a"']],
    [`${lan("a", "b", "c")}${lan("a", "b", "c")}`, ['two links are named "lan-a-b"']],
  ])("hosts on a switch, and several in a role: %s", (rest, words) => {
    const text = file(three, rest);
    if (words.length === 0) {
      expect(parseTestbedFile(text, "lab.yaml").links[1]?.ends).toHaveLength(3);
      return;
    }
    const lines = errorLines(text);
    expect(lines).toHaveLength(words.length);
    expect(lines[0]).toContain(words[0]);
  });

  test("a role that is no name is not taken for an address", () => {
    const [line] = errorLines(file(three, 'roles: { client: "a b" }'));
    expect(line).toContain('roles.client: "a b" has other characters than');
  });

  test("two links of one name", () => {
    const second = links.replace("links:\n", "");
    const [line] = errorLines(file("{ a: { ssh: a }, b: { ssh: b } }", second));
    expect(line).toMatch(/^lab\.yaml:6: links\[1\]\.name: two links are named "data"/);
  });
});

test("broken YAML is told with its line, and every double key", () => {
  const lines = errorLines("version: 1\nversion: 1\nhosts: {}\nhosts: {}\nlinks: []\n");
  expect(lines.map((line) => line.split(": ")[0])).toEqual(["lab.yaml:2", "lab.yaml:4"]);
  expect(errorLines("hosts: [\n  a: {\n")[0]).toMatch(/^lab\.yaml:\d+: /);
  expect(errorLines("")[0]).toContain("lab.yaml: the file: it is empty");
});

describe("modules", () => {
  test("an .mjs file is loaded; its errors name fields", async () => {
    const path = join(place, "lab.mjs");
    await writeFile(path, `export default ${JSON.stringify(parse(good))}`);
    expect((await readTestbedFile(path)).links).toHaveLength(2);
    const bad = join(place, "bad.mjs");
    await writeFile(bad, "export default { version: 1, hosts: {}, links: [{ name: 3 }] }");
    expect(await failureOf(readTestbedFile(bad))).toContain(
      "bad.mjs: links[0].ends: it is missing",
    );
    const broken = join(place, "broken.mjs");
    await writeFile(broken, "export default {");
    expect(await failureOf(readTestbedFile(broken))).toContain("broken.mjs cannot be loaded");
  });

  test("a .ts file is loaded where Node runs it, else the Node version is named", async () => {
    const path = join(place, "lab.ts");
    await writeFile(
      path,
      `const lab: object = ${JSON.stringify(parse(good))};\nexport default lab;`,
    );
    const { typescript } = process.features as { typescript?: unknown };
    if (typescript) expect((await readTestbedFile(path)).version).toBe(1);
    else expect(await failureOf(readTestbedFile(path))).toContain(`Node ${process.versions.node}`);
  });
});

test("a file that is not there, or of another kind, is said to be so", async () => {
  const path = join(place, "none.yaml");
  expect(await failureOf(readTestbedFile(path))).toContain("there is no such file");
  expect(await failureOf(readTestbedFile("lab.json"))).toContain("no testbed file by its name");
});
