/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-event.h"

G_BEGIN_DECLS

/* What to do about a check, in a word. kad-words/kad-health-advice.c has a sentence for each. */
#define KAD_ADVICE_NONE ""
#define KAD_ADVICE_LISTEN "listen"
#define KAD_ADVICE_JOIN "join"
#define KAD_ADVICE_MORE_PEERS "more-peers"
#define KAD_ADVICE_SILENT_PEERS "silent-peers"
#define KAD_ADVICE_NOT_STORED "not-stored"
#define KAD_ADVICE_FORWARD_PORT "forward-port"
#define KAD_ADVICE_WAIT_FOR_INBOUND "wait-for-inbound"
#define KAD_ADVICE_SET_CLOCK "set-clock"
#define KAD_ADVICE_DATA_FOLDER "data-folder"
#define KAD_ADVICE_DISK_SPACE "disk-space"
#define KAD_ADVICE_CONNECT "connect"
#define KAD_ADVICE_MODULES "modules"
#define KAD_ADVICE_SLOW "slow"

typedef enum
{
  KAD_HEALTH_OK,
  KAD_HEALTH_WARN,
  KAD_HEALTH_FAIL,
  KAD_HEALTH_SKIPPED,
} KadHealthState;

/* What one check came to. */
typedef struct
{
  KadHealthState state;
  const char *advice;    /* KAD_ADVICE_* */
  char *saw;             /* (owned) facts, in English */
  GVariantBuilder facts; /* the same in numbers, `a{sv}` */
} KadHealthCheck;

void kad_health_check_init (KadHealthCheck *self);
void kad_health_check_clear (KadHealthCheck *self);
void kad_health_check_set (KadHealthCheck *self, KadHealthState state, const char *advice,
                           const char *format, ...) G_GNUC_PRINTF (4, 5);
/* Floating `a{sv}`: check, state, saw, advice and the facts. @self is empty then. */
GVariant *kad_health_check_end (KadHealthCheck *self, const char *name);

/* The checks that look and do not ask. @stats, @reachability: of the swarm. */
void kad_health_check_listening (KadHealthCheck *self, GVariant *stats, GVariant *reachability);
void kad_health_check_table (KadHealthCheck *self, GVariant *stats);
void kad_health_check_reachability (KadHealthCheck *self, GVariant *stats, GVariant *reachability);
/* @skew_us: what other nodes' clocks differ by from ours, if @has_skew. */
void kad_health_check_clock (KadHealthCheck *self, GVariant *stats, gboolean has_skew,
                             gint64 skew_us);
void kad_health_check_network (KadHealthCheck *self, GVariant *reachability);
void kad_health_check_modules (KadHealthCheck *self);
void kad_health_check_latency (KadHealthCheck *self, GVariant *stats);
/* May block on the disk: for a thread of its own. @folder: (nullable): everything is in memory */
void kad_health_check_disk (KadHealthCheck *self, const char *folder);
/* Ends of the checks that ask: the last event of each query. */
void kad_health_check_lookup (KadHealthCheck *self, const KadEvent *event);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadHealthCheck, kad_health_check_clear)

G_END_DECLS
