import { exitCodes } from "../errors/catalogue.js";
import { type KernelStatus, kernelStatus } from "../kernel/boot/kernel-status.js";
import { failureOfHosts } from "../testbed/ssh/failures.js";
import { failureData, forEachHost } from "./host-outcomes.js";
import { reachKernelHosts } from "./kernel-hosts.js";
import { type KernelRequest, shownHosts } from "./kernel-request.js";
import type { Channel } from "./terminal.js";
import { hang } from "./wrap.js";

/** What a host runs and boots, for people. */
export function kernelStatusLines(status: KernelStatus, out: Channel): string[] {
  const { host, running, bootId, byDefault, once, installed, obstacle, remarks } = status;
  const line = (label: string, text: string) => hang(`  ${label.padEnd(12)}`, text, out.columns);
  return [
    out.style("bold", host),
    ...line("runs", `${running}, boot ${bootId.slice(0, 8)}`),
    ...(byDefault === undefined ? [] : line("by default", byDefault)),
    ...(once === undefined ? [] : line("once", once)),
    ...line(
      "installed",
      installed.map(({ release, state }) => `${release} (${state})`).join(", ") ||
        "none by hoststack",
    ),
    ...remarks.flatMap((remark) => hang("  * ", remark, out.columns)),
    ...(obstacle === undefined
      ? []
      : [
          ...hang("  ! ", `no other kernel can be booted here: ${obstacle.reason}`, out.columns),
          ...hang("    ", obstacle.remedy, out.columns),
        ]),
  ];
}

/**
 * `kernel status`: which kernel hosts run and boot. Hosts that cannot tell do not silence the others: these are shown
 * first. Returns the exit code; throws one error for all that could not be asked.
 */
export async function kernelStatusCommand(request: KernelRequest): Promise<number> {
  const { words, values, signal, terminal } = request;
  await using opened = await reachKernelHosts({ testbed: values["testbed"], names: words }, signal);
  const hosts = shownHosts(opened, request).map((host) => ({ host }));
  const asked = await forEachHost(hosts, ({ host }) => kernelStatus(host, signal));
  signal.throwIfAborted();
  const failures = [...opened.failures, ...asked.failures];
  const { out } = terminal;
  if (values["json"] === true) {
    const all = opened.names.flatMap((name) => [
      ...asked.found.filter(({ host }) => host === name),
      ...failures.filter(({ host }) => host === name).map(failureData),
    ]);
    out.line(JSON.stringify(all, null, 2));
  } else
    for (const line of asked.found.flatMap((one) => kernelStatusLines(one, out))) out.line(line);
  if (failures.length > 0) throw failureOfHosts(failures);
  return exitCodes.ok;
}
