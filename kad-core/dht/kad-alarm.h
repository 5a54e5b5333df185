/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-time.h"

G_BEGIN_DECLS

typedef struct _KadAlarm KadAlarm;

/* Called when the alarm is due; it is off by then and may be set again. */
typedef void (*KadAlarmFunc) (KadAlarm *alarm, gpointer user_data);

/* A moment at which its owner wants to be called, embedded in the owner. Off
 * when zero-initialised. Its address must not change while it is on. */
struct _KadAlarm
{
  /*< private >*/
  gint64 due_us;
  guint64 order;  /* of setting: what was set first rings first */
  guint position; /* in the heap, plus 1; 0: off */
  KadAlarmFunc func;
};

/* The alarms of one engine, soonest first; those of one moment in the order in
 * which they were set, so that a run can be repeated. Plain struct inside the engine. */
typedef struct
{
  KadAlarm **heap;
  guint n_alarms;
  guint capacity;
  guint64 next_order;
} KadAlarms;

void kad_alarms_clear (KadAlarms *self);
void kad_alarms_set (KadAlarms *self, KadAlarm *alarm, gint64 due_us, KadAlarmFunc func);
void kad_alarms_cancel (KadAlarms *self, KadAlarm *alarm);
gint64 kad_alarms_get_next (const KadAlarms *self);
void kad_alarms_ring (KadAlarms *self, gint64 now_us, gpointer user_data);

static inline gboolean
kad_alarm_is_set (const KadAlarm *alarm)
{
  return alarm->position != 0;
}

G_END_DECLS
