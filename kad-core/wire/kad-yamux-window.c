/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-yamux-window.h"

#include "kad-yamux.h"

#define GROWTH_RTTS 4

void
kad_yamux_window_init (KadYamuxWindow *self)
{
  self->size = KAD_YAMUX_INITIAL_WINDOW;
  self->credit = KAD_YAMUX_INITIAL_WINDOW;
  self->held = 0;
  self->epoch_us = -1;
}

void
kad_yamux_window_clear (KadYamuxWindow *self, KadYamuxBudget *budget)
{
  budget->used_bytes -= self->size - KAD_YAMUX_INITIAL_WINDOW;
  self->size = KAD_YAMUX_INITIAL_WINDOW;
  self->credit = 0;
  self->held = 0;
}

gboolean
kad_yamux_window_take (KadYamuxWindow *self, guint32 len, gint64 now_us)
{
  if (len > self->credit)
    return FALSE;
  self->credit -= len;
  self->held += len;
  if (self->epoch_us < 0)
    self->epoch_us = now_us;
  return TRUE;
}

static gboolean
was_used_up_quickly (const KadYamuxWindow *self, gint64 now_us, gint64 rtt_us)
{
  return rtt_us > 0 && self->epoch_us >= 0 && (now_us - self->epoch_us) / GROWTH_RTTS < rtt_us;
}

static void
grow (KadYamuxWindow *self, KadYamuxBudget *budget)
{
  gsize growth = MIN (self->size, KAD_YAMUX_MAX_WINDOW - self->size);

  growth = MIN (growth, budget->limit_bytes - budget->used_bytes);
  budget->used_bytes += growth;
  self->size += growth;
}

guint32
kad_yamux_window_consume (KadYamuxWindow *self, guint32 len, gint64 now_us, gint64 rtt_us,
                          KadYamuxBudget *budget)
{
  guint32 delta;

  g_return_val_if_fail (len <= self->held, 0);

  self->held -= len;
  if (self->size - self->credit - self->held < self->size / 2)
    return 0;
  if (was_used_up_quickly (self, now_us, rtt_us))
    grow (self, budget);
  delta = self->size - self->credit - self->held;
  self->credit += delta;
  self->epoch_us = now_us;
  return delta;
}
