import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path/posix";
import type { Host } from "../../host/host.js";
import { getTree } from "../../host/transfer/get-tree.js";
import { putTree } from "../../host/transfer/put-tree.js";
import type { BuiltKernel } from "../built.js";
import { runScript } from "./build-place.js";

/** Which way a kernel is copied. */
export interface CopyKernelOptions {
  /** The host it lies on now. */
  readonly from: Host;
  /** @default the place it has on `from`, below the work directory of the other host */
  readonly directory?: string;
  /** Ends the copying (INTERRUPTED); there is the whole kernel or none. */
  readonly signal?: AbortSignal;
}

const placeScript = `
directory=$1
[ -n "$directory" ] || directory=\${XDG_CACHE_HOME:-$HOME/.cache}/hoststack/kernels/kernels/$2
mkdir -p -- "\${directory%/*}" && cd -- "\${directory%/*}" && echo "$(pwd -P)/\${directory##*/}"
`;

/**
 * Copies a built kernel to another host, verified by the digests of all its files; what is there already is not
 * sent. Between two other hosts it goes by way of this machine. Throws what transfers throw.
 */
export async function copyKernel(
  kernel: BuiltKernel,
  to: Host,
  options: CopyKernelOptions,
): Promise<BuiltKernel> {
  const { from, directory = "", signal } = options;
  const place = { host: to, environment: {}, signal };
  const name = basename(kernel.directory);
  const path = (await runScript(place, placeScript, directory, name)).trim();
  const stop = signal && { signal };
  if (from.transport.kind !== "ssh") {
    await putTree(to, { localPath: kernel.directory, path, ...stop });
    return { ...kernel, directory: path };
  }
  const between = await mkdtemp(join(tmpdir(), "hoststack-kernel-"));
  try {
    const localPath = join(between, name);
    await getTree(from, { path: kernel.directory, localPath, ...stop });
    await putTree(to, { localPath, path, ...stop });
  } finally {
    await rm(between, { recursive: true, force: true });
  }
  return { ...kernel, directory: path };
}
