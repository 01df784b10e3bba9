import { hoststackError } from "../../../errors/error.js";
import type { Identity } from "./identity.js";
import type { LoginJournal } from "./login-methods.js";

/** What a login that failed had to work with, in the user's terms. */
function triedText(journal: LoginJournal): string {
  const { ring, keys, notes } = journal;
  const identities = keys?.identities ?? [];
  const ending = (one: Identity): string =>
    one.problem() ?? (ring?.accepted(one) ? "accepted, but more is asked for" : "refused");
  const agent = identities.filter(({ origin }) => origin === "agent");
  const agentText = `agent (${agent.length} key${agent.length === 1 ? "" : "s"}, ${[...new Set(agent.map(ending))].join(", ")})`;
  const files = identities.flatMap((one) =>
    one.origin === "agent" ? [] : [`${one.origin.file} (${ending(one)})`],
  );
  const skipped = (keys?.skipped ?? []).map(({ label, why }) => `${label} (not tried: ${why})`);
  const all = [...(agent.length > 0 ? [agentText] : []), ...files, ...skipped, ...notes];
  return all.length === 0 ? "there was nothing to try" : `tried: ${all.join(", ")}`;
}

/** HOST_UNREACHABLE for a login whose every method failed, with the carrier that could do it. */
export function loginRefused(where: string, journal: LoginJournal, cause: Error): Error {
  const offered = journal.offered ?? [];
  const opensshCan =
    journal.keys?.skipped.some(({ opensshCan }) => opensshCan) === true ||
    (offered.length > 0 &&
      offered.every((method) => method === "hostbased" || method.startsWith("gssapi")));
  const takes = offered.length === 0 ? "" : ` (it takes ${offered.join(", ")})`;
  return hoststackError(
    "HOST_UNREACHABLE",
    `cannot log in to ${where}: it refused the login${takes}; ${triedText(journal)}`,
    {
      cause,
      remedy: remedyOf(journal, { opensshCan, cause }),
      details: { host: where, offered },
    },
  );
}

function remedyOf(
  journal: LoginJournal,
  { opensshCan, cause }: { opensshCan: boolean; cause: Error },
): string {
  if (opensshCan) return 'use carrier "openssh", which can do what was not tried here';
  if (/too many/i.test(cause.message)) {
    return "the server heard too many keys: name the right one by IdentityFile with IdentitiesOnly yes";
  }
  return journal.notes.some((note) => note.includes("`ask`"))
    ? "give `ask`, or log in with a key: put its public half into authorized_keys there"
    : "put the public half of a key into the user's authorized_keys there; ssh -v shows each step";
}
