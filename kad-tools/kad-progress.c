/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-progress.h"

#include <glib/gi18n.h>

#define DELAY_MS 300
#define INTERVAL_MS 100

/* Queries that are added up; a command has one or two. */
#define MAX_QUERIES 16

struct _KadProgress
{
  KadOutput *output; /* not owned */
  guint source;
  KadQueryId queries[MAX_QUERIES];
  KadQueryStats stats[MAX_QUERIES]; /* of the query at the same place */
  guint n_queries;
  guint n_found;
};

static gboolean
on_tick (gpointer user_data)
{
  KadProgress *self = user_data;
  KadQueryStats sum = { 0 };
  g_autofree char *line = NULL;

  for (guint i = 0; i < self->n_queries; i++)
    {
      sum.requests += self->stats[i].requests;
      sum.waiting += self->stats[i].waiting;
      sum.heard += self->stats[i].heard;
    }
  line = g_strdup_printf (_ ("asked %u · waiting %u · heard of %u · found %u"), sum.requests,
                          sum.waiting, sum.heard, self->n_found);
  kad_output_set_progress (self->output, line);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_delay_over (gpointer user_data)
{
  KadProgress *self = user_data;

  self->source = g_timeout_add (INTERVAL_MS, on_tick, self);
  on_tick (self);
  return G_SOURCE_REMOVE;
}

KadProgress *
kad_progress_new (KadOutput *output)
{
  KadProgress *self = g_new0 (KadProgress, 1);

  self->output = output;
  if (kad_output_can_show_progress (output))
    self->source = g_timeout_add (DELAY_MS, on_delay_over, self);
  return self;
}

void
kad_progress_free (KadProgress *self)
{
  if (self->source != 0)
    g_source_remove (self->source);
  kad_output_set_progress (self->output, NULL);
  g_free (self);
}

void
kad_progress_see_stats (KadProgress *self, KadQueryId query, const KadQueryStats *stats)
{
  guint i = 0;

  while (i < self->n_queries && self->queries[i] != query)
    i++;
  if (i == MAX_QUERIES)
    return;
  self->n_queries = MAX (self->n_queries, i + 1);
  self->queries[i] = query;
  self->stats[i] = *stats;
}

void
kad_progress_see_event (KadProgress *self, const KadEvent *event)
{
  if (event->type == KAD_EVENT_QUERY_PROGRESS)
    kad_progress_see_stats (self, event->query, &event->stats);
}

void
kad_progress_see_result (KadProgress *self)
{
  self->n_found++;
}
