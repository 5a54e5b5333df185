/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-sleep-watch.h"

G_BEGIN_DECLS

/* The clocks of the machine, with the sleep and the steps of the calendar that a test makes up. The
 * calendar goes on in sleep. */
typedef struct
{
  gint64 ahead_us; /* time that passed awake, without anybody waiting for it */
  gint64 slept_us;
  gint64 step_us;
} FakeMachine;

static gint64
fake_machine_get_monotonic (gpointer user_data)
{
  return g_get_monotonic_time () + ((FakeMachine *) user_data)->ahead_us;
}

static gint64
fake_machine_get_boottime (gpointer user_data)
{
  FakeMachine *self = user_data;

  return g_get_monotonic_time () + self->ahead_us + self->slept_us;
}

static gint64
fake_machine_get_wall (gpointer user_data)
{
  FakeMachine *self = user_data;

  return g_get_real_time () + self->ahead_us + self->slept_us + self->step_us;
}

static inline KadClocks
fake_machine_get_clocks (FakeMachine *self)
{
  return (KadClocks){ fake_machine_get_monotonic, fake_machine_get_boottime, fake_machine_get_wall,
                      self };
}

G_END_DECLS
