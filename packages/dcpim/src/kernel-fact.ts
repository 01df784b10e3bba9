import type { Fact } from "@hoststack/core";
import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import type { KernelSigns } from "./module/module-kernel.js";

/** Upstream's patch exports it; Linux as published does not. */
const sign = "skb_attempt_defer_free";

const signsScript = `
release=$(uname -r)
echo "release $release"
exported=$(grep -o ' __ksymtab_.*' /proc/kallsyms 2>/dev/null | tr '\\n' ' ')
# of kernels that do not show it, what modules are built against
[ -n "$exported" ] ||
  exported=$(awk -F '\\t' '{ printf " __ksymtab_%s ", $2 }' "/lib/modules/$release/build/Module.symvers" 2>/dev/null)
case "$exported " in
  *" __ksymtab_$1 "*) echo 'patch present' ;;
  ' ') echo 'patch unknown' ;;
  *) echo 'patch absent' ;;
esac
`;

const signsParser = defineParser<KernelSigns>({
  name: "dcpim-kernel",
  version: 1,
  schema: z.object({
    release: z.string().min(1),
    patch: z.enum(["absent", "present", "unknown"]),
  }),
  reader: () => {
    const signs: Record<string, string> = {};
    return {
      line(text) {
        const [name = "", ...rest] = text.split(" ");
        signs[name] = rest.join(" ");
      },
      end: () => signs as unknown as KernelSigns,
    };
  },
});

/** Which kernel a host runs, and whether it has upstream's patch. */
export const kernelFact: Fact<KernelSigns> = {
  name: "dcpim-kernel",
  argv: ["sh", "-c", signsScript, "sh", sign],
  parser: signsParser,
};
