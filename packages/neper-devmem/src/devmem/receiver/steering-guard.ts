import type { Answer, Decision, Step } from "@hoststack/core";

/**
 * Prints how many steering rules a NIC has, then whether RSS spreads flows evenly over all queues. A NIC without either
 * has nothing to lose.
 */
const script = `
command -v ethtool >/dev/null || { echo "there is no ethtool" >&2; exit 127; }
rules=$(LC_ALL=C ethtool -u "$1" 2>/dev/null | sed -n 's/^Total \\([0-9]*\\) rules.*/\\1/p')
echo "rules \${rules:-0}"
LC_ALL=C ethtool -x "$1" 2>/dev/null | awk '
/^RX flow hash indirection table/ { for (i = 1; i < NF; i++) if ($i == "with") rings = $(i + 1); next }
rings && /^ *[0-9]+:/ { sub(/^ *[0-9]+:/, ""); for (i = 1; i <= NF; i++) if ($i != at++ % rings) uneven = 1; next }
{ if (at) exit }
END { print uneven ? "rss uneven" : "rss even" }'
`;

function decide(nic: string, { stdout }: Answer, keepsRss: boolean): Decision {
  const rules = Number(/^rules (\d+)$/m.exec(stdout)?.[1] ?? 0);
  if (rules > 0) {
    return {
      state: "impossible",
      reason: `${nic} has ${rules} steering ${rules === 1 ? "rule" : "rules"}, which would be wiped`,
      remedy: `delete them if nobody needs them: ethtool -N ${nic} delete LOCATION`,
    };
  }
  if (keepsRss && /^rss uneven$/m.test(stdout)) {
    return {
      state: "impossible",
      reason: `RSS of ${nic} is not spread evenly, and would not come back`,
      remedy: `set it back to the driver's own if nobody needs it: ethtool -X ${nic} default`,
    };
  }
  return { state: "satisfied" };
}

/**
 * Refuses a NIC with steering rules: all programs of device memory wipe them. Changes nothing. With `rss` also one whose
 * RSS table is not even: some programs leave an even one.
 */
export function steeringGuardStep(nic: string, { rss = false }: { rss?: boolean } = {}): Step {
  return {
    ...{ id: `link:${nic}:steering-guard`, title: `see that ${nic} has no steering to lose` },
    ...{ scope: "netns", lifetime: "scoped", survives: "boot" },
    check: { argv: ["sh", "-c", script, "sh", nic] },
    decide: (seen) => decide(nic, seen, rss),
  };
}
