/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a DHT server costs: our load, the server's processor time.
 *
 *   bench-server --pid PID --address /ip4/127.0.0.1/tcp/PORT MODE [OPTIONS]
 *
 *   find-node      microseconds of the server's processor time for a FIND_NODE,
 *                  --connections N, --depth N in flight on each, on streams that are
 *                  used again, or with --new-streams on one for each request;
 *                  --idle N more connections that do nothing; --no-table if the server
 *                  knows nobody, as a node that has just begun
 *   latency        microseconds until the answer to a FIND_NODE of --connections N polite
 *                  peers, each with one in flight and 200 a second; the server's
 *                  time is not looked at
 *   handshakes     microseconds for a connection from TCP to identify in both
 *                  directions and its end, --connections N in flight
 *   idle           --idle N connections: bytes of RssAnon for each of them, from 0
 *                  to N in five steps, and waits a second beside all of them
 *
 * One line of JSON is the result. Nothing is counted that is not whole and right. Bounded: in
 * time by --seconds, in number by --connections and --idle. Loopback only.
 */
#include <sys/resource.h>

#include "bench-latency.h"
#include "bench-load.h"
#include "bench-measure.h"
#include "bench-requests.h"

#define WARM_UP_US (G_USEC_PER_SEC / 2)
#define SETTLE_US (2 * G_USEC_PER_SEC)
#define DIALS_IN_FLIGHT 16
#define MAX_IDLE 8000
#define MAX_CONNECTIONS 256
#define MAX_DEPTH 4096
#define POLITE_INTERVAL_US (5 * G_TIME_SPAN_MILLISECOND)
#define MAX_SECONDS 60
#define IDLE_STEPS 5

static struct
{
  int pid;
  char *address;
  int connections;
  int depth;
  int idle;
  int seconds;
  gboolean new_streams;
  gboolean no_table;
  char **mode;
} options = { .connections = 16, .depth = 1, .seconds = 3 };

static const GOptionEntry entries[] = {
  { "pid", 0, 0, G_OPTION_ARG_INT, &options.pid, "The server's process", "PID" },
  { "address", 0, 0, G_OPTION_ARG_STRING, &options.address, "Where it listens", "MULTIADDR" },
  { "connections", 0, 0, G_OPTION_ARG_INT, &options.connections, "How many work", "N" },
  { "depth", 0, 0, G_OPTION_ARG_INT, &options.depth, "Requests in flight on each", "N" },
  { "idle", 0, 0, G_OPTION_ARG_INT, &options.idle, "Connections that do nothing", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &options.seconds, "How long to measure", "N" },
  { "new-streams", 0, 0, G_OPTION_ARG_NONE, &options.new_streams, "A stream a request", NULL },
  { "no-table", 0, 0, G_OPTION_ARG_NONE, &options.no_table, "The server knows nobody", NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.mode, NULL, "MODE" },
  { NULL },
};

static double
cpu_us_each (const BenchSample *from, const BenchSample *to, guint64 n)
{
  if (n == 0)
    bench_die ("Nothing was answered");
  return (to->cpu_ns - from->cpu_ns) / 1000.0 / n;
}

static double
per_second (const BenchSample *from, const BenchSample *to, guint64 n)
{
  return n / ((to->wall_us - from->wall_us) / 1e6);
}

/* ---- find-node ---- */

static void
run_find_node (BenchLoad *load)
{
  g_autoptr (GPtrArray) idle = bench_load_connect (load, 0, options.idle, DIALS_IN_FLIGHT);
  g_autoptr (GPtrArray) peers
      = bench_load_connect (load, options.idle, options.connections, DIALS_IN_FLIGHT);
  gint64 now_us = g_get_monotonic_time ();
  BenchRequests requests;
  BenchSample from, to;
  guint64 before;

  bench_requests_init (&requests, load, options.depth, options.new_streams);
  for (guint i = 0; i < peers->len; i++)
    bench_requests_start (&requests, peers->pdata[i]);
  bench_load_run_until (load, now_us + WARM_UP_US);

  before = requests.n_replies;
  bench_measure (options.pid, &from);
  bench_load_run_until (load, from.wall_us + options.seconds * G_USEC_PER_SEC);
  bench_measure (options.pid, &to);

  g_print ("{\"mode\":\"find-node\",\"connections\":%d,\"depth\":%d,\"new_streams\":%s,"
           "\"idle\":%d,\"replies\":%" G_GUINT64_FORMAT ",\"replies_per_s\":%.0f,"
           "\"busy\":%.3f,\"cpu_us\":%.3f}\n",
           options.connections, options.depth, options.new_streams ? "true" : "false", options.idle,
           requests.n_replies - before, per_second (&from, &to, requests.n_replies - before),
           (to.cpu_ns - from.cpu_ns) / 1e3 / (to.wall_us - from.wall_us),
           cpu_us_each (&from, &to, requests.n_replies - before));
  g_ptr_array_set_size (peers, 0);
  g_ptr_array_set_size (idle, 0);
  bench_requests_clear (&requests);
}

/* ---- latency ---- */

static void
run_latency (BenchLoad *load)
{
  g_autoptr (GPtrArray) peers = bench_load_connect (load, 0, options.connections, DIALS_IN_FLIGHT);
  BenchLatency latency;

  bench_latency_init (&latency, load);
  for (guint i = 0; i < peers->len; i++)
    bench_latency_add (&latency, peers->pdata[i]);
  bench_latency_run (&latency, POLITE_INTERVAL_US, WARM_UP_US);
  bench_latency_run (&latency, POLITE_INTERVAL_US, options.seconds * G_USEC_PER_SEC);
  g_print ("{\"mode\":\"latency\",\"connections\":%d,\"replies\":%u,\"p50_us\":%" G_GINT64_FORMAT
           ",\"p95_us\":%" G_GINT64_FORMAT ",\"p99_us\":%" G_GINT64_FORMAT "}\n",
           options.connections, latency.latencies_us->len, bench_latency_get (&latency, 50),
           bench_latency_get (&latency, 95), bench_latency_get (&latency, 99));
  g_ptr_array_set_size (peers, 0);
  bench_latency_clear (&latency);
}

/* ---- handshakes ---- */

static void
on_ready (BenchPeer *peer, gpointer user_data)
{
  guint64 *n_done = user_data;

  ++*n_done;
  bench_peer_hang_up (peer);
}

/* Who is through dials again: identities are made beforehand, and come back after many others. */
static void
run_handshakes (BenchLoad *load)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_peer_free);
  guint64 n_done = 0, before = 0;
  gint64 until_us = g_get_monotonic_time () + WARM_UP_US;
  BenchSample from = { 0 }, to;

  for (guint i = 0; i < MAX_CONNECTIONS * 8; i++)
    g_ptr_array_add (peers, bench_peer_new (load, i));
  bench_load_set_ready_func (load, on_ready, &n_done);
  for (guint next = 0;; next = (next + 1) % peers->len)
    {
      BenchPeer *peer = peers->pdata[next];

      if (peer->connection == NULL)
        bench_peer_dial (peer);
      while (load->fresh->len >= (guint) options.connections)
        bench_load_turn (load);
      if (g_get_monotonic_time () < until_us)
        continue;
      if (from.wall_us != 0)
        break;
      before = n_done;
      bench_measure (options.pid, &from);
      until_us = from.wall_us + options.seconds * G_USEC_PER_SEC;
    }
  bench_measure (options.pid, &to);
  g_print ("{\"mode\":\"handshakes\",\"in_flight\":%d,\"handshakes\":%" G_GUINT64_FORMAT
           ",\"handshakes_per_s\":%.0f,\"busy\":%.3f,\"cpu_us\":%.2f}\n",
           options.connections, n_done - before, per_second (&from, &to, n_done - before),
           (to.cpu_ns - from.cpu_ns) / 1e3 / (to.wall_us - from.wall_us),
           cpu_us_each (&from, &to, n_done - before));
  g_ptr_array_set_size (peers, 0);
}

/* ---- idle ---- */

/* The slope of the line through the points with the least squares. */
static double
fit_slope (const double *x, const double *y, guint n)
{
  double sx = 0, sy = 0, sxx = 0, sxy = 0;

  for (guint i = 0; i < n; i++)
    {
      sx += x[i];
      sy += y[i];
      sxx += x[i] * x[i];
      sxy += x[i] * y[i];
    }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

static void
run_idle (BenchLoad *load)
{
  g_autoptr (GPtrArray) groups
      = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  double x[IDLE_STEPS + 1], y[IDLE_STEPS + 1];
  g_autoptr (GString) points = g_string_new (NULL);
  BenchSample from, to;
  guint n = 0;

  for (guint step = 0; step <= IDLE_STEPS; step++)
    {
      guint more = options.idle * step / IDLE_STEPS - n;

      g_ptr_array_add (groups, bench_load_connect (load, n, more, DIALS_IN_FLIGHT));
      n += more;
      bench_load_run_until (load, g_get_monotonic_time () + SETTLE_US);
      bench_measure (options.pid, &from);
      x[step] = n;
      y[step] = from.rss_anon;
      g_string_append_printf (points, "%s[%u,%" G_GSIZE_FORMAT "]", step == 0 ? "" : ",", n,
                              from.rss_anon);
    }
  bench_measure (options.pid, &from);
  bench_load_run_until (load, from.wall_us + options.seconds * G_USEC_PER_SEC);
  bench_measure (options.pid, &to);
  g_print ("{\"mode\":\"idle\",\"connections\":%u,\"rss_anon\":[%s],\"bytes_each\":%.0f,"
           "\"waits_per_s\":%.2f,\"cpu_percent\":%.3f}\n",
           n, points->str, fit_slope (x, y, IDLE_STEPS + 1),
           per_second (&from, &to, to.n_switches - from.n_switches),
           (to.cpu_ns - from.cpu_ns) / 10.0 / (to.wall_us - from.wall_us));
  g_ptr_array_set_size (groups, 0);
}

/* ---- all together ---- */

static void
check_options (void)
{
  if (options.pid <= 0 || options.address == NULL || options.mode == NULL
      || g_strv_length (options.mode) != 1)
    bench_die ("Wanted: --pid PID --address MULTIADDR find-node|latency|handshakes|idle");
  if (options.connections < 1 || options.connections > MAX_CONNECTIONS || options.depth < 1
      || options.depth > MAX_DEPTH || options.idle < 0 || options.idle > MAX_IDLE
      || options.seconds < 1 || options.seconds > MAX_SECONDS)
    bench_die ("At most %d connections, %d deep, %d idle, %d seconds", MAX_CONNECTIONS, MAX_DEPTH,
               MAX_IDLE, MAX_SECONDS);
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  BenchLoad load;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    bench_die ("%s", error->message);
  check_options ();
  raise_descriptor_limit ();
  if (options.no_table)
    bench_requests_expect (0);
  bench_load_init (&load, options.address);
  if (g_str_equal (options.mode[0], "find-node"))
    run_find_node (&load);
  else if (g_str_equal (options.mode[0], "latency"))
    run_latency (&load);
  else if (g_str_equal (options.mode[0], "handshakes"))
    run_handshakes (&load);
  else if (g_str_equal (options.mode[0], "idle"))
    run_idle (&load);
  else
    bench_die ("There is no mode \"%s\"", options.mode[0]);
  bench_load_clear (&load);
  return 0;
}
