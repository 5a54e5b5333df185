/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

/* A link of whatever kind as a pair of pollable streams, for tests that shall not care. */
typedef struct
{
  GIOStream *stream;
  GPollableInputStream *in;   /* borrowed from stream */
  GPollableOutputStream *out; /* likewise */
  GSocket *socket;            /* (nullable) (owned) */
} Channel;

/* Takes the link. */
void channel_init (Channel *self, KadLink *link);
void channel_clear (Channel *self);
/* Ends our writing only. */
void channel_close_write (Channel *self);
/* Write and read exactly so much, turning the main loop meanwhile. */
void channel_write (Channel *self, const void *data, gsize len);
void channel_read (Channel *self, void *data, gsize len);
/* Expects the end of the other side's writing. */
void channel_expect_end (Channel *self);
/* Reads until the end or an error, whichever comes, and gives how much came before it. */
gsize channel_expect_close (Channel *self);
/* Sleeps in the main loop until there is something to read. */
void channel_wait_readable (Channel *self);

/* Dials and waits. */
KadLink *channel_dial (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
                       GError **error);
/* Waits for somebody. */
KadLink *channel_accept (KadListener *listener);
guint channel_count_descriptors (void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Channel, channel_clear)

G_END_DECLS
