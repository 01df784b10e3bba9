import type { z } from "zod";
import { checkOptions, flag } from "../kernel/options.js";
import { type PerftestOptions, perftestOptions, perftestServerAddress } from "./options.js";

type Checked = z.output<typeof perftestOptions>;

function workArgs(o: Checked): string[] {
  return [
    ...flag("-s", o.test.startsWith("atomic") ? undefined : o.messageBytes),
    ...flag("-a", o.allSizes),
    ...flag("-n", o.iterations),
    ...flag("-D", o.durationS),
    ...flag("-f", o.marginS),
    ...flag("-q", o.qpCount),
    ...flag("-t", o.txDepth),
    ...flag("-r", o.rxDepth),
    ...flag("-Q", o.cqModeration),
    ...flag("-b", o.bidirectional),
    ...flag("-e", o.events),
  ];
}

function linkArgs(o: Checked): string[] {
  return [
    ...flag("-d", o.device),
    ...flag("-i", o.devicePort),
    ...flag("-x", o.gidIndex),
    ...flag("-p", o.port),
    ...flag("-F", o.ignoreCpuFrequency),
    ...flag("-u", o.qpTimeout),
    ...flag("-R", o.useRdmaCm),
    ...flag("-c", o.connection),
    ...flag("-m", o.mtuBytes),
    ...flag("-I", o.inlineBytes),
    ...flag("-o", o.outstandingReads),
    ...flag("-S", o.serviceLevel),
  ];
}

function reportArgs(o: Checked): string[] {
  return [
    ...flag("--report_gbits", o.reportGbits),
    ...flag("--cpu_util", o.cpuUtil),
    ...flag("-H", o.histogram),
    ...flag("-U", o.unsorted),
    ...flag("-C", o.cycles),
    ...(o.jsonPath === undefined ? [] : ["--out_json", `--out_json_file=${o.jsonPath}`]),
    ...(o.extraArgs ?? []),
  ];
}

/** Command line of the server; the client's differs from it only in the peer's address. */
export function perftestServerArgv(options: PerftestOptions): string[] {
  const o = checkOptions(perftestOptions, options, "perftest");
  return [`ib_${o.test}`, ...linkArgs(o), ...workArgs(o), ...reportArgs(o)];
}

/** Command line of the client. */
export function perftestClientArgv(options: PerftestOptions, serverAddress: string): string[] {
  const address = checkOptions(perftestServerAddress, serverAddress, "perftest server address");
  return [...perftestServerArgv(options), address];
}
