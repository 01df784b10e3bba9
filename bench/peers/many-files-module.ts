import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openHost, openLocalTransport } from "@hoststack/core";
import { type BuildModuleOptions, buildModule } from "@hoststack/core/kernel";
import { packageTree } from "../../packages/core/test/support/ssh-server.js";
import { runChild } from "../harness/child.js";

const release = "6.1.0-55-amd64";
const name = "bench";
const fileCount = 20;

const fileOf = (file: number) => `#include <linux/netdevice.h>
#include <linux/tcp.h>
int f${file}(struct sk_buff *skb);
int f${file}(struct sk_buff *skb) { return skb->len + tcp_hdr(skb)->seq + ${file}; }
`;
const mainOf = (mark: number) => `#include <linux/module.h>
static int mark = ${mark};
module_param(mark, int, 0444);
MODULE_LICENSE("GPL");
`;

/** A module of many files, which is built by us and by make alone, in directories of their own. */
export interface ManyFilesModule extends AsyncDisposable {
  build(): Promise<undefined>;
  make(): Promise<undefined>;
  /** Changes one file of C, in the sources of both. */
  change(): Promise<void>;
}

/** Writes the sources; they are built against headers of the distribution, unpacked and not installed. */
export async function openManyFilesModule(): Promise<ManyFilesModule> {
  const tree = await packageTree(`linux-headers-${release}`);
  const directory = await mkdtemp(join(tmpdir(), "hoststack-bench-module-"));
  const sources = ["ours", "peer"].map((side) => join(directory, side));
  const put = async (file: string, text: string) => {
    for (const one of sources) await writeFile(join(one, file), text);
  };
  for (const one of sources) await mkdir(one);
  const files = Array.from({ length: fileCount }, (_, file) => file);
  const objects = files.map((file) => `f${file}.o`).join(" ");
  await put("Makefile", `obj-m := ${name}.o\n${name}-y := main.o ${objects}\n`);
  await put("main.c", mainOf(0));
  for (const file of files) await put(`f${file}.c`, fileOf(file));
  const transport = openLocalTransport();
  const host = openHost({ name: "here", machine: { id: "here" }, transport });
  const [ours = "", peer = ""] = sources;
  const options: BuildModuleOptions = {
    name,
    source: { directory: ours },
    against: { release, tree },
    directory: join(directory, "build"),
  };
  const common = join(tree, `usr/src/linux-headers-${release.replace(/amd64$/, "common")}`);
  const argv = [
    ...["make", "-C", common, `O=${tree}/usr/src/linux-headers-${release}`, `M=${peer}`],
    ...[`-j${availableParallelism()}`, "modules"],
  ] as const;
  let mark = 0;
  return {
    build: async () => {
      await buildModule(host, options);
      return undefined;
    },
    make: async () => {
      await runChild(argv as unknown as [string, ...string[]], process.env);
      return undefined;
    },
    change: () => put("main.c", mainOf(++mark)),
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
