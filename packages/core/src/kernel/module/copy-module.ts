import { dirname } from "node:path/posix";
import type { Host } from "../../host/host.js";
import { putFile } from "../../host/transfer/put-file.js";
import type { BuiltModule } from "./built-module.js";

/**
 * Copies a module that was built on the controller to a host, and tells where it is there; the directory is
 * made where it is missing. Throws as `putFile` does.
 */
export async function copyModule(
  host: Host,
  module: BuiltModule,
  path: string,
): Promise<BuiltModule> {
  await host.run({ argv: ["mkdir", "-p", "--", dirname(path)] });
  await putFile(host, { localPath: module.path, path, mode: 0o644 });
  return { ...module, path };
}
