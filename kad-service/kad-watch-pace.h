/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-callers.h"

G_BEGIN_DECLS

/* How much was sent to a caller that it may not have read. After a share of the bound it is asked
 * for a sign of life, which comes behind all that was sent: what is before it was read. */
typedef struct _KadWatchPace KadWatchPace;

/* @on_room: it has read, after kad_watch_pace_has_room() was FALSE. */
KadWatchPace *kad_watch_pace_new (KadCaller *caller, gsize max_bytes,
                                  void (*on_room) (gpointer user_data), gpointer user_data);
void kad_watch_pace_free (KadWatchPace *self);
void kad_watch_pace_sent (KadWatchPace *self, gsize bytes);
gboolean kad_watch_pace_has_room (KadWatchPace *self);

G_END_DECLS
