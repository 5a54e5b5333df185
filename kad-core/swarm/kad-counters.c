/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-counters.h"

void
kad_counters_note_event (KadCounters *self, const KadEvent *event)
{
  if ((guint) event->kind >= KAD_N_COUNTED_KINDS)
    return;
  if (event->type == KAD_EVENT_QUERY_STARTED)
    self->n_started[event->kind]++;
  else if (event->type == KAD_EVENT_QUERY_FINISHED
           && (guint) event->outcome < KAD_N_COUNTED_OUTCOMES)
    self->n_ended[event->kind][event->outcome]++;
}

void
kad_counters_note_dial (KadCounters *self, guint index, gboolean is_ok)
{
  kad_tally_note (&self->dials[MIN (index, KAD_MAX_COUNTED_TRANSPORTS)], is_ok);
}

void
kad_counters_note_clock_step (KadCounters *self, gint64 step_us)
{
  self->n_clock_steps++;
  if (ABS (step_us) > ABS (self->largest_step_us))
    self->largest_step_us = step_us;
}

void
kad_counters_note_sleep (KadCounters *self, gint64 slept_us)
{
  self->n_sleeps++;
  self->slept_us += slept_us;
}

/* ---- as dictionaries ---- */

static void
add_count (GVariantBuilder *builder, const char *name, guint64 count)
{
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_uint64 (count));
}

static GVariant *
print_tally (const KadTally *tally)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_count (&builder, "ok", tally->n_ok);
  add_count (&builder, "failed", tally->n_failed);
  return g_variant_builder_end (&builder);
}

static GVariant *
print_direction (const KadConnectionTally *tally)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_count (&builder, "opened", tally->n_opened);
  add_count (&builder, "closed", tally->n_closed);
  add_count (&builder, "refused", tally->n_refused);
  add_count (&builder, "failed", tally->n_failed);
  return g_variant_builder_end (&builder);
}

GVariant *
kad_counters_print_connections (const KadCounters *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "inbound", print_direction (&self->inbound));
  g_variant_builder_add (&builder, "{sv}", "outbound", print_direction (&self->outbound));
  return g_variant_builder_end (&builder);
}

GVariant *
kad_counters_print_dials (const KadCounters *self, GPtrArray *names)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const KadTally *others = &self->dials[KAD_MAX_COUNTED_TRANSPORTS];

  for (guint i = 0; i < MIN (names->len, KAD_MAX_COUNTED_TRANSPORTS); i++)
    g_variant_builder_add (&builder, "{sv}", names->pdata[i], print_tally (&self->dials[i]));
  if (others->n_ok + others->n_failed > 0)
    g_variant_builder_add (&builder, "{sv}", "other", print_tally (others));
  return g_variant_builder_end (&builder);
}

GVariant *
kad_counters_print_traffic (const KadCounters *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_count (&builder, "in_bytes", self->bytes_in);
  add_count (&builder, "out_bytes", self->bytes_out);
  add_count (&builder, "streams_in", self->n_streams_in);
  add_count (&builder, "streams_out", self->n_streams_out);
  add_count (&builder, "streams_refused", self->n_streams_refused);
  return g_variant_builder_end (&builder);
}

static GVariant *
print_types (const KadTally *tallies)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < KAD_N_COUNTED_REQUESTS; i++)
    g_variant_builder_add (&builder, "{sv}", kad_message_type_get_name (i),
                           print_tally (&tallies[i]));
  return g_variant_builder_end (&builder);
}

GVariant *
kad_counters_print_requests (const KadCounters *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "served", print_types (self->served));
  g_variant_builder_add (&builder, "{sv}", "asked", print_types (self->asked));
  return g_variant_builder_end (&builder);
}

static GVariant *
print_kind (const KadCounters *self, guint kind)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_count (&builder, "started", self->n_started[kind]);
  for (guint i = KAD_OUTCOME_COMPLETED; i < KAD_N_COUNTED_OUTCOMES; i++)
    add_count (&builder, kad_outcome_get_name (i), self->n_ended[kind][i]);
  return g_variant_builder_end (&builder);
}

GVariant *
kad_counters_print_queries (const KadCounters *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < KAD_N_COUNTED_KINDS; i++)
    if (i != KAD_QUERY_OPERATION)
      g_variant_builder_add (&builder, "{sv}", kad_query_kind_get_name (i), print_kind (self, i));
  return g_variant_builder_end (&builder);
}
