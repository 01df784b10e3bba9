import { exitCodes } from "../errors/catalogue.js";
import { type KernelStatus, kernelStatus } from "../kernel/boot/kernel-status.js";
import { openKernelHosts } from "./kernel-hosts.js";
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

/** `kernel status`: which kernel hosts run and boot. Returns the exit code. */
export async function kernelStatusCommand(request: KernelRequest): Promise<number> {
  const { words, values, signal, terminal } = request;
  await using opened = await openKernelHosts({ testbed: values["testbed"], names: words }, signal);
  const hosts = shownHosts(opened, request);
  const found = await Promise.all(hosts.map((host) => kernelStatus(host, signal)));
  const { out } = terminal;
  if (values["json"] === true) out.line(JSON.stringify(found, null, 2));
  else for (const line of found.flatMap((one) => kernelStatusLines(one, out))) out.line(line);
  return exitCodes.ok;
}
