/** Names of the variables the edited programs take their compiled-in numbers from. */
export const programVariables = {
  /** Seconds a client sends, and a server takes connections of one message each. */
  seconds: "DCPIM_SECONDS",
  /** Address long flows come from. */
  source: "DCPIM_SOURCE",
  /** Messages each client sends in a second; 0: as many as it can. */
  messagesPerS: "DCPIM_MESSAGES_PER_S",
  /** `corrected`: times of sending are told by the server's clock; `own`: as the client's has them. */
  clock: "DCPIM_CLOCK",
} as const;

/** Every edited program ends at once when it is not told what upstream has compiled in. */
const given = `
static const char *given(const char *name)
{
	const char *value = getenv(name);
	if (value == NULL) {
		fprintf(stderr, "%s is not set\\n", name);
		exit(2);
	}
	return value;
}

static double seconds_to_run()
{
	static const double seconds = atof(given("${programVariables.seconds}"));
	return seconds;
}
`;

const lastInclude = '#include "test_utils.h"';

/** Puts functions of ours behind a program's includes. */
export const withFunctions = (...texts: readonly string[]) => ({
  pattern: lastInclude,
  replacement: `${lastInclude}\n${given}${texts.join("")}`,
});
