import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import { aptComplaint } from "./apt-output.js";
import { type LocalResult, runLocalTool } from "./local-tool.js";

const listsFreshMs = 24 * 3600 * 1000;

/** Apt with state of its own: the user's sources, keys and proxies, nothing of the user's changed. */
export interface Apt {
  /** Where downloaded package files end up. */
  readonly archives: string;
  /** An archive directory that is always empty. */
  readonly emptyArchives: string;
  /** Runs `apt-get` or `apt-cache`; throws DOWNLOAD_FAILED with apt's own words. */
  run(argv: readonly ["apt-get" | "apt-cache", ...string[]], cwd?: string): Promise<string>;
  /** Fetches the package lists anew unless that was done a short while ago; says whether it did. */
  update(options?: { readonly force: boolean }): Promise<boolean>;
}

/** How {@link openApt} finds its place. */
export interface AptOptions {
  /** State, lists and downloads live here. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Configuration read after the user's own: our directories, no packages installed, and none of the
 * hooks of the system, which would clean up or refresh the laptop's own state.
 */
function configuration(directory: string): string {
  const hooks = ["Update::Pre-Invoke", "Update::Post-Invoke", "Update::Post-Invoke-Success"];
  return [
    `Dir::State "${directory}/state";`,
    `Dir::State::status "${directory}/status";`,
    `Dir::Cache "${directory}/cache";`,
    'Dir::Cache::archives "archives/";',
    'Dir::Cache::pkgcache "pkgcache.bin";',
    'Dir::Cache::srcpkgcache "srcpkgcache.bin";',
    `Dir::Log "${directory}/log";`,
    // root's apt would drop to a user who cannot enter the directory; others ignore it
    'APT::Sandbox::User "root";',
    'APT::Install-Recommends "false";',
    'APT::Install-Suggests "false";',
    'APT::Keep-Downloaded-Packages "true";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    ...hooks.map((hook) => `#clear APT::${hook};`),
    "#clear DPkg::Pre-Install-Pkgs;",
    "#clear DPkg::Post-Invoke;",
    "",
  ].join("\n");
}

/** Opens apt with state of its own. Throws CAPABILITY_MISSING where there is no apt. */
export async function openApt(options: AptOptions): Promise<Apt> {
  const { directory, signal } = options;
  for (const part of ["state/lists/partial", "cache/archives/partial", "empty/partial", "log"]) {
    await mkdir(join(directory, part), { recursive: true });
  }
  const configFile = join(directory, "apt.conf");
  await writeFile(join(directory, "status"), "");
  await writeFile(configFile, configuration(directory));

  const run: Apt["run"] = async ([program, ...args], cwd) => {
    // one apt at a time per state directory; the kernel drops the lock when apt ends
    const lock: [string, ...string[]] = ["flock", "--no-fork", join(directory, "lock")];
    const argv: [string, ...string[]] = [...lock, program, "-c", configFile, ...args];
    const result = await runLocalTool({ argv, signal, ...(cwd === undefined ? {} : { cwd }) });
    if (!result.ok) throw await aptError(program, result);
    return result.stdout;
  };

  const stamp = join(directory, "updated");
  const update: Apt["update"] = async ({ force } = { force: false }) => {
    const age = await stat(stamp).then(
      (info) => Date.now() - info.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (age < (force ? 60_000 : listsFreshMs)) return false;
    await run(["apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any"]);
    await writeFile(stamp, "");
    await run(["apt-get", "autoclean", "-qq"]);
    return true;
  };
  await needApt(signal);
  return {
    archives: join(directory, "cache/archives"),
    emptyArchives: join(directory, "empty/"),
    run,
    update,
  };
}

async function needApt(signal: AbortSignal | undefined): Promise<void> {
  try {
    for (const tool of ["apt-get", "dpkg-deb", "flock"]) {
      await runLocalTool({ argv: [tool, "--version"], signal });
    }
  } catch (error) {
    if (!isHoststackError(error, "TOOL_MISSING")) throw error;
    throw hoststackError(
      "CAPABILITY_MISSING",
      `guests are made from packages, but ${error.message}`,
      {
        cause: error,
        remedy: "use a computer with Debian or Ubuntu, or real hosts over SSH",
      },
    );
  }
}

function aptError(program: string, result: LocalResult) {
  const full = /No space left on device|not have enough free space/i.test(result.stderr);
  return hoststackError("DOWNLOAD_FAILED", `${program} failed: ${aptComplaint(result.stderr)}`, {
    remedy: full
      ? "free some disk space in the cache directory"
      : "check the network and the apt sources of this computer with `apt-get update`",
    details: { stderr: result.stderr },
  });
}
