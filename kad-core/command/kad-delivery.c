/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-delivery-private.h"

struct _KadDelivery
{
  gatomicrefcount refs;
  KadEvent *event;
  char **asked;
  guint64 *runs; /* of those in `asked` */
  guint n_named;
  guint n_asked;
  char *consumer; /* (nullable) */
  guint64 consumer_run;
  gint64 duration_us;
};

G_DEFINE_BOXED_TYPE (KadDelivery, kad_delivery, kad_delivery_ref, kad_delivery_unref)

KadDelivery *
kad_delivery_new (const KadTrace *trace)
{
  KadDelivery *self = g_new0 (KadDelivery, 1);

  g_atomic_ref_count_init (&self->refs);
  self->event = kad_event_ref (trace->event);
  self->n_asked = trace->n_asked;
  self->n_named = MIN (trace->n_asked, KAD_MAX_DELIVERY_ASKED);
  self->asked = g_new0 (char *, self->n_named + 1);
  for (guint i = 0; i < self->n_named; i++)
    self->asked[i] = g_strdup (trace->asked[i]);
  if (self->n_named > 0)
    self->runs = g_memdup2 (trace->runs, self->n_named * sizeof *trace->runs);
  self->consumer = g_strdup (trace->consumer);
  self->consumer_run = trace->consumer_run;
  self->duration_us = trace->duration_us;
  return self;
}

/**
 * kad_delivery_ref:
 * @self: a delivery
 *
 * Returns: (transfer full): @self
 */
KadDelivery *
kad_delivery_ref (KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_delivery_unref:
 * @self: (transfer full): a delivery
 */
void
kad_delivery_unref (KadDelivery *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  kad_event_unref (self->event);
  g_strfreev (self->asked);
  g_free (self->runs);
  g_free (self->consumer);
  g_free (self);
}

/**
 * kad_delivery_get_event:
 * @self: a delivery
 *
 * Returns: (transfer none): what was delivered
 */
KadEvent *
kad_delivery_get_event (const KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->event;
}

/**
 * kad_delivery_get_asked:
 * @self: a delivery
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of the commands that were asked, in
 *   the order in which they were, the consumer the last; the first %KAD_MAX_DELIVERY_ASKED of them
 */
const char *const *
kad_delivery_get_asked (const KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->asked;
}

/**
 * kad_delivery_get_asked_runs:
 * @self: a delivery
 * @n_runs: (out): how many there are
 *
 * Returns: (transfer none) (nullable) (array length=n_runs): which runs they are, one for each name
 *   of kad_delivery_get_asked(); %NULL if nobody was asked
 */
const guint64 *
kad_delivery_get_asked_runs (const KadDelivery *self, guint *n_runs)
{
  g_return_val_if_fail (self != NULL && n_runs != NULL, NULL);

  *n_runs = self->n_named;
  return self->runs;
}

/**
 * kad_delivery_get_n_asked:
 * @self: a delivery
 *
 * Returns: how many were asked, those without a name here included
 */
guint
kad_delivery_get_n_asked (const KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_asked;
}

/**
 * kad_delivery_get_consumer:
 * @self: a delivery
 *
 * Returns: (transfer none) (nullable): the name of the command that consumed it; %NULL if all of
 *   them passed it on
 */
const char *
kad_delivery_get_consumer (const KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->consumer;
}

/**
 * kad_delivery_get_consumer_run:
 * @self: a delivery
 *
 * Returns: which run that was, as kad_node_run_full() numbers them; 0 if nobody consumed it
 */
guint64
kad_delivery_get_consumer_run (const KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->consumer_run;
}

/**
 * kad_delivery_get_duration_us:
 * @self: a delivery
 *
 * Returns: how many microseconds all of them took together; -1 if nobody measured
 */
gint64
kad_delivery_get_duration_us (const KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->duration_us;
}

/**
 * kad_delivery_get_wall_us:
 * @self: a delivery
 *
 * Returns: when the event happened, by the calendar: microseconds since 1970
 */
gint64
kad_delivery_get_wall_us (const KadDelivery *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return kad_event_get_wall_us (self->event);
}
