/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-query-progress.h"

#include "kad-escape.h"
#include "kad-query-stats.h"

#define STEP_TYPE "(xuusss)"
#define MAX_WHY_BYTES 256

typedef struct
{
  KadQueryId query;
  gboolean is_lan;
  KadQueryStats stats;
} Counted;

struct _KadQueryProgress
{
  KadCaller *caller; /* (owned) */
  GArray *counted;   /* (element-type Counted) */
  GQueue steps;      /* (element-type GVariant) */
  guint first;       /* the number of the oldest step */
  gsize bytes;
  guint n_started;
  guint n_ended;
  struct
  {
    guint done;
    guint total;
  } far[2]; /* in the node, and in the local network's */
  gboolean is_over;
};

KadQueryProgress *
kad_query_progress_new (KadCaller *caller)
{
  KadQueryProgress *self = g_new0 (KadQueryProgress, 1);

  self->caller = kad_caller_ref (caller);
  self->counted = g_array_new (FALSE, FALSE, sizeof (Counted));
  g_queue_init (&self->steps);
  return self;
}

static void
drop_oldest (KadQueryProgress *self)
{
  GVariant *step = g_queue_pop_head (&self->steps);
  gsize bytes = g_variant_get_size (step);

  self->first++;
  self->bytes -= bytes;
  kad_caller_give_back_bytes (self->caller, bytes);
  g_variant_unref (step);
}

void
kad_query_progress_free (KadQueryProgress *self)
{
  while (self->steps.length > 0)
    drop_oldest (self);
  kad_caller_unref (self->caller);
  g_array_unref (self->counted);
  g_free (self);
}

/* ---- counts ---- */

void
kad_query_progress_begin (KadQueryProgress *self)
{
  g_array_set_size (self->counted, 0);
  memset (self->far, 0, sizeof self->far);
  self->n_started = self->n_ended = 0;
}

gboolean
kad_query_progress_is_open (KadQueryProgress *self)
{
  return self->n_ended < self->n_started;
}

static void
count (KadQueryProgress *self, const KadEvent *event, gboolean is_lan)
{
  Counted counted = { event->query, is_lan, event->stats };

  for (guint i = 0; i < self->counted->len; i++)
    {
      Counted *known = &g_array_index (self->counted, Counted, i);

      if (known->query == event->query && known->is_lan == is_lan)
        {
          *known = counted;
          return;
        }
    }
  if (self->counted->len < KAD_MAX_COUNTED_QUERIES)
    g_array_append_val (self->counted, counted);
}

gboolean
kad_query_progress_set_far (KadQueryProgress *self, gboolean is_lan, guint done, guint total)
{
  guint which = is_lan ? 1 : 0;

  if (self->is_over || (self->far[which].done == done && self->far[which].total == total))
    return FALSE;
  self->far[which].done = MIN (done, total);
  self->far[which].total = total;
  return TRUE;
}

GVariant *
kad_query_progress_dup_far (KadQueryProgress *self)
{
  return g_variant_new ("(uu)", self->far[0].done + self->far[1].done,
                        self->far[0].total + self->far[1].total);
}

void
kad_query_progress_finish (KadQueryProgress *self, gboolean well)
{
  self->is_over = TRUE;
  for (guint i = 0; well && i < G_N_ELEMENTS (self->far); i++)
    self->far[i].done = self->far[i].total;
}

GVariant *
kad_query_progress_dup_counts (KadQueryProgress *self)
{
  guint heard = 0;
  guint waiting = 0;
  guint queried = 0;
  guint unreachable = 0;

  for (guint i = 0; i < self->counted->len; i++)
    {
      const KadQueryStats *stats = &g_array_index (self->counted, Counted, i).stats;

      heard += stats->heard;
      waiting += self->is_over ? 0 : stats->waiting;
      queried += stats->requests;
      unreachable += stats->failures;
    }
  return g_variant_new ("(uuuu)", heard, waiting, queried, unreachable);
}

GVariant *
kad_query_progress_dup_queries (KadQueryProgress *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("at"));

  for (guint i = 0; i < self->counted->len; i++)
    if (!g_array_index (self->counted, Counted, i).is_lan)
      g_variant_builder_add (&builder, "t", g_array_index (self->counted, Counted, i).query);
  return g_variant_builder_end (&builder);
}

/* ---- steps ---- */

static char *
dup_peer (const KadPeerId *peer)
{
  return kad_peer_id_is_set (peer) ? kad_peer_id_to_string (peer) : g_strdup ("");
}

/* Who named the peer, or why something failed. */
static char *
dup_detail (const KadEvent *event)
{
  if (event->text != NULL)
    return kad_escape_peer_text (event->text, -1, MAX_WHY_BYTES);
  return dup_peer (&event->from);
}

static GVariant *
new_step (const KadEvent *event)
{
  g_autofree char *peer = dup_peer (&event->peer);
  g_autofree char *detail = dup_detail (event);
  guint contact_us = (guint) CLAMP (event->rtt_us, 0, G_MAXUINT32);
  GVariant *step
      = g_variant_new (STEP_TYPE, event->stats.duration_us, event->distance_bits, contact_us,
                       kad_step_get_name ((KadStep) event->number), peer, detail);

  g_variant_ref_sink (step);
  /* Serializes it. */
  g_variant_get_data (step);
  return step;
}

static void
add_step (KadQueryProgress *self, const KadEvent *event)
{
  g_autoptr (GVariant) step = new_step (event);
  gsize bytes = g_variant_get_size (step);

  if (self->steps.length >= KAD_MAX_QUERY_STEPS)
    drop_oldest (self);
  while (!kad_caller_take_bytes (self->caller, bytes, NULL))
    {
      if (self->steps.length == 0)
        {
          self->first++;
          return;
        }
      drop_oldest (self);
    }
  self->bytes += bytes;
  g_queue_push_tail (&self->steps, g_steal_pointer (&step));
}

gboolean
kad_query_progress_see_event (KadQueryProgress *self, const KadEvent *event, gboolean is_lan)
{
  switch (kad_event_get_event_type (event))
    {
    case KAD_EVENT_QUERY_STARTED:
      count (self, event, is_lan);
      self->n_started++;
      return FALSE;
    case KAD_EVENT_QUERY_PROGRESS:
      count (self, event, is_lan);
      return FALSE;
    case KAD_EVENT_QUERY_FINISHED:
      count (self, event, is_lan);
      self->n_ended++;
      return FALSE;
    case KAD_EVENT_QUERY_STEP:
      count (self, event, is_lan);
      add_step (self, event);
      return TRUE;
    default:
      return FALSE;
    }
}

guint
kad_query_progress_get_end (KadQueryProgress *self)
{
  return self->first + self->steps.length;
}

GVariant *
kad_query_progress_dup_steps (KadQueryProgress *self, guint from, guint max, guint *first, guint *n)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" STEP_TYPE));
  guint begin = MAX (from, self->first);
  guint end = kad_query_progress_get_end (self);
  guint given = 0;
  GList *l = begin < end ? g_queue_peek_nth_link (&self->steps, begin - self->first) : NULL;

  for (; l != NULL && given < max; l = l->next, given++)
    g_variant_builder_add_value (&builder, l->data);
  if (first != NULL)
    *first = begin;
  if (n != NULL)
    *n = given;
  return g_variant_builder_end (&builder);
}
