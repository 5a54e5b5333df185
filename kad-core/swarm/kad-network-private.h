/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-address-watch.h"
#include "kad-connection-book.h"
#include "kad-connection-manager.h"
#include "kad-dials.h"
#include "kad-engine.h"
#include "kad-exchange.h"
#include "kad-identify-cache.h"
#include "kad-listener.h"
#include "kad-network-state.h"
#include "kad-network-warm.h"
#include "kad-network.h"
#include "kad-noise.h"
#include "kad-observed-address.h"
#include "kad-operation-stats.h"
#include "kad-protections.h"
#include "kad-rpc.h"

G_BEGIN_DECLS

/* Shared by the kad-network*.c files only. Which file does what:
 *   kad-network.c              life, configuration, the turn of the loop
 *   kad-network-listen.c       listeners, accepting, our addresses
 *   kad-network-connections.c  connections from upgrade to close, identify, sweep
 *   kad-network-change.c       what a change of addresses means, ours and as others see us
 *   kad-network-engine.c       inputs and outputs of the engine
 *   kad-network-operations.c   dial, ping, identify and ask: what is not a query
 *   kad-network-publications.c publish and unpublish: done when it is kept
 *   kad-network-state.c        what survives; kad-network-mirror.c what is held for others
 *   kad-network-warm.c         joining by whom we knew
 *   kad-network-trim.c         who goes when there are too many
 *   kad-network-renew.c        after sleep, a new network, a step of the calendar; quiet; memory
 *   kad-network-stats.c        what it has done, in numbers
 *   kad-network-reachability.c whether others reach us
 *   kad-network-swarm.c        the KadSwarm interface */

struct _KadNetwork
{
  GObject parent_instance;

  GMainContext *context;
  KadPrivateKey *key;
  KadPeerId peer;
  KadNoiseIdentity *noise_identity;
  char *protocol;
  char *agent;
  gboolean public_addresses_only;
  gboolean is_accept_any;
  char *data; /* (nullable) */
  guint64 identify_seq;
  KadIdentifyCache identify_cache;

  KadReactor *reactor;
  KadEngine *engine;
  KadRecordStore *records;     /* the engine's */
  KadProviderStore *providers; /* likewise */
  KadNetworkState *state;
  KadWarmStart warm;
  KadDispatcher *dispatcher;
  KadRpc *rpc;
  KadExchange *exchange;
  KadLimits limits; /* as they hold here: descriptors bound them, too */
  KadConnectionBook *book;
  KadProtections *protections;
  gint64 next_trim_us;  /* not again before */
  gint64 full_until_us; /* nobody gives way */
  KadDials *dials;
  GPtrArray *transports;
  GPtrArray *listen_on;       /* (element-type KadMultiaddr) as configured */
  GPtrArray *listeners;       /* (element-type Listening) */
  gboolean is_lenient;        /* listens without those that cannot be listened on */
  GPtrArray *listen_failures; /* (element-type utf8) */
  GPtrArray *bootstrap;       /* (element-type KadEndpoint) as configured */
  KadAddressWatch *address_watch;
  GPtrArray *announced; /* (element-type KadMultiaddr) where we listen, as others were told */
  KadObservedAddress *observed;

  GPtrArray *dirty;         /* (element-type KadConnection) to flush */
  GPtrArray *graveyard;     /* (element-type KadPeerSession) to free */
  GQueue events;            /* (element-type KadEvent) to deliver */
  GHashTable *operations;   /* KadQueryId -> Operation */
  GHashTable *find_queries; /* KadQueryId of a find-peer -> Operation */
  GPtrArray *unflushed; /* (element-type PublishOp) what the engine says of them may be unheard */
  GPtrArray *flushes;   /* (element-type Flush) that wait until they are kept */
  KadTimer timer;       /* the engine's and the dispatcher's next deadline */
  KadTimer sweep;
  gint64 wall_offset_us;
  KadTimer renewal;     /* when those that were tested are judged */
  gint64 renewed_us;    /* the last time; 0: never */
  gboolean is_judging;  /* once more round the loop, then it is done */
  gboolean joins_later; /* whether the table is thin is seen when the dead are known */
  gint64 started_us;
  KadOperationStats *operation_stats;
  KadTimer rejoin;         /* when nobody could be reached */
  gint64 rejoin_delay_us;  /* of the next one */
  guint bootstrap_pending; /* dials of endpoints without a peer id */
  GPtrArray *bootstrap_infos;
  GString *bootstrap_failures;
  KadEventFunc tap;
  gpointer tap_data;
  gsize most_held; /* by all connections, since memory was given back */
  gint64 gave_back_us;
  gboolean is_running;
  gboolean is_in_hook;
};

/* life */
/* Makes a turn happen soon, unless one is under way. */
void kad_network_wake (KadNetwork *self);
/* From the beginning, those named by an address alone included. */
void kad_network_rejoin (KadNetwork *self);
/* Some time after this, longer each time, if the table is empty then. */
void kad_network_rejoin_later (KadNetwork *self);
/* By the bootstrap peers. */
void kad_network_join_bootstrap (KadNetwork *self);
/* The engine knows the bootstrap peers whose ids are known, and does not ask them now. */
void kad_network_name_bootstrap (KadNetwork *self);

/* renew */
/* Looks whether the calendar was set. */
void kad_network_check_clock (KadNetwork *self);
void kad_network_renew_init (KadNetwork *self);
guint kad_network_renew (KadSwarm *swarm, const char *reason, gint64 slept_us,
                         gboolean *is_joining);
void kad_network_keep_quiet (KadSwarm *swarm, gboolean quiet);
guint64 kad_network_free_memory (KadSwarm *swarm);

/* connections */
extern const KadConnectionDelegate kad_network_connection_delegate;
extern const KadDialsDelegate kad_network_dials_delegate;
extern const KadExchangeDelegate kad_network_exchange_delegate;
KadPeerSession *kad_network_add_link (KadNetwork *self, KadLink *link, KadRole role,
                                      const KadPeerId *expected, const char *reason,
                                      GError **error);
void kad_network_identified (KadNetwork *self, KadConnection *connection,
                             const KadIdentity *identity);
void kad_network_push_identity (KadNetwork *self);
void kad_network_sweep (KadNetwork *self, gint64 now_us);
/* While all together hold more than they may, closes who holds most. */
void kad_network_shed (KadNetwork *self);
void kad_network_close_all (KadNetwork *self);
void kad_network_bury (KadNetwork *self);

/* trim */
/* One for each connection of the book, by index, with its score; free it with g_free(). */
KadConnectionUse *kad_network_describe_connections (KadNetwork *self);
/* Down to low-water, as far as there is somebody idle who may go; gives how many went. */
guint kad_network_trim_idle (KadNetwork *self, const char *reason);
/* Above high-water: down to low-water, as far as there is somebody who may go. */
void kad_network_trim (KadNetwork *self, gint64 now_us);
/* For one more connection: the least useful gives way if there is no room and the newcomer, who
 * comes from @remote, promises more. */
gboolean kad_network_make_room (KadNetwork *self, const KadMultiaddr *remote, gboolean is_outbound,
                                GError **error);

/* listen */
gboolean kad_network_listen (KadNetwork *self, GError **error);
void kad_network_unlisten (KadNetwork *self);
/* Where we listen, from now on. */
void kad_network_announce (KadNetwork *self, GPtrArray *addresses);

/* change */
gboolean kad_network_is_anybody_connected (KadNetwork *self); /* of the table */
/* A KadAddressWatchFunc. */
void kad_network_addresses_changed (gpointer user_data, GPtrArray *came, GPtrArray *gone);
/* @observed: (nullable): where the peer of the connection sees us */
void kad_network_note_observed (KadNetwork *self, KadConnection *connection,
                                KadMultiaddr *observed);
void kad_network_forget_observer (KadNetwork *self, const KadPeerId *peer);

/* engine */
KadMessage *kad_network_serve (gpointer user_data, KadConnection *connection, KadMessage *request,
                               GError **error);
gboolean kad_network_drain (KadNetwork *self);
void kad_network_emit (KadNetwork *self, KadEvent *event); /* takes */

/* operations */
void kad_network_operations_free (KadNetwork *self);
/* TRUE: the event was of a query that an operation started. */
gboolean kad_network_operation_event (KadNetwork *self, KadEvent *event);

/* held */
GPtrArray *kad_network_dup_records (KadSwarm *swarm, guint from, guint limit);
GPtrArray *kad_network_dup_providers (KadSwarm *swarm, guint from, guint limit);

/* swarm */
void kad_network_swarm_iface_init (KadSwarmInterface *iface);
KadQueryId kad_network_dial_op (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us);
KadQueryId kad_network_ping_op (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us);
KadQueryId kad_network_identify_op (KadSwarm *swarm, const KadEndpoint *endpoint,
                                    gint64 timeout_us);
KadQueryId kad_network_ask_op (KadSwarm *swarm, const KadEndpoint *endpoint, KadMessage *request,
                               gint64 timeout_us);
GVariant *kad_network_dup_stats (KadSwarm *swarm);
void kad_network_run_ended (const char *command, gint64 started_us, const GError *error,
                            gpointer user_data);
GVariant *kad_network_dup_reachability (KadSwarm *swarm);
gboolean kad_network_cancel_op (KadNetwork *self, KadQueryId id);

/* publications */
KadQueryId kad_network_publish_op (KadSwarm *swarm, const KadPublicationSpec *spec);
KadQueryId kad_network_unpublish_op (KadSwarm *swarm, KadPublicationKind kind, GBytes *key,
                                     const char *tag);
gboolean kad_network_cancel_publish_op (KadNetwork *self, KadQueryId id);
/* Every event is delivered: what was published until now is to be kept. */
void kad_network_keep_publications (KadNetwork *self);
void kad_network_publish_ops_init (KadNetwork *self);
void kad_network_publish_ops_free (KadNetwork *self);

G_END_DECLS
