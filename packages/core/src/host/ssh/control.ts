import { createInterface } from "node:readline";
import { hoststackError } from "../../errors/error.js";
import { giveScript, type Session } from "./login.js";
import { readUntil } from "./read-until.js";

/**
 * Ends a group unless it is told to stop: first the deadline, then SIGTERM, 2 s, SIGKILL. Not
 * `kill -TERM -- -1`: dash and busybox take `--` for a process.
 */
const watch =
  'sleep "$2" 2>/dev/null || sleep "$3"; echo "timeout $1"; kill -TERM "-$1"; sleep 2; kill -KILL "-$1"';

/**
 * Runs on the host beside the commands, one per connection. It knows every group that runs, so it can
 * signal them without another channel, holds their deadlines, and ends them when its input ends:
 * the kernel closes that when the controller dies, and the server when the connection does.
 */
const script = `
trap "" HUP INT QUIT TERM PIPE
exec 4>&1 2>/dev/null
all=" "
for tool in setsid sleep; do
  command -v "$tool" >/dev/null || { echo "$tool"; exit 1; }
done
read -r boot </proc/sys/kernel/random/boot_id
echo "+ $boot"
while read -r verb p a b; do
  case $verb in
  run) case $all in *" $p "*) ;; *) all="$all$p " ;; esac ;;
  arm) setsid sh -c '${watch}' sh "$p" "$a" "$b" </dev/null >&4 & eval "w$p=$!" ;;
  kill) case $all in *" $p "*) kill "-$a" "-$p" ;; esac ;;
  end)
    kill -0 "-$p" || case $all in *" $p "*) all="\${all%% $p *} \${all#* $p }" ;; esac
    eval "w=\\\${w$p-}"; unset "w$p"
    [ -z "$w" ] || { kill -KILL "-$w" "$w"; wait "$w"; } ;;
  say) echo "said $p" ;;
  esac
done
for p in $all; do
  eval "w=\\\${w$p-}"
  [ -z "$w" ] || kill -KILL "-$w" "$w"
  kill -TERM "-$p" && some=1
done
[ -z "$some" ] || sleep 2
for p in $all; do kill -KILL "-$p"; done
`;

/** The controller's end of that shell. Every call is fire and forget, in order. */
export interface Control {
  /** Which boot of which machine this is: one name can stand for several machines. */
  readonly bootId: string;
  /** The shell itself, on the host. */
  readonly pid: number;
  /** Puts a group under watch: it is ended when the connection is. */
  run(pid: number): void;
  /** Ends the group after this long. */
  arm(pid: number, deadlineMs: number): void;
  kill(pid: number, signal: NodeJS.Signals): void;
  /** Drops the group's deadline, and forgets the group unless others of it outlive the first. */
  end(pid: number): void;
  /** Waits until everything asked before was done and its answers were read. */
  settled(): Promise<void>;
  /** The deadline of this group has passed. */
  timedOut(pid: number): boolean;
}

/** Starts the control shell in a session of its own. Throws HOST_UNREACHABLE where that ends, TOOL_MISSING. */
export async function startControl(session: Session, where: string): Promise<Control> {
  const { channel } = session;
  giveScript(session, script);
  const [report] = await readUntil(channel.stdout, /^[^\n]*\n/).catch((cause: unknown) => {
    throw hoststackError("HOST_UNREACHABLE", `the login to ${where} ended as soon as it began`, {
      cause,
      remedy: "check that the machine stays up and that the account's shell reads its input",
    });
  });
  const [sign, bootId = ""] = report.trimEnd().split(" ");
  if (sign !== "+") {
    const tool = sign;
    throw hoststackError("TOOL_MISSING", `"${tool}" is not installed on ${where}`, {
      remedy: "install the packages util-linux and coreutils there, or busybox",
      details: { program: tool, host: where },
    });
  }
  channel.stderr.resume();
  const late = new Set<number>();
  const waiting = new Map<number, () => void>();
  let count = 0;
  const lines = createInterface({ input: channel.stdout });
  lines.on("line", (line) => {
    const [word, number] = line.split(" ");
    if (word === "timeout") late.add(Number(number));
    if (word === "said") waiting.get(Number(number))?.();
  });
  let gone = false;
  void channel.closed.then(() => {
    gone = true;
    for (const resolve of waiting.values()) resolve();
  });
  const send = (text: string) => {
    if (channel.stdin.writable) channel.stdin.write(`${text}\n`);
  };
  return {
    bootId,
    pid: session.pid,
    run: (pid) => {
      late.delete(pid);
      send(`run ${pid}`);
    },
    arm: (pid, ms) => send(`arm ${pid} ${(ms / 1000).toFixed(3)} ${Math.ceil(ms / 1000)}`),
    kill: (pid, signal) => send(`kill ${pid} ${signal.slice("SIG".length)}`),
    end: (pid) => send(`end ${pid}`),
    timedOut: (pid) => late.has(pid),
    settled: async () => {
      if (gone) return;
      const ticket = ++count;
      await new Promise<void>((resolve) => {
        waiting.set(ticket, resolve);
        send(`say ${ticket}`);
      });
      waiting.delete(ticket);
    },
  };
}
