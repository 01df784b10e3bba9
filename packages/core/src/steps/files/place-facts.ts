import type { Command } from "../../command/command.js";
import { script } from "../script.js";

/** Whom a new file would belong to, and whether it can be made. */
export interface PlaceFacts {
  readonly uid: string;
  /** Group a new file gets, that of the directory where it hands it on. */
  readonly gid: string;
  readonly parent: "missing" | "readonly" | "writable";
  /** Names of the file that is there; 0 when there is none. */
  readonly links: number;
  /** Numeric form of the wanted owner, with `unknown` for a name the host does not know. */
  readonly owner: string;
}

const factsScript = `
directory=\${1%/*}
[ -n "$directory" ] || directory=/
uid=$(id -u) gid=$(id -g) links=0 user=$2 group=$3
if [ ! -d "$directory" ]; then parent=missing
elif [ -w "$directory" ] && [ -x "$directory" ]; then parent=writable
else parent=readonly
fi
[ -g "$directory" ] && gid=$(stat -c %g "$directory")
[ -f "$1" ] && links=$(stat -c %h "$1")
case $user in *[!0-9]*) user=$(id -u "$user" 2>/dev/null) || user=unknown;; esac
case $group in *[!0-9]*)
  group=$({ getent group "$3" || cat /etc/group; } 2>/dev/null |
    awk -F: -v name="$3" '$1 == name { print $3; exit }')
  [ -n "$group" ] || group=unknown;;
esac
echo "$uid $gid $parent $links $user:$group"
`;

/** Asks for the facts about a path; `owner` is `user:group`, by name or number. */
export function placeFactsCommand(path: string, owner = ":"): Command {
  const [user = "", group = ""] = owner.split(":");
  return script(factsScript, path, user, group);
}

/** Reads the facts; nothing when the answer is none. */
export function parsePlaceFacts(text: string | undefined): PlaceFacts | undefined {
  const found = /^(\d+) (\d+) (missing|readonly|writable) (\d+) (\S+)\n$/.exec(text ?? "");
  if (found === null) return undefined;
  const [, uid = "", gid = "", parent = "", links = "", owner = ""] = found;
  return { uid, gid, parent: parent as PlaceFacts["parent"], links: Number(links), owner };
}
