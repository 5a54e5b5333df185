/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-query-stats.h"

G_DEFINE_BOXED_TYPE (KadQueryStats, kad_query_stats, kad_query_stats_copy, kad_query_stats_free)

/**
 * kad_query_stats_copy:
 * @self: statistics
 *
 * Returns: (transfer full): a copy on the heap
 */
KadQueryStats *
kad_query_stats_copy (const KadQueryStats *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}

/**
 * kad_query_stats_free:
 * @self: (transfer full): statistics on the heap
 */
void
kad_query_stats_free (KadQueryStats *self)
{
  g_free (self);
}

static guint
add (guint a, guint b)
{
  guint sum;

  return g_uint_checked_add (&sum, a, b) ? sum : G_MAXUINT;
}

/**
 * kad_query_stats_merge:
 * @self: what was counted so far
 * @other: what comes to it, from another query of the same command
 *
 * Adds the counts, which stop at the largest number. The queries of a command
 * overlap in time, so the duration is the longer one and not the sum.
 */
void
kad_query_stats_merge (KadQueryStats *self, const KadQueryStats *other)
{
  g_return_if_fail (self != NULL && other != NULL);

  self->requests = add (self->requests, other->requests);
  self->successes = add (self->successes, other->successes);
  self->failures = add (self->failures, other->failures);
  self->heard = add (self->heard, other->heard);
  self->waiting = add (self->waiting, other->waiting);
  self->duration_us = MAX (self->duration_us, other->duration_us);
}
