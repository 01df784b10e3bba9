import type { SourceEdit } from "@hoststack/core/kernel";
import { programVariables, withFunctions } from "./variables.js";

/** How long the client of long flows sends and the address it sends from are compiled in. */
export const longFlowClientEdits: readonly SourceEdit[] = [
  {
    pattern: "cycles_per_sec * 120",
    replacement: "cycles_per_sec * seconds_to_run()",
    count: 2,
  },
  {
    pattern: 'inet_addr("192.168.11.124")',
    replacement: `inet_addr(given("${programVariables.source}"))`,
  },
  withFunctions(),
];

/** Bytes by connection, told once a second: upstream's server adds all of them up, so one that is dead is not seen. */
const flowTable = `
struct flow_bytes {
	std::atomic<int> port;
	std::atomic<unsigned long> bytes;
};

static struct flow_bytes flow_table[64];
static std::atomic<int> flow_count(0);
static thread_local struct flow_bytes *own_flow = NULL;

static void note_flow(struct sockaddr_in *source)
{
	int place = flow_count.fetch_add(1);
	if (place >= 64) {
		printf("Couldn't tell more than 64 connections apart\\n");
		exit(1);
	}
	own_flow = &flow_table[place];
	own_flow->port = ntohs(source->sin_port);
}

static void tell_flows()
{
	for (int i = 0; i < flow_count; i++) {
		int port = flow_table[i].port;
		if (port != 0)
			printf("flow from port %d: %lu bytes\\n", port, flow_table[i].bytes.exchange(0));
	}
}
`;

/** Which connection how many bytes came by. */
export const longFlowServerEdits: readonly SourceEdit[] = [
  {
    pattern: '#include "test_utils.h"',
    replacement: `#include "test_utils.h"\n${flowTable}`,
  },
  {
    pattern: 'printf("start connection\\n");',
    replacement: 'note_flow(&source);\n\tprintf("start connection\\n");',
  },
  {
    pattern: "std::atomic_fetch_add(&agg_stats.total_bytes, (unsigned long)result);",
    replacement:
      "std::atomic_fetch_add(&agg_stats.total_bytes, (unsigned long)result);\n\t\town_flow->bytes += result;",
  },
  {
    pattern: "atomic_store(&stats->interval_bytes, (unsigned long)0);\n\t}",
    replacement: "atomic_store(&stats->interval_bytes, (unsigned long)0);\n\t\ttell_flows();\n\t}",
  },
];
