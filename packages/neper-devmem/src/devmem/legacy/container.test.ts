import { expect, test } from "vitest";
import { a3High, profileEnds } from "../flow-sets/a3-high.js";
import { tcpStreamArgv, tcpStreamEnvironment } from "../flow-sets/argv.js";
import { planFlowSets } from "../flow-sets/plan.js";
import {
  containerCommand,
  containerRemovalCommand,
  firewallCommands,
  imageBuildCommand,
} from "./container.js";

const [server] = profileEnds(a3High, [{ nic: "eth1", address: "192.168.1.26" }], 2);
const [client] = profileEnds(a3High, [{ nic: "eth1", address: "192.168.1.23" }], 2);
if (server === undefined || client === undefined) throw new Error("no ends");
const [set] = planFlowSets({ flows: 2 }, [{ server, client }]);
if (set === undefined) throw new Error("no set");

const options = {
  ...{ image: "registry/neper:1", name: "hoststack-r1-eth1", logDirectory: "/var/log/r1" },
  gpuDevices: ["/dev/nvidia0", "/dev/nvidia1"],
  argv: tcpStreamArgv(set, "server", "/neper/tcp_stream"),
  environment: tcpStreamEnvironment(set, "server"),
};

test("runs under a name of its own, with the GPUs that are there, and leaves its logs", () => {
  const { argv } = containerCommand(options);
  const text = argv.join(" ");
  expect(text).toContain("docker run --rm --name hoststack-r1-eth1 --user 0 --network host");
  expect(text).toContain("--volume /var/log/r1:/logs --workdir /logs");
  expect(text).toContain("--device /dev/nvidia1 --device /dev/nvidia-uvm --device /dev/nvidiactl");
  expect(text).toContain("--env CUDA_VISIBLE_DEVICES=0 registry/neper:1 taskset --cpu-list 2-3");
  expect(argv).not.toContain("-it");
  expect(containerRemovalCommand(options.name).argv).toEqual([
    ...["docker", "rm", "--force", "hoststack-r1-eth1"],
  ]);
});

test("the image is built from a tree without a file of ours in it", () => {
  const command = imageBuildCommand({ image: "registry/neper:1", tree: "/srv/neper" });
  expect(command.argv.slice(-3)).toEqual(["--file", "-", "/srv/neper"]);
  expect(command.argv).toContain("BASE=nvidia/cuda:12.0.0-devel-ubuntu22.04");
  expect(command.stdin).toMatch(/^ARG BASE\nFROM \$BASE\n[\s\S]*WITH_TCPDEVMEM_CUDA=1/);
});

test("a firewall is opened for one client, and closed by the same rules", () => {
  const { open, close } = firewallCommands({
    ...{ name: "hoststack-r1", from: "192.168.1.23" },
    ports: [
      [12_345, 12_346],
      [12_866, 12_866],
    ],
  });
  const words = ({ argv }: (typeof open)[number]) => argv.slice(3);
  expect(open[0]?.argv).toEqual([
    ...["iptables", "-w", "-I", "INPUT", "-p", "tcp", "-s", "192.168.1.23"],
    ...["--dport", "12345:12346", "-m", "comment", "--comment", "hoststack-r1", "-j", "ACCEPT"],
  ]);
  expect(close.map(words)).toEqual(open.map(words).reverse());
  expect(close.every(({ argv }) => argv[2] === "-D")).toBe(true);
});

test.each([
  [{ name: "-it" }, "name"],
  [{ gpuDevices: [] }, "gpuDevices"],
  [{ logDirectory: "logs" }, "logDirectory"],
])("refuses %j", (change, field) => {
  expect(() => containerCommand({ ...options, ...change })).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", details: { field } }),
  );
});
