/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* When something is read again: after a delay in which other reasons may come, not more often than
 * allowed, and never twice at once. Embedded in what reads. No timer runs unless something is to be
 * read. */
typedef struct
{
  guint delay_ms;
  guint interval_ms;
  void (*begin) (gpointer user_data); /* it calls kad_gui_dbus_again_done() at the end */
  gpointer user_data;
  guint timer;
  gboolean is_busy;
  gboolean is_wanted; /* once more */
  gint64 begun_us;    /* 0: never */
} KadGuiDbusAgain;

void kad_gui_dbus_again_init (KadGuiDbusAgain *self, guint delay_ms, guint interval_ms,
                              void (*begin) (gpointer user_data), gpointer user_data);
void kad_gui_dbus_again_request (KadGuiDbusAgain *self);
/* Without the delay; once more if it is being read. */
void kad_gui_dbus_again_now (KadGuiDbusAgain *self);
void kad_gui_dbus_again_done (KadGuiDbusAgain *self);
/* Forgets all; what is under way is not waited for. */
void kad_gui_dbus_again_stop (KadGuiDbusAgain *self);

G_END_DECLS
