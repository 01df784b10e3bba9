import { type BundleOptions, bundleRun, type WrittenBundle } from "../bundle/bundle-run.js";
import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import { bundleFlags } from "./bundle-flags.js";
import { parseFlags } from "./flags.js";
import { flagLines, helpColumns } from "./help.js";
import type { Channel, Terminal } from "./terminal.js";
import { hang } from "./wrap.js";

function help(system: string): string {
  return [
    `${system} bundle RUN_DIR [flags]: put a run into one archive`,
    "",
    ...hang(
      "",
      "Record, raw outputs, events and transcripts, a README with the command that runs it again, and the SHA-256 of every file. report, compare and parse work on what is unpacked. With --pseudonymise names of hosts and users, addresses, GUIDs, home directories and serial numbers are replaced; when one would remain, nothing is written.",
      helpColumns,
    ),
    "",
    "Flags of bundle",
    ...bundleFlags.flatMap(flagLines),
    "",
    "Examples",
    `  ${system} bundle results/20261121-093000-iperf3`,
    `  ${system} bundle results/20261121-093000-iperf3 --pseudonymise --out paper.tar.gz`,
    "",
    "The path of the archive is printed on stdout.",
  ].join("\n");
}

function optionsOf(values: Readonly<Record<string, unknown>>): BundleOptions {
  const hide = (values["hide"] ?? []) as readonly string[];
  if (hide.length > 0 && values["pseudonymise"] !== true) {
    throw hoststackError("OPTIONS_INVALID", "--hide names what --pseudonymise replaces as well", {
      remedy: "add --pseudonymise",
      details: { field: "hide" },
    });
  }
  return {
    pseudonymise: values["pseudonymise"] === true,
    hide,
    force: values["force"] === true,
    ...(typeof values["out"] === "string" ? { out: values["out"] } : {}),
  };
}

/** What a person must know of a bundle before giving it away. */
function tell({ files, bytes, sha256, pseudonyms }: WrittenBundle, err: Channel): void {
  const line = (text: string) => {
    for (const one of hang("", text, err.columns)) err.line(one);
  };
  line(`${files.length} files, ${bytes} bytes, SHA-256 ${sha256}`);
  if (pseudonyms === undefined) return;
  const { replaced, kept, binary } = pseudonyms;
  line(`${replaced} names and addresses are replaced, and none of them was found afterwards`);
  if (kept.length > 0) line(`these stay, since they are words of every record: ${kept.join(", ")}`);
  if (binary.length === 0) return;
  line(`no text, and taken over as they are; look into them yourself: ${binary.join(", ")}`);
}

/** `bundle RUN_DIR`: writes one archive. Returns the exit code. */
export async function bundleCommand(
  system: string,
  argv: readonly string[],
  { out, err }: Terminal,
): Promise<number> {
  const { words, values } = parseFlags(argv, bundleFlags);
  if (values["help"] === true) {
    out.line(help(system));
    return exitCodes.ok;
  }
  const [directory] = words;
  if (directory === undefined || words.length > 1) {
    const text = `bundle takes the directory of one run, not ${words.length}`;
    throw hoststackError("OPTIONS_INVALID", text, {
      remedy: `${system} run prints it at its end; ${system} bundle --help says more`,
    });
  }
  const bundle = await bundleRun(directory, optionsOf(values));
  tell(bundle, err);
  out.line(bundle.path);
  return exitCodes.ok;
}
