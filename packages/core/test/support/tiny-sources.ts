import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * A source tree that is built as a kernel is, by the same targets and variables, within a second. Of its symbols
 * TINY_LED depends on TINY_BUS. Every compilation is noted in `compiled`; TINY_DELAY, a text such as `.5`, makes
 * each take so many seconds longer.
 */
const makefile = `out := $(O)
setting = $(shell sed -n 's/^CONFIG_$(1)="\\(.*\\)"$$/\\1/p' $(out)/.config 2>/dev/null)
release = 6.1.0$(call setting,LOCALVERSION)$(LOCALVERSION)
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

const kconfig = "config TINY_BUS\n\tbool\n\nconfig TINY_LED\n\tbool\n\tdepends on TINY_BUS\n";

/** Writes such a tree with these files of C into a new directory. */
export async function writeTinySources(
  directory: string,
  sources: Readonly<Record<string, string>>,
): Promise<void> {
  const files = { Makefile: makefile, Kconfig: kconfig, ...sources };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
}
