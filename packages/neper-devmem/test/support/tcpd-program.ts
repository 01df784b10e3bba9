import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildHere } from "@hoststack/core";
import { tcpdBuild } from "../../src/devmem/legacy/builds.js";
import { neperMirror } from "./neper-mirror.js";

/** Enough of the headers of Google's kernel to compile with. */
const headersDirectory = fileURLToPath(new URL("./fork-headers", import.meta.url));

/** Has tcp_stream for udmabuf in the cache of this machine, from the copy of upstream. */
export async function tcpdProgram(): Promise<string> {
  const build = tcpdBuild({ memory: "udmabuf", headersDirectory });
  const mirrors = [neperMirror() ?? ""];
  const built = await buildHere(build, { mirrors, signal: new AbortController().signal });
  return join(built, "tcp_stream");
}
