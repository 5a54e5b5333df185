/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

/* Where a command runs. */
typedef enum
{
  KAD_NETS_WAN = 1 << 0, /* the service's node */
  KAD_NETS_LAN = 1 << 1, /* its companion */
  KAD_NETS_BOTH = KAD_NETS_WAN | KAD_NETS_LAN,
} KadNets;

/* How long one network may go on after the other one has found the one thing that was looked for.
 */
#define KAD_DUAL_GRACE_MS 1000

/* One run of a command in both networks, or in one that a caller named, as if it were one:
 *
 *   - What is found comes as it comes, and says in "network" where it was found, "wan" or "lan". A
 *     peer comes once, and again only with addresses that were not told. Of records, what one
 *     network thinks better than what it gave before comes; of two that differ, the service's own
 *     network's is the last. The nearest peers come at the end, in order, at most so many as one
 *     network gives.
 *   - A network that is not joined yet is not waited for once the other one has given something of
 *     what is looked for.
 *   - A failure of one network is none if the other one answers. That nobody has it is an answer.
 *   - The last line has the sums of both, and "wan_error" or "lan_error" for one that failed.
 *
 * Frees itself. Main thread only. */

typedef struct
{
  /* It runs, or runs again, in one network. */
  void (*begun) (gboolean is_lan, guint64 number, gpointer user_data);
  /* @result: as kad_call_result() has it, with "network" */
  void (*result) (GVariant *result, gpointer user_data);
  /* Once, never before kad_dual_run_start() has returned. @summary: (nullable): or @error, which is
   * taken */
  void (*done) (GVariant *summary, GError *error, gpointer user_data);
} KadDualRunFuncs;

/* Where a command runs if nobody says: the questions to a network, and what is stored in it once,
 * in both. @options: of the command */
KadNets kad_dual_run_find_nets (const char *command, GVariant *options);

/* The service's nodes run, both of them if @nets says so. @asks_network: a node that has not joined
 * is waited for. */
void kad_dual_run_start (KadService *service, const char *command, GVariant *options, KadNets nets,
                         gboolean asks_network, const KadDualRunFuncs *funcs, gpointer user_data,
                         GCancellable *cancellable);

G_END_DECLS
