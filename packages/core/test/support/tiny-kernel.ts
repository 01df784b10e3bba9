import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Host } from "../../src/host/host.js";
import { buildKernel } from "../../src/kernel/build/build-kernel.js";
import type { BuildKernelOptions } from "../../src/kernel/build/build-options.js";
import type { KernelBuildEvent } from "../../src/kernel/build/events.js";
import type { BuiltKernel } from "../../src/kernel/built.js";
import type { KernelRecipe } from "../../src/kernel/recipe.js";
import { kernelBuildEnvironment } from "./kernel-tools.js";
import { openMachine } from "./step-hosts.js";

/**
 * A source tree that is built as a kernel is, by the same targets and variables, within a second. Of its symbols
 * TINY_LED depends on TINY_BUS. Every compilation is noted in `compiled`; TINY_DELAY, a text such as `.5`, makes
 * each take so many seconds longer.
 */
const makefile = `out := $(O)
setting = $(shell sed -n 's/^CONFIG_$(1)="\\(.*\\)"$$/\\1/p' $(out)/.config 2>/dev/null)
release = 6.1.0$(call setting,LOCALVERSION)
objects := $(patsubst %.c,$(out)/%.o,$(wildcard *.c))
.PHONY: all allnoconfig olddefconfig kernelrelease image_name modules_install
all: $(out)/arch/tiny/boot/image
allnoconfig:
	cp $(KCONFIG_ALLCONFIG) $(out)/.config
olddefconfig:
	grep -q '^CONFIG_TINY_BUS=y' $(out)/.config || sed -i /CONFIG_TINY_LED/d $(out)/.config
kernelrelease:
	@echo $(release)
image_name:
	@echo arch/tiny/boot/image
$(out)/%.o: %.c
	@echo "  CC      $*.o"
	@echo $* >>$(out)/compiled
	@sleep 0$(call setting,TINY_DELAY)
	@$(CC) -c -o $@ $<
	@echo 'cmd_$*.o := $(CC) -c -o $*.o' >$(out)/.$*.o.cmd
$(out)/vmlinux: $(objects)
	@echo "  LD      vmlinux"
	@$(CC) -r -nostdlib -o $@ $^
	@echo map >$(out)/System.map
$(out)/arch/tiny/boot/image: $(out)/vmlinux
	@mkdir -p $(dir $@) && cp $< $@
modules_install:
	@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/$(release)
	@touch $(INSTALL_MOD_PATH)/lib/modules/$(release)/modules.builtin
`;

const files: Readonly<Record<string, string>> = {
  Makefile: makefile,
  Kconfig: "config TINY_BUS\n\tbool\n\nconfig TINY_LED\n\tbool\n\tdepends on TINY_BUS\n",
  "a.c": "int a(void)\n{\n\treturn 1;\n}\n",
  "b.c": "int b(void)\n{\n\treturn 2;\n}\n",
  "c.c": "int c(void)\n{\n\treturn 3;\n}\n",
  "d.c": "int d(void)\n{\n\treturn 4;\n}\n",
};

/** Changes what `a` returns. */
export const returnOne = (value: string): string =>
  `--- a/a.c\n+++ b/a.c\n@@ -1,4 +1,4 @@\n int a(void)\n {\n-\treturn 1;\n+\treturn ${value};\n }\n`;

/** A build host with such sources, and what it was told. */
export interface TinyKernel extends AsyncDisposable {
  readonly host: Host;
  readonly path: string;
  /** The sources, as a directory. */
  readonly tree: string;
  readonly options: BuildKernelOptions;
  readonly events: KernelBuildEvent[];
  recipe(more?: Partial<KernelRecipe>): KernelRecipe;
  /** Builds a recipe for guests of the archive of the sources, with these differences. */
  build(more?: Partial<KernelRecipe>): Promise<BuiltKernel>;
  /** Objects compiled since this was last asked, in order of their names. */
  compiled(): Promise<string[]>;
}

/** Writes the sources, and an archive of them, into a directory of their own. */
export async function tinyKernel(): Promise<TinyKernel> {
  const path = await mkdtemp(join(tmpdir(), "hoststack-kernel-"));
  const tree = join(path, "tiny");
  await mkdir(tree);
  for (const [name, text] of Object.entries(files)) await writeFile(join(tree, name), text);
  const archive = join(path, "tiny.tar.gz");
  await promisify(execFile)("tar", ["-czf", archive, "-C", path, "tiny"]);
  const host = openMachine();
  const events: KernelBuildEvent[] = [];
  const options: BuildKernelOptions = {
    workDirectory: join(path, "work"),
    environment: await kernelBuildEnvironment(),
    jobs: 1,
    onEvent: (event) => events.push(event),
  };
  const recipe = (more: Partial<KernelRecipe> = {}): KernelRecipe => ({
    source: { local: archive },
    config: { base: "guest" },
    ...more,
  });
  return {
    ...{ host, path, tree, options, events, recipe },
    build: (more) => buildKernel(host, recipe(more), options),
    compiled: async () => {
      const { stdout } = await promisify(execFile)("find", [path, "-name", "compiled"]);
      const found: string[] = [];
      for (const file of stdout.split("\n").filter(Boolean)) {
        found.push(...(await readFile(file, "utf8")).split("\n").filter(Boolean));
        await rm(file);
      }
      return found.toSorted();
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await rm(path, { recursive: true, force: true });
    },
  };
}
