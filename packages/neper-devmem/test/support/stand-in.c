/*
 * Speaks neper's output over real TCP connections: what the package asks of tcp_stream and tcp_rr, nothing more.
 * One thread; a server reads until its client says on the control connection that it is done.
 */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_FLOWS 64

struct flow { int fd; uint64_t count; double first, last; };
static struct flow flows[MOST_FLOWS];
static int flow_count = 1, seconds = 10, is_client, requests;
static const char *host, *control_port = "12866", *port = "12867", *samples;

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static void gave_up(int signal) {
	(void)signal;
	static const char words[] = "timeout handler\n";
	if (write(1, words, sizeof words - 1) < 0) _exit(1);
	_exit(255);
}

static struct addrinfo *resolve(const char *service) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = is_client ? 0 : AI_PASSIVE}, *found;
	int failed = getaddrinfo(host, service, &hints, &found);
	if (failed) {
		fprintf(stderr, "getaddrinfo: %s\n", gai_strerror(failed));
		exit(1);
	}
	return found;
}

static int open_listener(const char *service) {
	struct addrinfo *a = resolve(service);
	int on = 1, fd = socket(a->ai_family, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, 128)) die("bind");
	return fd;
}

static int open_connection(const char *service) {
	struct addrinfo *a = resolve(service);
	int fd = socket(a->ai_family, SOCK_STREAM, 0);
	if (connect(fd, a->ai_addr, a->ai_addrlen)) die("connect");
	return fd;
}

static void counted(struct flow *f, uint64_t count) {
	f->last = now();
	if (f->count == 0) f->first = f->last;
	f->count += count;
}

/* A server's turn: reads what there is, and answers requests. */
static void serve(struct flow *f) {
	static char buffer[65536];
	ssize_t n = read(f->fd, buffer, sizeof buffer);
	if (n <= 0) { f->fd = -1; return; }
	counted(f, requests ? 1 : n);
	if (requests && write(f->fd, buffer, 1) != 1) f->fd = -1;
}

/* A client's turn: sends a buffer, or makes a request and waits for the response. */
static void ask(struct flow *f) {
	static char buffer[16384];
	ssize_t n = send(f->fd, buffer, requests ? 1 : sizeof buffer, MSG_NOSIGNAL);
	if (n < 0) die("send");
	if (requests && read(f->fd, buffer, 1) != 1) die("read");
	if (requests) counted(f, 1);
}

static void run_flows(int control) {
	struct pollfd polled[MOST_FLOWS + 1];
	double end = now() + seconds;
	while (!is_client || now() < end) {
		for (int i = 0; i < flow_count; i++)
			polled[i] = (struct pollfd){.fd = flows[i].fd, .events = is_client ? POLLOUT : POLLIN};
		polled[flow_count] = (struct pollfd){.fd = is_client ? -1 : control, .events = POLLIN};
		poll(polled, flow_count + 1, 100);
		for (int i = 0; i < flow_count; i++)
			if (polled[i].revents) (is_client ? ask : serve)(&flows[i]);
		if (polled[flow_count].revents) return;
	}
}

static uint64_t own_rate(void) {
	uint64_t sum = 0;
	double first = 0, last = 0;
	for (int i = 0; i < flow_count; i++) {
		sum += flows[i].count;
		if (flows[i].count && (first == 0 || flows[i].first < first)) first = flows[i].first;
		if (flows[i].last > last) last = flows[i].last;
	}
	return last > first ? sum * (requests ? 1 : 8) / (last - first) : 0;
}

static void print_samples(void) {
	FILE *f = samples ? fopen(samples, "w") : NULL;
	if (!f) return;
	const char *what = requests ? "transactions" : "bytes_read";
	fprintf(f, "tid,flow_id,time,%s,%s/s,utime,stime,maxrss,minflt,majflt,nvcsw,nivcsw\n", what, what);
	for (int i = 0; i < flow_count; i++) {
		fprintf(f, "0,%d,%.9f,0,0.00,0,0,0,0,0,0,0\n", i, flows[i].first);
		fprintf(f, "0,%d,%.9f,%llu,0.00,0,0,0,0,0,0,0\n", i, flows[i].last, (unsigned long long)flows[i].count);
	}
	fclose(f);
}

static void print_usage(const char *when) {
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	printf("utime_%s=%ld.%06ld\nstime_%s=%ld.%06ld\n", when, u.ru_utime.tv_sec, u.ru_utime.tv_usec, when, u.ru_stime.tv_sec, u.ru_stime.tv_usec);
	printf("maxrss_%s=%ld\nminflt_%s=%ld\nmajflt_%s=%ld\n", when, u.ru_maxrss, when, u.ru_minflt, when, u.ru_majflt);
	printf("nvcsw_%s=%ld\nnivcsw_%s=%ld\n", when, u.ru_nvcsw, when, u.ru_nivcsw);
}

/* Rates are exchanged as one machine word: both ends are of one machine. */
static void print_results(int control, int reports) {
	uint64_t own = reports ? own_rate() : 0, peer = 0, transactions = 0;
	double first = flows[0].first, last = flows[0].last;
	printf("invalid_secret_count=0\ntime_start=%.9f\n", first);
	print_usage("start");
	print_usage("end");
	for (int i = 0; i < flow_count; i++) transactions += flows[i].count;
	if (reports && requests) printf("num_transactions=%llu\n", (unsigned long long)transactions);
	if (reports && requests) printf("latency_min=0.000000000\nlatency_max=0.000000000\nlatency_mean=0.000000000\nlatency_stddev=0.000000000\n");
	if (reports) printf("num_samples=%d\ntime_end=%.9f\ncorrelation_coefficient=1.00\n", 2 * flow_count, last);
	if (reports) printf("throughput=%.2f\n", requests ? (double)own : own / 1e6);
	if (reports && !requests) printf("throughput_units=Mbit/s\n");
	if (reports) print_samples();
	if (is_client && write(control, &own, sizeof own) != sizeof own) die("write");
	if (read(control, &peer, sizeof peer) != sizeof peer) die("Read error");
	if (!is_client && write(control, &own, sizeof own) != sizeof own) die("write");
	printf("local_throughput=%llu\nremote_throughput=%llu\n", (unsigned long long)own, (unsigned long long)peer);
}

static const struct option known[] = {
	{"client", 0, 0, 'c'}, {"host", 1, 0, 'H'}, {"control-port", 1, 0, 'C'}, {"port", 1, 0, 'P'},
	{"num-flows", 1, 0, 'F'}, {"num-threads", 1, 0, 'T'}, {"test-length", 1, 0, 'l'},
	{"suicide-length", 1, 0, 's'}, {"nolog", 0, 0, 'n'}, {"percentiles", 1, 0, 'p'},
	{"all-samples", 1, 0, 'A'}, {0, 0, 0, 0}};

static void read_options(int argc, char **argv) {
	for (int o; (o = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		if (o == '?') exit(1);
		if (o == 'c') is_client = 1;
		if (o == 'H') host = optarg;
		if (o == 'C') control_port = optarg;
		if (o == 'P') port = optarg;
		if (o == 'F') flow_count = atoi(optarg);
		if (o == 'l') seconds = atoi(optarg);
		if (o == 's') alarm(atoi(optarg));
		if (o == 'A') samples = optarg;
	}
}

int main(int argc, char **argv) {
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	requests = strcmp(name, "tcp_rr") == 0;
	if (!requests && strcmp(name, "tcp_stream")) {
		fprintf(stderr, "%s is not among what is stood in for\n", name);
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, gave_up);
	read_options(argc, argv);
	printf("VERSION=1.1.0\ntest_length=%d\nclient=%d\nnum_flows=%d\ntotal_run_time=%d\n", seconds, is_client, flow_count, seconds);
	int control;
	if (is_client) {
		control = open_connection(control_port);
		for (int i = 0; i < flow_count; i++) flows[i].fd = open_connection(port);
	} else {
		int data = open_listener(port), door = open_listener(control_port);
		control = accept(door, NULL, NULL);
		for (int i = 0; i < flow_count; i++) flows[i].fd = accept(data, NULL, NULL);
	}
	run_flows(control);
	print_results(control, requests || !is_client);
	return 0;
}
