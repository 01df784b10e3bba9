import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { script } from "../../steps/script.js";
import type { BuiltKernel } from "../built.js";

/** Prints release and configuration's sha256 of every kernel a step has installed. */
const listScript = `
for manifest in /lib/modules/*/.hoststack-manifest; do
  [ -r "$manifest" ] || continue
  directory=\${manifest%/*}
  sed -n "s|^\\([0-9a-f]*\\)  boot/config-.*|\${directory##*/} \\1|p" "$manifest"
done
exit 0
`;

/**
 * The kernel of ours on a host, by its release or because there is only one: what `bootOnce` has to prove. Throws
 * BOOT_REFUSED when no step has installed it, or when there are several and none is named.
 */
export async function installedKernel(
  host: Host,
  {
    release,
    signal,
  }: { readonly release?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<Pick<BuiltKernel, "configSha256" | "release">> {
  const stopping = signal === undefined ? {} : { signal };
  const [listed] = await host.batch([script(listScript)], stopping);
  const kernels = (listed?.stdout ?? "").split("\n").flatMap((line) => {
    const [name, configSha256] = line.split(" ");
    return name && configSha256 ? [{ release: name, configSha256 }] : [];
  });
  const known = kernels.map((one) => one.release).join(", ");
  const found = kernels.filter((one) => release === undefined || one.release === release);
  const [first, other] = found;
  if (first !== undefined && other === undefined) return first;
  const what = release ?? "kernel";
  const reason =
    first === undefined
      ? `no step has installed ${release === undefined ? "a kernel" : what} there`
      : `several kernels are installed there: ${known}`;
  throw hoststackError("BOOT_REFUSED", `${host.name}: ${reason}`, {
    remedy:
      first === undefined
        ? `install it with kernel install${known === "" ? "" : `; there is ${known}`}`
        : "name one of them: kernel boot RELEASE HOST...",
    details: { host: host.name, kernels: kernels.map((one) => one.release) },
  });
}
