import { checkCommand, launchedPid } from "../../command/launch.js";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { type Detached, type DetachedRequest, detachedPath } from "./detached.js";
import { findOne } from "./find.js";
import { commandText, forgetCommand, reportCommand, startCommand } from "./runner-text.js";

const minLeaseMs = 1000;

/**
 * Starts a command that goes on when the connection is lost or the controller dies. Its input is empty,
 * its output goes to files on the host, and the host ends it, with all processes of its group, when its
 * lease has not been renewed in time; `beatDetached` renews it. The host needs `setsid` and `/proc`; in
 * namespaces that this machine holds it ends with them, and where systemd-logind kills what a user leaves
 * behind (`KillUserProcesses=yes`) with the user's last session.
 *
 * Throws OPTIONS_INVALID, TOOL_MISSING when there is no such program, COMMAND_FAILED when the id is
 * taken or the directory cannot be made, and what `Host.run` throws.
 */
export async function startDetached(host: Host, request: DetachedRequest): Promise<Detached> {
  const { command, directory, id, leaseMs } = request;
  checkCommand(command);
  const path = detachedPath(directory, id);
  if (!(leaseMs >= minLeaseMs && Number.isSafeInteger(leaseMs))) {
    throw hoststackError("OPTIONS_INVALID", `leaseMs is ${leaseMs}, not ${minLeaseMs} or more`, {
      details: { field: "leaseMs" },
    });
  }
  const text = commandText(command, { path, lineBuffered: request.lineBuffered ?? true });
  await host.run(startCommand({ directory, id, leaseMs, text }), { stdin: text });
  const report = await host.run(reportCommand(path), { reject: false });
  try {
    launchedPid(command, host.name, report.stdout);
  } catch (error) {
    // Nothing ran: the id stays free. Without a report that is not certain; the lease ends it then.
    if (report.stdout !== "") await host.run(forgetCommand(path));
    throw error;
  }
  return await findOne(host, path);
}
