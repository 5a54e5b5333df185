/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-link.h"
#include "kad-reactor.h"

G_BEGIN_DECLS

/* Readiness of a channel: it may have become readable, writable, or both. */
typedef void (*KadChannelFunc) (gpointer user_data, gboolean readable, gboolean writable);

/* A byte stream to a remote, embedded in its connection: a descriptor that the reactor polls,
 * or a pollable GIOStream for transports that have none. */
typedef struct
{
  KadReactor *reactor;
  KadWatch watch;     /* the descriptor's, or fd -1 */
  GIOStream *stream;  /* (nullable) */
  GSource *in_source; /* (nullable) */
  GSource *out_source;
  KadChannelFunc func;
  gpointer user_data;
} KadChannel;

/* Takes the link's descriptor or stream; wants input. */
gboolean kad_channel_open (KadChannel *self, KadReactor *reactor, KadLink *link,
                           KadChannelFunc func, gpointer user_data, GError **error);
void kad_channel_close (KadChannel *self);
/* >0 bytes, 0 at the remote's end, -1 and G_IO_ERROR_WOULD_BLOCK or what went wrong. */
gssize kad_channel_read (KadChannel *self, guint8 *data, gsize len, GError **error);
gssize kad_channel_write (KadChannel *self, const guint8 *data, gsize len, GError **error);
void kad_channel_set_interest (KadChannel *self, gboolean input, gboolean output);

G_END_DECLS
