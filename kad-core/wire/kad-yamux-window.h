/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The receiving half of a stream's flow control (libp2p specs, yamux, "Flow
 * Control"). Always: credit + held <= size.
 *
 * A window that is used up within four round trips limits the throughput, so it
 * doubles, up to KAD_YAMUX_MAX_WINDOW and while the session has budget left. It
 * never shrinks: credit that was given cannot be taken back. */
typedef struct
{
  guint32 size;    /* the most that may be on its way or unread */
  guint32 credit;  /* what the remote may still send */
  guint32 held;    /* what it sent and nobody consumed yet */
  gint64 epoch_us; /* when credit was given last, -1 before the first byte */
} KadYamuxWindow;

/* What windows take from the session beyond KAD_YAMUX_INITIAL_WINDOW a stream. */
typedef struct
{
  gsize limit_bytes;
  gsize used_bytes;
} KadYamuxBudget;

void kad_yamux_window_init (KadYamuxWindow *self);
/* Returns the window's growth to the budget; the window is over. */
void kad_yamux_window_clear (KadYamuxWindow *self, KadYamuxBudget *budget);
/* The remote sends @len bytes. FALSE: more than it had credit for. */
gboolean kad_yamux_window_take (KadYamuxWindow *self, guint32 len, gint64 now_us);
/* @len bytes were consumed; @rtt_us is -1 while nobody measured it. Gives the
 * credit to announce now, 0 while less than half of the window is used up. */
guint32 kad_yamux_window_consume (KadYamuxWindow *self, guint32 len, gint64 now_us, gint64 rtt_us,
                                  KadYamuxBudget *budget);

G_END_DECLS
