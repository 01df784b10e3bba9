import { defineParser, type Readiness } from "@hoststack/tools";
import { z } from "zod";
import { hoststackError } from "../../errors/error.js";
import type { PtpReading } from "./ptp-reading.js";
import { placeText } from "./ptp-scripts.js";

/** Looks beyond this often would be work on a host that is being measured. */
const betweenS = { before: "0.5", after: "2" } as const;
const usualDeadlineMs = 60_000;

/** What a host's clock has to be before something is measured by it. */
export interface PtpWatchOptions {
  /** NIC of a `ptpStep` that is applied. */
  readonly nic: string;
  /** Whether this host's clock is the one the others follow. */
  readonly role: "follower" | "reference";
  /** Largest offset that counts as kept together. */
  readonly maxOffsetNs: number;
  /** How long it may take until it is. @default 60_000 */
  readonly deadlineMs?: number;
}

/** Prints a reading a line, and \`settled\` after three in a row that are as they should be; once more at SIGINT. */
const watchScript = `
${placeText}
role=$1 most=$2 deadline=$3 before=$4 after=$5
look() {
  runs ptp4l || { echo "ptp4l does not run" >&2; tail -n 3 "$directory/ptp4l.log" >&2; exit 1; }
  is=none offset=- system=- grandmaster=-
  while read -r name value; do
    case $name in
      portState) state=$value;;
      master_offset) offset=$value;;
      gmIdentity) grandmaster=$value;;
    esac
  done <<TOLD
$(pmc -u -b 0 -t "$(specific)" -s "$directory/ptp4l" -i "$directory/pmc-$$" 'GET TIME_STATUS_NP' 'GET PORT_DATA_SET')
TOLD
  rm -f "$directory/pmc-$$"
  case $state in
    SLAVE) is=follower;;
    MASTER|GRAND_MASTER) is=reference;;
    # a clock that is only measured stays so; its offset is 0 until the first is known
    UNCALIBRATED) ! grep -q 'free running' "$directory/asked" || [ "$offset" = 0 ] || is=follower;;
  esac
  [ $is = follower ] || offset=-
  if [ -e "$directory/phc2sys.log" ]; then
    runs phc2sys || { echo "phc2sys does not run" >&2; tail -n 3 "$directory/phc2sys.log" >&2; exit 1; }
    system=$(sed -n '$s/.* offset  *\\(-\\{0,1\\}[0-9][0-9]*\\) *s[0-9].*/\\1/p' "$directory/phc2sys.log")
    system=\${system:--}
  fi
  echo "$is offset $offset ns system $system ns grandmaster $grandmaster"
}
small() { [ "$1" = - ] || [ "\${1#-}" -le "$most" ]; }
state=NONE good=0 begun=$(cut -d . -f 1 /proc/uptime)
until [ $good -ge 3 ]; do
  look
  if [ $is = "$role" ] && small "$offset" && small "$system"; then good=$((good + 1)); else good=0; fi
  now=$(cut -d . -f 1 /proc/uptime)
  [ $good -ge 3 ] || [ $((now - begun)) -lt "$deadline" ] || {
    echo "not a $role within $most ns after $deadline s, but $is, offset $offset ns, of the system's clock $system ns: allow more, or see that the link carries PTP" >&2
    exit 1
  }
  sleep "$before"
done
trap 'look; exit 0' INT
echo settled
while :; do sleep "$after"; look; done
`;

/** The command line that waits until PTP keeps a host's clock as asked and then goes on to tell how well, until SIGINT. */
export const ptpWatchArgv = ({
  nic,
  role,
  maxOffsetNs,
  deadlineMs = usualDeadlineMs,
}: PtpWatchOptions): readonly string[] => [
  ...["sh", "-c", watchScript, "sh", nic, role, String(Math.floor(maxOffsetNs))],
  ...[String(Math.ceil(deadlineMs / 1000)), betweenS.before, betweenS.after],
];

/** When such a watch counts as up: its clock is as asked. What it says itself when it gives up comes before. */
export const ptpWatchReadiness = ({
  deadlineMs = usualDeadlineMs,
}: Pick<PtpWatchOptions, "deadlineMs"> = {}): Readiness => ({
  kind: "output",
  pattern: /^settled$/,
  deadlineMs: deadlineMs + 15_000,
});

const reading = z.strictObject({
  role: z.enum(["follower", "none", "reference"]),
  offsetNs: z.number().exactOptional(),
  systemOffsetNs: z.number().exactOptional(),
  grandmaster: z.string().exactOptional(),
});

const watch = z.strictObject({
  /** Whether its clock was as asked at some time. */
  settled: z.boolean(),
  /** From the last before it was settled on. */
  readings: z.array(reading),
});

/** What a watch of PTP told of a host's clock while something was measured. */
export interface PtpWatch {
  readonly settled: boolean;
  readonly readings: readonly PtpReading[];
}

const line =
  /^(follower|none|reference) offset (-|-?\d+) ns system (-|-?\d+) ns grandmaster (-|[0-9a-f.]+)$/;

/** Reads what a watch of PTP printed. */
export const ptpWatchParser = defineParser<PtpWatch>({
  name: "ptp-watch",
  version: 1,
  schema: watch,
  reader: () => {
    let settled = false;
    let readings: PtpReading[] = [];
    return {
      line(text) {
        if (text === "settled") {
          settled = true;
          readings = readings.slice(-1);
        }
        const [, role, offset, system, grandmaster] = line.exec(text) ?? [];
        if (role === undefined) return;
        const number = (name: string, told: string | undefined) =>
          told === undefined || told === "-" ? {} : { [name]: Number(told) };
        readings.push({
          role: role as PtpReading["role"],
          ...number("offsetNs", offset),
          ...number("systemOffsetNs", system),
          ...(grandmaster === undefined || grandmaster === "-" ? {} : { grandmaster }),
        });
      },
      end() {
        if (readings.length > 0) return { settled, readings };
        throw hoststackError("PARSE_FAILED", "ptp-watch: there is no reading of a clock");
      },
    };
  },
});
