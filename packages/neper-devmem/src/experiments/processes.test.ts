import { describe, expect, test } from "vitest";
import { neperBuild } from "../build.js";
import { neperExperiments } from "./neper.js";
import { neperChoice } from "./options.js";
import { neperProcesses } from "./processes.js";

type Context = Parameters<typeof neperProcesses>[1];
type Program = Parameters<typeof neperProcesses>[0];

/** Two nodes of four cores each; eth1 is on the first, eth2 on the second. */
const facts = {
  cpuTopology: {
    cpus: Array.from({ length: 8 }, (_, cpu) => {
      const node = Number(cpu >= 4);
      return { cpu, core: cpu, socket: node, node, online: true };
    }),
  },
  nicNodes: { eth1: 0, eth2: 1, lo: -1 },
  neper: { tcp_stream: "/b/tcp_stream", tcp_rr: "/b/tcp_rr", psp_rr: "/b/psp_rr" },
};

const addresses = (host: string, link: number) =>
  [
    `192.168.${link}.${host === "client" ? 1 : 2}`,
    `fd00:${link}::${host === "client" ? 1 : 2}`,
  ] as const;
const link = (index: number) => {
  const end = (host: string) => ({ host, nic: `eth${index}`, addresses: addresses(host, index) });
  const [client, server] = [end("client"), end("server")];
  return {
    client,
    server,
    link: { name: `link${index}`, mtuBytes: 1500, ends: [client, server] as const },
  };
};
const view = (host: string) => ({ host, nic: "eth1", address: addresses(host, 1)[0], facts });

function processes(program: Program, options: object, count = 2) {
  const links = [link(1), link(2)].slice(0, count);
  const context = {
    options: neperChoice.parse({ links: count, ...options }),
    ...{ client: view("client"), server: view("server"), link: link(1).link, links, port: 12_064 },
  } as unknown as Context;
  return neperProcesses(program, context).map(({ id, host, argv, after = [] }) => {
    const at = argv.findIndex((word) => word.startsWith("/b/"));
    const cpus = argv[0] === "taskset" ? (argv[2] ?? "") : "all";
    return { id, host, cpus, after: after.join(), line: argv.slice(at).join(" ") };
  });
}

describe("a server and a client for each link", () => {
  test("have ports and addresses of their own, on CPUs of their NIC's node; clients wait for all servers", () => {
    const common = "--num-flows 2 --num-threads 2";
    expect(processes("tcp_stream", { flows: 2, threads: 2, durationS: 5 })).toEqual([
      {
        ...{ id: "server-1", host: "server", cpus: "0,1,2,3", after: "" },
        line: `/b/tcp_stream ${common} --suicide-length 55 --nolog --host 192.168.1.2 --control-port 12064 --port 12066 --test-length 5`,
      },
      {
        ...{ id: "server-2", host: "server", cpus: "4,5,6,7", after: "" },
        line: `/b/tcp_stream ${common} --suicide-length 55 --nolog --host 192.168.2.2 --control-port 12065 --port 12067 --test-length 5`,
      },
      {
        ...{ id: "client-1", host: "client", cpus: "0,1,2,3", after: "server-1,server-2" },
        line: `/b/tcp_stream --client ${common} --suicide-length 15 --nolog --host 192.168.1.2 --control-port 12064 --port 12066 --test-length 5`,
      },
      {
        ...{ id: "client-2", host: "client", cpus: "4,5,6,7", after: "server-1,server-2" },
        line: `/b/tcp_stream --client ${common} --suicide-length 15 --nolog --host 192.168.2.2 --control-port 12065 --port 12067 --test-length 5`,
      },
    ]);
  });

  test("a core for each thread, or any CPU", () => {
    const cpus = (options: object) => processes("tcp_stream", options).map((one) => one.cpus);
    expect(cpus({ flows: 2, threads: 2, cpus: "cores" })).toEqual(["0,1", "4,5", "0,1", "4,5"]);
    expect(cpus({ cpus: "any" })).toEqual(["all", "all", "all", "all"]);
    expect(() => cpus({ flows: 5, threads: 5, cpus: "cores" })).toThrow(
      expect.objectContaining({ code: "CAPABILITY_MISSING" }),
    );
  });

  test("more options of neper go to both sides", () => {
    const [server, client] = processes(
      "tcp_rr",
      { set: "requestBytes=64,noDelay,percentiles=50/99" },
      1,
    );
    for (const one of [server, client]) {
      expect(one?.line).toContain("--no-delay");
      expect(one?.line).toContain("--request-size 64 --percentiles 50,99");
    }
  });

  test("PSP takes IPv6 addresses, of both ends", () => {
    const [server, client] = processes("psp_rr", {}, 1);
    expect(server?.line).toContain("--host fd00:1::2");
    expect(client?.line).toContain("--local-hosts fd00:1::1 --host fd00:1::2");
  });
});

test.each([
  ["set=nosuch=1", { set: "nosuch=1" }, 'tcp_stream has no option "nosuch" to set'],
  ["what the experiment decides", { set: "port=5" }, 'no option "port" to set'],
  [
    "too many ports for a trial",
    { set: "ports=40" },
    "2 links with 40 data ports each need 82 ports",
  ],
  ["fewer flows than threads", { threads: 2 }, '"threads": are more than 1 flows'],
])("%s is OPTIONS_INVALID", (_, options, message) => {
  expect(() => processes("tcp_stream", options)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", message: expect.stringContaining(message) }),
  );
});

test("a program that was not built is SETUP_MISSING", () => {
  expect(() => processes("udp_rr", {})).toThrow(expect.objectContaining({ code: "SETUP_MISSING" }));
});

test("every program of neper has an experiment", () => {
  const names = Object.values(neperExperiments(neperBuild)).map(({ name }) => name);
  expect(names).toEqual(neperBuild.artefacts.map((program) => program.replace("_", "-")));
  expect(neperBuild.artefacts).toHaveLength(8);
});
