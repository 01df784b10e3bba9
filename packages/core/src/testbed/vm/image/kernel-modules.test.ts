import { expect, test } from "vitest";
import { type KernelModule, moduleClosure, moduleEntries } from "./kernel-modules.js";

const modules: Readonly<Record<string, readonly string[]>> = {
  net: ["failover", "core"],
  failover: ["core"],
  core: [],
  crc: [],
  rdma: ["udp"],
};
const source = {
  builtin: new Set(["udp"]),
  read: async (name: string): Promise<KernelModule | undefined> => {
    const depends = modules[name];
    if (depends === undefined) return undefined;
    const softDepends = name === "rdma" ? ["crc", "not_there"] : [];
    const aliases = [`alias-${name}`];
    const content = Buffer.from(name);
    return { name, path: `kernel/${name}.ko`, content, info: { depends, softDepends, aliases } };
  },
};

test("modules come with what they need, in loading order; what is built in is left out", async () => {
  const closure = await moduleClosure(source, ["net", "rdma"]);
  expect(closure.map(({ name }) => name)).toEqual(["core", "failover", "net", "crc", "rdma"]);
});

test("a module the kernel has not is an error", async () => {
  await expect(moduleClosure(source, ["nope"])).rejects.toThrow("has no module nope");
});

test("modprobe's indexes name dependencies last to first, and aliases", async () => {
  const entries = moduleEntries("6.1", await moduleClosure(source, ["net"]));
  const text = (name: string) => {
    const entry = entries.find(({ path }) => path === `usr/lib/modules/6.1/${name}`);
    return entry?.type === "file" ? entry.content : undefined;
  };
  expect(text("modules.dep")).toContain("kernel/net.ko: kernel/failover.ko kernel/core.ko\n");
  expect(text("modules.alias")).toContain("alias alias-core core\n");
});
