/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-command-handler.h"
#include "kad-dispatcher.h"
#include "kad-infos.h"
#include "kad-limit-values.h"
#include "kad-private-key.h"
#include "kad-sleep-watch.h"

G_BEGIN_DECLS

#define KAD_SPARE_DESCRIPTORS 64 /* that the process needs besides its connections */
#define KAD_MAX_BACKOFFS 1024
#define KAD_UPGRADE_TIMEOUT_US (10 * G_USEC_PER_SEC)
#define KAD_KEEPALIVE_US (15 * G_USEC_PER_SEC)
/* The sweep that looks for it comes every 5 s: whoever is silent is given up within 30 s. */
#define KAD_DEAD_US (25 * G_USEC_PER_SEC)
/* Likewise of a quiet node. */
#define KAD_QUIET_KEEPALIVE_US (240 * G_USEC_PER_SEC)
#define KAD_IDLE_OUTBOUND_US (60 * G_USEC_PER_SEC)
/* Who does not answer in that time after a renewal is gone. */
#define KAD_RENEWAL_US (2 * G_USEC_PER_SEC)
/* Steps of the calendar from so much on are written into the database, where times are its. */
#define KAD_STEP_REWRITE_US (60 * G_USEC_PER_SEC)

/* What a network is made of. Plain struct; what is kept is referenced or copied. */
typedef struct
{
  KadPrivateKey *key;
  GPtrArray *transports; /* (element-type KadTransport) */
  GPtrArray *listen;     /* (element-type KadMultiaddr) */
  GPtrArray *bootstrap;  /* (element-type KadEndpoint) with addresses */
  KadMode mode;
  const char *protocol; /* of the DHT */
  const char *agent;
  gboolean public_addresses_only;
  gboolean is_accept_any; /* any record is valid; else /pk only */
  gboolean is_lenient;    /* what cannot be listened on is left out */
  gsize max_record_bytes;
  const char *data;        /* (nullable): the folder that the node keeps things in */
  const KadLimits *limits; /* (nullable): as they are by default */
  const char *folder;      /* (nullable): of what survives; NULL: nothing does */
  const KadClocks *clocks; /* (nullable): copied; NULL: those of the system */
} KadNetworkConfig;

#define KAD_TYPE_NETWORK (kad_network_get_type ())

/* The swarm at work: reactor, connections, engine and dispatcher wired together.
 * Everything happens in the thread of its context. It is the KadSwarm of the handlers. */
G_DECLARE_FINAL_TYPE (KadNetwork, kad_network, KAD, NETWORK, GObject)

KadNetwork *kad_network_new (GMainContext *context, const KadNetworkConfig *config, GError **error);
/* Listens, and starts to join. What cannot be listened on is an error that names it. */
gboolean kad_network_start (KadNetwork *self, GError **error);
/* Every command fails with NotRunning; listeners and connections close. */
void kad_network_stop (KadNetwork *self);
/* See kad_dispatcher_run_numbered(). */
guint64 kad_network_run (KadNetwork *self, KadCommandHandler *handler, guint64 number,
                         KadResultFunc on_result, KadDoneFunc on_done, gpointer user_data);
void kad_network_cancel (KadNetwork *self, guint64 run);
/* Every event, for the node's listeners. */
void kad_network_set_tap (KadNetwork *self, KadEventFunc func, gpointer user_data);
/* NULL: the chain and the steps of queries are not watched any more. */
void kad_network_set_trace (KadNetwork *self, KadTraceFunc func, gpointer user_data);
const KadPeerId *kad_network_get_peer (KadNetwork *self);
/* Where it listens, as others reach it. (element-type KadMultiaddr) (transfer full) */
GPtrArray *kad_network_dup_addresses (KadNetwork *self);
/* "address: reason", of a lenient network. (transfer full) */
char **kad_network_dup_listen_failures (KadNetwork *self);
guint kad_network_get_table_size (KadNetwork *self);
guint kad_network_get_n_connections (KadNetwork *self);
gboolean kad_network_is_server (KadNetwork *self);
KadMode kad_network_get_mode (KadNetwork *self); /* as configured */
gint64 kad_network_get_now (KadNetwork *self);

G_END_DECLS
