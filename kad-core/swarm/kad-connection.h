/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-link.h"
#include "kad-noise.h"
#include "kad-peer-id.h"
#include "kad-reactor.h"
#include "kad-wire.h"

G_BEGIN_DECLS

#define KAD_CONNECTION_RECEIVE_BUDGET (8 * 1024 * 1024)

/* A connection with a remote from its first byte: channel, upgrade, muxer, streams.
 * See the essay in kad-connection.c. */
typedef struct _KadConnection KadConnection;

struct _KadStream;

typedef struct
{
  /* Secured and multiplexed: peer known, streams can be opened. Never before
   * kad_connection_new() returned. */
  void (*opened) (KadConnection *connection, gpointer user_data);
  /* Over, exactly once; free it in the reactor's hook or later, not here. */
  void (*closed) (KadConnection *connection, const GError *reason, gpointer user_data);
  /* Something waits to be flushed: call kad_connection_flush() before the loop sleeps. */
  void (*dirty) (KadConnection *connection, gpointer user_data);
  /* The protocol behind a name that the remote proposed; NULL: not supported. A KadStreamProtocol.
   */
  gconstpointer (*lookup) (KadConnection *connection, const char *name, gpointer user_data);
} KadConnectionDelegate;

typedef enum
{
  KAD_CONNECTION_UPGRADING,
  KAD_CONNECTION_OPEN,
  KAD_CONNECTION_CLOSED,
} KadConnectionState;

/* Starts the upgrade. @reason: why it exists ("listener", "query", ...), static.
 * @expected: (nullable) */
KadConnection *kad_connection_new (KadReactor *reactor, KadLink *link, KadRole role,
                                   KadNoiseIdentity *identity, const guint8 ephemeral_secret[32],
                                   const KadPeerId *expected, const char *reason,
                                   const KadConnectionDelegate *delegate, gpointer user_data,
                                   GError **error);
void kad_connection_free (KadConnection *self);
/* Takes @reason. Streams hear `closed`, then the delegate. */
void kad_connection_close (KadConnection *self, GError *reason);
void kad_connection_flush (KadConnection *self);

KadConnectionState kad_connection_get_state (const KadConnection *self);
gboolean kad_connection_is_outbound (const KadConnection *self);
const KadPeerId *kad_connection_get_peer (const KadConnection *self);
KadMultiaddr *kad_connection_get_remote_address (const KadConnection *self);
KadMultiaddr *kad_connection_get_local_address (const KadConnection *self); /* (nullable) */
const char *kad_connection_get_reason (const KadConnection *self);
const char *kad_connection_get_phase (const KadConnection *self);
gint64 kad_connection_get_opened_us (const KadConnection *self);
/* When a byte of a stream last came or went. */
gint64 kad_connection_get_used_us (const KadConnection *self);
gint64 kad_connection_get_heard_us (const KadConnection *self);
/* Since when a message waits for its rest, and since when the remote has read nothing of what
 * waits for it; 0: it does not. */
gint64 kad_connection_get_partial_us (const KadConnection *self);
gint64 kad_connection_get_stalled_us (const KadConnection *self);
/* Received and not handled, written and not taken by the socket. */
gsize kad_connection_get_held_bytes (const KadConnection *self);
gint64 kad_connection_get_rtt_us (const KadConnection *self);
guint kad_connection_get_n_streams (const KadConnection *self);
/* Whether it has had its time in this turn of the loop: what can wait, waits for the next one. */
gboolean kad_connection_is_turn_over (KadConnection *self);
/* Lets every stream end what takes too long; negotiations that never end are reset. */
void kad_connection_sweep (KadConnection *self, gint64 now_us);
KadReactor *kad_connection_get_reactor (const KadConnection *self);
/* A muxer ping, for keepalive; its answer counts as heard. */
void kad_connection_ping (KadConnection *self);
/* Its answer has not come yet. */
gboolean kad_connection_is_ping_out (const KadConnection *self);
gpointer kad_connection_get_data (const KadConnection *self);
void kad_connection_set_data (KadConnection *self, gpointer data);

G_END_DECLS
