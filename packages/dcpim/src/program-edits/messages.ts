import type { SourceEdit } from "@hoststack/core/kernel";
import { clockAnswers, clockQuestions } from "./clock-exchange.js";
import { programVariables, withFunctions } from "./variables.js";

/** Sends at a steady rate, and ends with an error where upstream's loops print one line after the other for ever. */
const pacing = `
static void wait_for_turn()
{
	static const double rate = atof(given("${programVariables.messagesPerS}"));
	static thread_local struct timespec next = {0, 0};
	if (rate <= 0)
		return;
	if (next.tv_sec == 0 && next.tv_nsec == 0)
		clock_gettime(CLOCK_MONOTONIC, &next);
	long long then = (long long)next.tv_nsec + (long long)(1e9 / rate);
	next.tv_sec += then / 1000000000;
	next.tv_nsec = then % 1000000000;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL) == EINTR)
		;
}

static void give_up(const char *what, int result)
{
	printf("Couldn't %s: %s\\n", what, result == 0 ? "the connection was closed" : strerror(errno));
	exit(1);
}
`;

const rate = "sent_bytes  / to_seconds(end - start_time) / flow_size  << std::endl;";
const told = (port: string, ending: string) =>
  `printf("sent: flow %d port %d %llu messages in %.9f s${ending}\\n", id, ${port}, (unsigned long long)(sent_bytes / flow_size), to_seconds(end - start_time));`;

/** What its loops leave in files of the directory it was started from becomes lines of its output. */
const clientOutputEdits: readonly SourceEdit[] = [
  {
    pattern: 'lfile.open("temp/netperf-" + std::to_string(id)+".log");',
    replacement: "/* times go to stdout */",
    count: 3,
  },
  {
    pattern: 'tfile.open("temp/netperf-" + std::to_string(id)+"_thpt.log");',
    replacement: "/* counts go to stdout */",
    count: 3,
  },
  {
    pattern: `tfile <<   pid << " " << ntohs(client.sin_port) << " " << ${rate}`,
    replacement: told("ntohs(client.sin_port)", ""),
    count: 2,
  },
  {
    pattern: `tfile <<   pid << " "  << ${rate}`,
    replacement: told("0", ", a connection each"),
  },
  {
    pattern: '\t\tlfile << "finish time: " << latency[i] << "\\n"; ',
    replacement: '\t\tprintf("finish time: %g\\n", latency[i]);',
    count: 3,
  },
];

/** The client for messages: upstream sends as fast as it can for 140 s. */
export const messageClientEdits: readonly SourceEdit[] = [
  ...clientOutputEdits,
  {
    pattern: 'printf("send: %d\\n", result);',
    replacement: 'give_up("send", result);',
    count: 2,
  },
  { pattern: 'printf("read: %d\\n", result);', replacement: 'give_up("receive", result);' },
  {
    pattern: 'printf("send: %d %d \\n", result, errno);',
    replacement: 'give_up("send a message", result);',
  },
  {
    pattern: "/* Read the current time from CLOCK_REALTIME */",
    replacement: "wait_for_turn();",
    count: 2,
  },
  {
    pattern: "(long long)current_time.tv_nsec;",
    replacement: "(long long)current_time.tv_nsec + clock_correction;",
    count: 2,
  },
  // upstream's server answers without delay, so the client has to ask without it too
  {
    pattern: "else \n\t\tfd = socket(AF_INET, SOCK_STREAM, 0);\n\tif (bind",
    replacement:
      "else {\n\t\tint on = 1;\n\t\tfd = socket(AF_INET, SOCK_STREAM, 0);\n\t\tsetsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));\n\t\tsetsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));\n\t}\n\tif (bind",
  },
  {
    pattern: "threads_per_core = count / 2;",
    replacement:
      'struct sockaddr clock_server = *dest;\n\tif (one_side || shortflow)\n\t\tcorrect_clock(&clock_server);\n\tstd::cout << "sending" << std::endl;\n\tthreads_per_core = count / 2;',
  },
  {
    pattern: "std::chrono::seconds(140));",
    // with a connection for each message the server ends by itself, a second later
    replacement:
      'std::chrono::duration<double>(seconds_to_run()));\n\tif (one_side || shortflow)\n\t\tcompare_clocks("end", &clock_server);\n\tif (shortflow)\n\t\tsleep(3);',
  },
  withFunctions(pacing, clockQuestions),
];

const serverFunctions = `
static std::atomic<long long> before_sent(0);
static std::atomic<long long> past_last(0);
static std::atomic<int> listeners(1);

static int told_listen(int fd, int backlog)
{
	int outcome = listen(fd, backlog);
	if (outcome == 0 && listeners.fetch_sub(1) == 1)
		printf("listening\\n");
	return outcome;
}

static void tell_received(int port, unsigned long long messages, long long ns)
{
	printf("received: port %d %llu messages in %.9f s\\n", port, messages, ns / 1e9);
}
`;

/** The server for messages: it says when it listens, and what its histogram hides. */
export const messageServerEdits: readonly SourceEdit[] = [
  {
    pattern: "listen(listen_fd, 1000) == -1",
    replacement: "told_listen(listen_fd, 1000) == -1",
    count: 3,
  },
  {
    pattern: 'lfile.open("netperf-" + std::to_string(thread_id.fetch_add(1))+".log");',
    replacement: "/* figures go to stdout */",
    count: 2,
  },
  {
    pattern: "> 120000000000)",
    replacement: "> (seconds_to_run() + 1) * 1e9)",
  },
  {
    pattern:
      "if(latency > MAX_HIST_VALUE)\n\t\tlatency = MAX_HIST_VALUE - 1;\n\tif(latency < 0)\n\t\tlatency = 0;",
    replacement:
      "if(latency >= MAX_HIST_VALUE) {\n\t\tlatency = MAX_HIST_VALUE - 1;\n\t\tpast_last++;\n\t}\n\tif(latency < 0) {\n\t\tlatency = 0;\n\t\tbefore_sent++;\n\t}",
  },
  {
    pattern: 'printf("end loop\\n");',
    replacement:
      'tell_received(ntohs(sin.sin_port), count, finish_time - begin_time);\n\tprintf("end loop\\n");',
  },
  {
    pattern: 'printf("thread finish\\n");',
    replacement:
      'tell_received(port, count, finish_time - begin_time);\n\tprintf("thread finish\\n");',
  },
  {
    pattern: "if(shortflow) {\n\t\t\tfor",
    replacement:
      "listeners = shortflow ? count : 1;\n\tstart_clock(port);\n\tif(shortflow) {\n\t\t\tfor",
  },
  {
    pattern: '// if(shortflow) {\n\tlfile.open("latency.log");',
    replacement:
      'printf("one-way: mean %g us, median %g us, p99 %g us, p99.9 %g us, %lld before they were sent, %lld past the last bin\\n", get_mean_timehist(time_hist), estimate_percentile(time_hist, 0.5), estimate_percentile(time_hist, 0.99), estimate_percentile(time_hist, 0.999), before_sent.load(), past_last.load());\n\tfflush(stdout);\n\t// shortflow {',
  },
  withFunctions(serverFunctions, clockAnswers),
];
