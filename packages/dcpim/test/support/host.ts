import type {
  ExperimentContext,
  HostPart,
  InformedPart,
  Link,
  ModuleFile,
  RoleView,
} from "@hoststack/core";
import type { HostFacts } from "../../src/host-facts.js";
import type { KernelSigns } from "../../src/module/module-kernel.js";

const link: Link = {
  name: "data",
  mtuBytes: 9000,
  ends: [
    { host: "client", nic: "lab0", addresses: ["10.77.0.1"] },
    { host: "server", nic: "lab0", addresses: ["10.77.0.2"] },
  ],
};

/** What a host of the tests has. */
interface HostParts {
  readonly host: string;
  readonly cpus: number;
  readonly modules?: Readonly<Record<string, ModuleFile>>;
  readonly programs?: Readonly<Record<string, string>>;
  readonly kernel?: KernelSigns;
}

const partOf = (host: string): Omit<HostPart, "host"> => {
  const role = host.startsWith("client") ? "client" : "server";
  return { role, roles: [role], index: 0, nics: ["lab0"] };
};

/** A host as an experiment and its conditions see it: CPUs of one node, and a NIC with an MTU of 9000. */
export function hostView({
  host,
  cpus,
  modules = {},
  programs,
  kernel = { release: "6.1.0-56-amd64", patch: "absent" },
}: HostParts): InformedPart<HostFacts> & RoleView<HostFacts> {
  const built = {
    ...{ server: "/b/server", dcpim_test: "/b/dcpim_test" },
    ...{ pingpong_server: "/b/pingpong_server", pingpong_client: "/b/pingpong_client" },
  };
  return {
    ...partOf(host),
    ...{ host, nic: "lab0", address: host === "client" ? "10.77.0.1" : "10.77.0.2" },
    facts: {
      cpuTopology: {
        cpus: Array.from({ length: cpus }, (_, cpu) => {
          return { cpu, core: cpu, socket: 0, node: 0, online: true };
        }),
      },
      nicNodes: { lab0: -1 },
      machine: { virtual: true, linkGbps: {} },
      mtusBytes: { lab0: 9000 },
      kernel,
      modules,
      library: { "socket_wrapper.so": "/b/socket_wrapper.so" },
      programs: programs ?? built,
    },
  };
}

/** The two hosts and what an experiment is told beside its options. */
export function contextOf<O>(options: O, cpus = 4): ExperimentContext<O, HostFacts> {
  const client = hostView({ host: "client", cpus });
  const server = hostView({ host: "server", cpus });
  const hosts = { client, server, clients: [client], servers: [server] };
  return { ...{ options, port: 12_000, link, links: [] }, ...hosts };
}
