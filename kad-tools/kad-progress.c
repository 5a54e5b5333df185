/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-progress.h"

#include <glib/gi18n.h>

#define DELAY_MS 300
#define INTERVAL_MS 100

/* Queries that are added up; a command has one or two. */
#define MAX_QUERIES 16

/* What takes many steps has a line of its own. */
typedef enum
{
  QUESTIONS, /* no steps */
  JOINING,
  CHECKS,
  KEYS,
} Work;

static const struct
{
  const char *command;
  Work work;
} long_work[] = {
  { "bootstrap", JOINING },
  { "check-health", CHECKS },
  { "provide-many", KEYS },
};

struct _KadProgress
{
  KadOutput *output; /* not owned */
  const char *command;
  Work work;
  guint done, total;
  guint source;
  KadQueryId queries[MAX_QUERIES];
  KadQueryStats stats[MAX_QUERIES]; /* of the query at the same place */
  guint n_queries;
  guint n_found;
};

static char *
dup_steps (KadProgress *self)
{
  if (self->total == 0)
    return g_strdup (_ ("joining the network"));
  switch (self->work)
    {
    case JOINING:
      return g_strdup_printf (_ ("%u of %u steps"), self->done, self->total);
    case CHECKS:
      return g_strdup_printf (_ ("%u of %u checks"), self->done, self->total);
    case KEYS:
      return g_strdup_printf (_ ("%u of %u keys"), self->done, self->total);
    case QUESTIONS:
      break;
    }
  return g_strdup ("");
}

static char *
dup_questions (KadProgress *self)
{
  KadQueryStats sum = { 0 };

  for (guint i = 0; i < self->n_queries; i++)
    {
      sum.requests += self->stats[i].requests;
      sum.waiting += self->stats[i].waiting;
      sum.heard += self->stats[i].heard;
    }
  return g_strdup_printf (_ ("asked %u · waiting %u · heard of %u · found %u"), sum.requests,
                          sum.waiting, sum.heard, self->n_found);
}

static gboolean
on_tick (gpointer user_data)
{
  KadProgress *self = user_data;
  g_autofree char *steps = self->work != QUESTIONS ? dup_steps (self) : NULL;
  g_autofree char *questions = dup_questions (self);
  g_autofree char *both = NULL;

  if (self->work == JOINING)
    both = g_strconcat (steps, " · ", questions, NULL);
  kad_output_set_progress (self->output, both != NULL ? both : steps != NULL ? steps : questions);
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
kad_progress_new (KadOutput *output, const char *command)
{
  KadProgress *self = g_new0 (KadProgress, 1);

  self->output = output;
  self->command = command;
  for (guint i = 0; i < G_N_ELEMENTS (long_work); i++)
    if (g_strcmp0 (long_work[i].command, command) == 0)
      self->work = long_work[i].work;
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
    {
      kad_progress_see_stats (self, event->query, &event->stats);
      /* A node of its own joins before it runs the command that does. */
      if (self->work == JOINING && event->total > 0)
        kad_progress_see_counts (self, event->done, event->total);
    }
  else if (event->type == KAD_EVENT_RUN_PROGRESS && g_strcmp0 (event->text, self->command) == 0)
    kad_progress_see_counts (self, event->done, event->total);
}

void
kad_progress_see_counts (KadProgress *self, guint done, guint total)
{
  self->done = done;
  self->total = total;
}

void
kad_progress_see_result (KadProgress *self)
{
  self->n_found++;
}
