import { performance } from "node:perf_hooks";
import { PassThrough, type Readable, Writable } from "node:stream";
import type { Command } from "../../command/command.js";
import { type Ending, StartedProcess } from "../started-process.js";
import type { StartOptions } from "../transport.js";
import type { Connection } from "./connection.js";
import type { Session } from "./login.js";

/** A shorter command is not worth a watcher on the host: its end is usually on the way already. */
const armAfterMs = 100;

/** A stream of a channel on its own, so that neither its end nor its destruction touches the other. */
function detached(source: Readable): PassThrough {
  const stream = new PassThrough();
  if (source.readableEnded) stream.end();
  else source.pipe(stream);
  return stream;
}

/**
 * Input of a channel on its own. A write is done when the channel has taken it, so that its memory may be used again;
 * what is left over when a program ends is nobody's error.
 */
function inputTo(target: Writable): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => target.write(chunk, () => done()),
    final: (done) => {
      target.end();
      done();
    },
  }).on("error", () => {});
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once("close", resolve));
}

/** What a session has become, and on which connection. */
interface ChannelRun {
  readonly command: Command;
  readonly session: Session;
  readonly connection: Connection;
  readonly startedAt: number;
}

/** Has the host end the group after its deadline; the returned promise says how the process ended. */
async function endOf(run: ChannelRun, deadlineMs: number | undefined): Promise<Ending> {
  const { control } = run.connection;
  const { pid } = run.session;
  const elapsedMs = () => performance.now() - run.startedAt;
  const limitMs = deadlineMs ?? Number.POSITIVE_INFINITY;
  const armer =
    deadlineMs === undefined
      ? undefined
      : setTimeout(
          () => control.arm(pid, Math.max(limitMs - elapsedMs(), 1)),
          Math.min(armAfterMs, limitMs / 2),
        );
  const end = await run.session.channel.closed;
  clearTimeout(armer);
  if (end === undefined) return { connectionLost: true };
  // The watcher reports before it kills, but through another channel. A host's clock may run fast.
  if (2 * elapsedMs() >= limitMs) await control.settled();
  return { ...end, timedOut: control.timedOut(pid) };
}

/** The process a session has become, with its group under the control shell's watch. */
export function channelProcess(run: ChannelRun, options: StartOptions): StartedProcess {
  const { channel, pid } = run.session;
  const { control } = run.connection;
  const stdin = inputTo(channel.stdin);
  const stdout = detached(channel.stdout);
  const stderr = detached(channel.stderr);
  const end = endOf(run, options.deadlineMs);
  const process = new StartedProcess(
    {
      command: run.command,
      pid,
      stdin,
      stdout,
      stderr,
      startedAt: run.startedAt,
      ended: Promise.all([end, closed(stdout), closed(stderr)]).then(([ending]) => ending),
      signalGroup: (signal) => control.kill(pid, signal),
      abandon: () => channel.destroy(),
    },
    options,
  );
  void process.exit.then(() => control.end(pid));
  return process;
}
