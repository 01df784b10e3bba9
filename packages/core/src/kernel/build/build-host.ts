import { hoststackError } from "../../errors/error.js";
import { runScript, type ScriptPlace } from "./build-place.js";

/** Prints the configuration of the running kernel. */
export const runningConfigText = `
running_config() {
  for config in /proc/config.gz "/boot/config-$(uname -r)" "/lib/modules/$(uname -r)/config" \\
    "/lib/modules/$(uname -r)/build/.config"; do
    [ -r "$config" ] || continue
    case $config in *.gz) gzip -dc "$config" ;; *) cat "$config" ;; esac
    return
  done
  return 1
}
`;

const factsScript = `
${runningConfigText}
work=$1
[ -n "$work" ] || work=\${XDG_CACHE_HOME:-$HOME/.cache}/hoststack/kernels
mkdir -p -- "$work/sources" "$work/lines" "$work/kernels" && cd -- "$work" || exit 1
echo "work $(pwd -P)"
echo "jobs $(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
echo "machine $(uname -m)"
echo "compiler $(command -v "$2" >/dev/null && "$2" --version 2>/dev/null | head -n 1)"
echo "ccache $(command -v ccache)"
[ "$3" != running ] || echo "running $(running_config | sha256sum | cut -d ' ' -f 1)"
`;

/** What a build host says about itself. */
export interface BuildHostFacts {
  /** The work directory, absolute and without links. */
  readonly work: string;
  readonly jobs: number;
  readonly machine: string;
  /** First line of the compiler's `--version`. */
  readonly compiler: string;
  readonly ccache: boolean;
  /** SHA-256 of the running kernel's configuration; when it was asked for. */
  readonly runningConfig: string | undefined;
}

const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Asks a build host in one go, and makes the work directory. Throws TOOL_MISSING without the compiler. */
export async function buildHostFacts(
  place: ScriptPlace,
  question: { workDirectory: string | undefined; compiler: string; base: string | undefined },
): Promise<BuildHostFacts> {
  const { workDirectory = "", compiler, base = "" } = question;
  const stdout = await runScript(place, factsScript, workDirectory, compiler, base);
  const facts = new Map(
    stdout.split("\n").map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(0, space), line.slice(space + 1)] as const;
    }),
  );
  const version = facts.get("compiler") ?? "";
  const where = place.host.name;
  if (version === "") {
    throw hoststackError("TOOL_MISSING", `"${compiler}" is not installed on ${where}`, {
      remedy: `install it on ${where}, e.g. apt-get install gcc, or name another compiler`,
      details: { program: compiler, host: where },
    });
  }
  const runningConfig = facts.get("running");
  if (runningConfig === emptySha256) {
    throw hoststackError(
      "CAPABILITY_MISSING",
      `${where} does not tell its kernel's configuration`,
      {
        remedy: "give config.file instead of config.base: running",
      },
    );
  }
  return {
    work: facts.get("work") ?? "",
    jobs: Math.max(1, Number(facts.get("jobs"))),
    machine: facts.get("machine") ?? "",
    compiler: version,
    ccache: facts.get("ccache") !== "",
    runningConfig,
  };
}
