/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-stats-command.h"

#include <glib/gi18n-lib.h>

/**
 * KadShowStatsCommand:
 *
 * Gives what the node counts, from its start, and what it holds now: one nested result, done at
 * once. Durations end in `_us`, sizes in `_bytes`; counts are `t` and only grow, what is now `u`.
 *
 * - `uptime_us`
 * - `node`: `peer`, `agent`, `protocol`, `mode` (as configured), `server` (as it is), `quiet`,
 * `accept_any` (whether any record is valid here), `data` (the folder; left out if everything is in
 * memory)
 * - `now`: `peers`, `connections_inbound`, `connections_outbound`, `connections_half_open`,
 *   `streams`, `held_bytes`, `table`, `known_peers`, `queries`, `commands`, `records`,
 *   `records_bytes`, `providers`, `providers_bytes`, `publications`, `answer_us` (what a peer's
 *   answer takes, by the median; 0: not known)
 * - `connections`: `inbound` and `outbound`, each `opened`, `closed`, `refused` (at a limit),
 *   `failed` (before the peer had proved itself)
 * - `dials`: for each transport, `ok` and `failed`; a dial that failed counts for the transport of
 *   its first address
 * - `traffic`: `in_bytes` and `out_bytes` of the transports, `streams_in`, `streams_out`,
 *   `streams_refused`
 * - `requests`: `served` and `asked`, each for each request, `ok` and `failed`
 * - `queries`: for each kind, `started`, and how many ended with which outcome
 * - `records`, `providers`: `stored`, `refused` (that others put here), `expired`
 * - `publications`: `run`, `failed`
 * - `rtt`: of the connections now: `count`, `mean_us`, `p50_us`, `p95_us`, `min_us`, `max_us`
 * - `network_size`: `estimate` and `std_error` of how many servers there are, from `samples`
 *   lookups of the last two hours (0: not known), the last of which was at `when_us` (since 1970)
 * - `clock`: `now_us` (since 1970), `steps` that the calendar made, `largest_step_us`, `sleeps` of
 * the machine that were noticed, `slept_us` in all
 * - `operations`: for each command that was run, `command`, `count`, `failures`, `cancelled`,
 *   `mean_us`, `p50_us`, `p95_us`, `min_us`, `max_us` from its run to its end
 *
 * Keys are added, and do not change.
 */
struct _KadShowStatsCommand
{
  KadCommandHandler parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowStatsCommand, kad_show_stats_command, KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  kad_command_handler_report (handler, kad_swarm_dup_stats (swarm));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
kad_show_stats_command_class_init (KadShowStatsCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Show what this node has done and holds, in numbers");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
}

static void
kad_show_stats_command_init (KadShowStatsCommand *self)
{
}
