import { programVariables } from "./variables.js";

/** Answers each question about the time with the server's clock, over UDP at the port of the messages. */
export const clockAnswers = `
static long long clock_now()
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void answer_clock(int fd)
{
	long long words[2];
	struct sockaddr_in from;
	while (1) {
		socklen_t size = sizeof(from);
		if (recvfrom(fd, words, sizeof(words[0]), 0, (struct sockaddr *)&from, &size) != (ssize_t)sizeof(words[0]))
			continue;
		words[1] = clock_now();
		sendto(fd, words, sizeof(words), 0, (struct sockaddr *)&from, size);
	}
}

static void start_clock(int port)
{
	struct sockaddr_in own;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	memset(&own, 0, sizeof(own));
	own.sin_family = AF_INET;
	own.sin_port = htons(port);
	own.sin_addr.s_addr = INADDR_ANY;
	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) != 0) {
		printf("Couldn't answer for the clock at port %d: %s\\n", port, strerror(errno));
		exit(1);
	}
	std::thread(answer_clock, fd).detach();
}
`;

/**
 * Compares the client's clock with the server's. The answer was made between the question and its arrival, so each
 * exchange bounds the difference from both sides, and the tightest bounds of many are taken: half a round trip at most.
 */
export const clockQuestions = `
static long long clock_correction = 0;

static long long clock_now()
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* one question: false where the right answer did not come in time */
static bool ask_clock(int fd, struct sockaddr_in *server, long long *least, long long *most)
{
	long long words[2], asked = clock_now();
	if (sendto(fd, &asked, sizeof(asked), 0, (struct sockaddr *)server, sizeof(*server)) != (ssize_t)sizeof(asked))
		return false;
	do {
		if (recv(fd, words, sizeof(words), 0) != (ssize_t)sizeof(words))
			return false;
	} while (words[0] != asked);
	*most = words[1] - asked;
	*least = words[1] - clock_now();
	return true;
}

static long long compare_clocks(const char *when, struct sockaddr *server)
{
	struct timeval patience = {1, 0};
	long long least = 0, most = 0, lo, hi;
	int answers = 0, fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint64_t begin = rdtsc();
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	/* messages are still being sent when clocks are compared again: a second, or three where that tells little */
	for (int i = 0; i < 200 && to_seconds(rdtsc() - begin) < (answers > 0 && most - least < 500000 ? 1 : 3); i++) {
		if (!ask_clock(fd, (struct sockaddr_in *)server, &lo, &hi))
			continue;
		if (answers == 0 || lo > least)
			least = lo;
		if (answers == 0 || hi < most)
			most = hi;
		answers++;
	}
	close(fd);
	if (answers == 0 || least > most) {
		printf("Couldn't compare clocks: %s\\n", answers == 0 ? "no answer" : "a clock was set meanwhile");
		/* afterwards the messages have been sent: what is said here makes their latency none */
		if (strcmp(when, "begin") == 0)
			exit(1);
		return 0;
	}
	printf("clock %s: server ahead by %lld ns, error %lld ns\\n", when, (least + most) / 2, (most - least + 1) / 2);
	return (least + most) / 2;
}

static void correct_clock(struct sockaddr *server)
{
	long long ahead = compare_clocks("begin", server);
	if (strcmp(given("${programVariables.clock}"), "corrected") == 0)
		clock_correction = ahead;
}
`;
