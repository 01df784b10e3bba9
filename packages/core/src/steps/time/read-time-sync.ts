import type { Host } from "../../host/host.js";
import { script } from "../script.js";

/** What keeps a machine's clock. */
export interface TimeSyncState {
  /** Programs that do, as the kernel shows their names: `chronyd`, `ntpd`, `systemd-timesyn`, `ptp4l`, `phc2sys`. */
  readonly running: readonly string[];
  /** Whether the clock is taken for synchronized; undefined where nothing could tell. */
  readonly synchronized: boolean | undefined;
}

/** The kernel tells by adjtimex(2) alone: timedatectl and chronyc ask it, no file does. */
const question = `
for name in chronyd ntpd systemd-timesyn ptp4l phc2sys; do
  ! grep -qx "$name" /proc/[0-9]*/comm 2>/dev/null || echo "running $name"
done
told=$(LC_ALL=C timedatectl show -p NTPSynchronized --value 2>/dev/null) || told=
case $told in
  yes|no) echo "synchronized $told";;
  *) case $(LC_ALL=C chronyc -n tracking 2>/dev/null) in
       *"Leap status     : Normal"*) echo "synchronized yes";;
       *"Leap status     : Not synchronised"*) echo "synchronized no";;
     esac;;
esac
`;

/** Reads what the question prints. */
export function parseTimeSyncState(text: string): TimeSyncState {
  const lines = text.split("\n").map((line) => line.split(" "));
  const told = lines.find(([key]) => key === "synchronized")?.[1];
  return {
    running: lines.flatMap(([key, name = ""]) => (key === "running" ? [name] : [])),
    synchronized: told === undefined ? undefined : told === "yes",
  };
}

/** Asks a host what keeps its clock, in one round trip. Throws what `Host.batch` throws. */
export async function readTimeSync(host: Host): Promise<TimeSyncState> {
  const [answer] = await host.batch([script(question)]);
  return parseTimeSyncState(answer?.stdout ?? "");
}
