/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-output.h"

G_BEGIN_DECLS

/* The whole terminal, by ANSI's sequences. Gives it back as it was when it is freed. */
typedef struct _KadScreen KadScreen;

KadScreen *kad_screen_new (KadOutput *output);
void kad_screen_free (KadScreen *self);
/* Draws what `kad top` shows, cut to the size that the terminal has now. @status: of
 * kad_service_status_read(); @connections: (nullable) of Table.GetConnections(); @queries:
 * (nullable) of Routing.ListQueries() */
void kad_screen_draw (KadScreen *self, GVariant *status, GVariant *connections, GVariant *queries);
/* The lines of it, without the terminal: at most @height lines of at most @width columns. */
GPtrArray *kad_screen_compose (GVariant *status, GVariant *connections, GVariant *queries,
                               guint width, guint height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadScreen, kad_screen_free)

G_END_DECLS
