/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-alarm.h"
#include "kad-contact.h"
#include "kad-engine-stats.h"
#include "kad-engine.h"
#include "kad-error.h"
#include "kad-lookup.h"
#include "kad-network-size.h"
#include "kad-outbox.h"
#include "kad-peer-book.h"
#include "kad-publications.h"
#include "kad-query.h"
#include "kad-rates.h"
#include "kad-refresh.h"

G_BEGIN_DECLS

/* Checks of whether a peer still answers, at a time and waiting for their turn. */
#define KAD_MAX_CHECKS_AT_ONCE 16
#define KAD_MAX_CHECKS_QUEUED 1024

/* A peer that failed so many checks is not recommended to others. */
#define KAD_DOUBTFUL_FAILURES 2

/* What the files of the engine share:
 *
 *   kad-engine.c          inputs, outputs, modes, time
 *   kad-engine-server.c   the serving side
 *   kad-engine-records.c  what we hold, as it may be served
 *   kad-engine-stats.c    what it counts; how large the network is
 *   kad-engine-peers.c    who lives, who enters the table, who leaves it
 *   kad-contact.c         one message to one peer
 *   kad-query*.c          what it was asked to do, one kind a file
 *   kad-publication.c     something that is announced: for whom, and how it went
 *   kad-publications.c    when what is announced, and again
 *   kad-engine-publications.c  what may be asked of them
 *   kad-refresh.c         upkeep of the table
 */
struct _KadEngine
{
  KadEngineConfig config; /* with the defaults filled in */
  KadLimits limits;
  KadKey key; /* of config.local */
  KadRandom random;
  gint64 now_us;
  gint64 wall_offset_us; /* calendar minus monotonic */
  gboolean trace;
  gboolean reachable;
  gboolean quiet;
  guint depth; /* inputs that are being dealt with */

  KadRoutingTable *table;
  KadPeerBook *book;
  KadRates *rates;
  guint n_connected;
  KadAlarms alarms;
  KadOutbox outbox;

  KadPeerInfo *local_info; /* (owned) (nullable) our own addresses, as others may see them */
  GPtrArray *bootstrap;    /* (owned) (element-type KadPeerInfo) */

  GHashTable *contacts; /* of request to KadContact; never iterated while it matters */
  guint64 next_request;
  gint64 usual_us;     /* what an answer takes by the median; 0: none came yet */
  guint n_timed;       /* answers in it, as far as that matters */
  GHashTable *queries; /* of id to KadQuery; never iterated while it matters */
  GPtrArray *ended;    /* (owned) (element-type KadQuery) freed when the input is done */
  KadQueryId next_query;

  KadMessage *check_message; /* (owned) FIND_NODE for our own id */
  GQueue checks_queued;      /* of KadBookPeer */
  guint n_checks;
  guint n_doubtful; /* peers with as many failed checks as DOUBTFUL_FAILURES */
  KadAlarm expire_alarm;
  gint64 expired_us;

  KadNetworkSize *network_size;
  KadEngineStats counts; /* only what counts up */

  KadPublications publications;
  KadRefresh refresh;
};

/* ---- kad-engine.c ---- */

/* Around each input: sets the time; frees what ended meanwhile. */
void kad_engine_enter (KadEngine *self, gint64 now_us);
void kad_engine_leave (KadEngine *self);
/* Takes @event. */
void kad_engine_emit (KadEngine *self, KadEvent *event);
KadWallTime kad_engine_get_wall_time (KadEngine *self);
/* The time by the calendar, as a record carries it. */
char *kad_engine_dup_record_time (KadEngine *self);

/* ---- kad-engine-records.c ---- */

/* The best valid record that we hold, of others or our own; an invalid one is dropped. */
KadRecord *kad_engine_dup_valid_record (KadEngine *self, GBytes *key);
/* @from: (nullable): who put it, NULL for ourselves */
gboolean kad_engine_store_record (KadEngine *self, KadRecord *record, const KadPeerId *from,
                                  GError **error);
/* Whether others would take it, as far as we know: it is valid, and no better one is held here. */
gboolean kad_engine_check_own_value (KadEngine *self, GBytes *key, GBytes *value, GError **error);
/* (element-type KadPeerInfo) (transfer full): whom we know to provide it, ourselves too */
GPtrArray *kad_engine_dup_providers (KadEngine *self, GBytes *key, guint max);

/* ---- kad-engine-stats.c ---- */

/* A walk to @target that converged. */
void kad_engine_note_lookup (KadEngine *self, const KadKey *target, KadLookup *lookup);
/* Drops what is due, and counts it. */
void kad_engine_expire_stores (KadEngine *self);
/* Something of ours was announced, by somebody or by nobody. */
void kad_engine_note_publication (KadEngine *self, gboolean is_stored);

/* ---- kad-engine-peers.c ---- */

/* The info as we may store, emit and dial it: no foreign /p2p, in a public network only
 * global addresses (and relays with @relays). (transfer full) */
KadPeerInfo *kad_engine_sanitise (KadEngine *self, KadPeerInfo *info, gboolean relays);
/* (transfer none) (nullable): from the book, or the table */
KadPeerInfo *kad_engine_find_info (KadEngine *self, const KadPeerId *id);
void kad_engine_peer_answered (KadEngine *self, KadBookPeer *peer, KadPeerInfo *info);
void kad_engine_peer_failed (KadEngine *self, KadBookPeer *peer);
void kad_engine_check_peer (KadEngine *self, const KadPeerId *id);
/* Whom nobody has seen for @age_us is asked whether it lives. */
void kad_engine_check_quiet_peers (KadEngine *self, gint64 age_us);
void kad_engine_clear_checks (KadEngine *self);

G_END_DECLS
