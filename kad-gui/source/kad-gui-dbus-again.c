/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-again.h"

void
kad_gui_dbus_again_init (KadGuiDbusAgain *self, guint delay_ms, guint interval_ms,
                         void (*begin) (gpointer user_data), gpointer user_data)
{
  *self = (KadGuiDbusAgain){
    .delay_ms = delay_ms, .interval_ms = interval_ms, .begin = begin, .user_data = user_data
  };
}

static void
begin (KadGuiDbusAgain *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->is_busy = TRUE;
  self->is_wanted = FALSE;
  self->begun_us = g_get_monotonic_time ();
  self->begin (self->user_data);
}

static gboolean
on_timer (gpointer user_data)
{
  KadGuiDbusAgain *self = user_data;

  self->timer = 0;
  begin (self);
  return G_SOURCE_REMOVE;
}

void
kad_gui_dbus_again_request (KadGuiDbusAgain *self)
{
  guint wait_ms = self->delay_ms;

  if (self->is_busy)
    {
      self->is_wanted = TRUE;
      return;
    }
  if (self->timer != 0)
    return;
  if (self->begun_us != 0)
    {
      gint64 due_us = self->begun_us + (gint64) self->interval_ms * 1000;

      wait_ms = (guint) MAX ((due_us - g_get_monotonic_time () + 999) / 1000, (gint64) wait_ms);
    }
  if (wait_ms == 0)
    begin (self);
  else
    self->timer = g_timeout_add (wait_ms, on_timer, self);
}

void
kad_gui_dbus_again_now (KadGuiDbusAgain *self)
{
  if (self->is_busy)
    self->is_wanted = TRUE;
  else
    begin (self);
}

void
kad_gui_dbus_again_done (KadGuiDbusAgain *self)
{
  self->is_busy = FALSE;
  if (self->is_wanted)
    kad_gui_dbus_again_request (self);
}

void
kad_gui_dbus_again_stop (KadGuiDbusAgain *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->is_busy = FALSE;
  self->is_wanted = FALSE;
}
