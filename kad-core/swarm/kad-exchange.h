/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-connection.h"
#include "kad-identity.h"

G_BEGIN_DECLS

/* The small protocols on streams: identify, identify push and ping, both sides. */

#define KAD_IDENTIFY_TIMEOUT_US (5 * G_USEC_PER_SEC)
#define KAD_PING_TIMEOUT_US (10 * G_USEC_PER_SEC)

typedef struct _KadExchange KadExchange;

typedef struct
{
  /* What we say of ourselves now: one frame (transfer full); NULL: nothing, reset. */
  GBytes *(*build_identify) (gpointer user_data, KadConnection *connection);
  /* A push of the remote. */
  void (*pushed) (gpointer user_data, KadConnection *connection, const KadIdentity *identity);
} KadExchangeDelegate;

KadExchange *kad_exchange_new (KadReactor *reactor, const KadExchangeDelegate *delegate,
                               gpointer user_data);
/* When every connection is gone. Who could not ask and was not told yet is told. */
void kad_exchange_free (KadExchange *self);
/* The KadStreamProtocol behind a name, or NULL. */
gconstpointer kad_exchange_lookup (KadExchange *self, const char *name);

/* Called once each, never before the asking call returns. NULL, -1 with @error. */
typedef void (*KadIdentifyFunc) (gpointer user_data, KadConnection *connection,
                                 KadIdentity *identity, const GError *error);
typedef void (*KadPingFunc) (gpointer user_data, KadConnection *connection, gint64 rtt_us,
                             const GError *error);

/* Who asks while another one waits for the same connection's identify hears the same answer. */
void kad_exchange_identify (KadExchange *self, KadConnection *connection, KadIdentifyFunc func,
                            gpointer user_data);
/* Tells the remote what changed of us. No answer. */
void kad_exchange_push (KadExchange *self, KadConnection *connection);
/* @random: what to send. */
void kad_exchange_ping (KadExchange *self, KadConnection *connection, const guint8 random[32],
                        gint64 deadline_us, KadPingFunc func, gpointer user_data);

G_END_DECLS
