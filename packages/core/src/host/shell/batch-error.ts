import { hoststackError } from "../../errors/error.js";
import type { BatchCommand } from "../batch.js";

/** Why a batch did not come to its end. */
export type BatchEnd = "aborted" | "ended" | "late" | "lost" | "overflow";

const codes = {
  aborted: "INTERRUPTED",
  ended: "COMMAND_FAILED",
  late: "COMMAND_TIMED_OUT",
  lost: "HOST_UNREACHABLE",
  overflow: "COMMAND_FAILED",
} as const;

/** The error of a batch that was ended, naming the command that ran then. */
export function batchError(
  end: BatchEnd,
  at: { host: string; command: BatchCommand | undefined; deadlineMs: number; limit: number },
): Error {
  const name = at.command === undefined ? "its last command" : `"${at.command.argv[0]}"`;
  const how = {
    aborted: `was stopped while ${name} ran`,
    ended: `lost its shell while ${name} ran: something on the host ended it`,
    late: `did not end within ${at.deadlineMs} ms: ${name} was running`,
    lost: `was running ${name} when the connection was lost`,
    overflow: `was ended: ${name} printed more than ${at.limit} bytes`,
  }[end];
  const remedy =
    end === "overflow" ? "raise maxOutputBytes, or use start and read the output as it comes" : "";
  return hoststackError(codes[end], `the batch on ${at.host} ${how}`, {
    ...(remedy === "" ? {} : { remedy }),
    details: { argv: at.command?.argv, host: at.host },
  });
}
