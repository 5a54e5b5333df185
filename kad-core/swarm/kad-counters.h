/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-event.h"
#include "kad-message.h"

G_BEGIN_DECLS

/* Transports that have counts of their own; further ones share the last. */
#define KAD_MAX_COUNTED_TRANSPORTS 16
#define KAD_N_COUNTED_REQUESTS (KAD_MESSAGE_PING + 1)
#define KAD_N_COUNTED_KINDS (KAD_QUERY_OPERATION + 1)
#define KAD_N_COUNTED_OUTCOMES (KAD_OUTCOME_FAILED + 1)

typedef struct
{
  guint64 n_ok, n_failed;
} KadTally;

typedef struct
{
  guint64 n_opened;  /* with a peer that proved itself */
  guint64 n_closed;  /* of these */
  guint64 n_refused; /* at a limit, before anything was said */
  guint64 n_failed;  /* before the peer had proved itself */
} KadConnectionTally;

/* What a node has done since it began. Only ever counts up. No lock: the swarm's thread. */
typedef struct
{
  KadConnectionTally inbound, outbound;
  guint64 n_from_outside; /* inbound ones from a global address */
  gint64 last_outside_us; /* the last of them, monotonic; 0: there was none */
  guint64 bytes_in;       /* of transports: encrypted, framed */
  guint64 bytes_out;
  guint64 n_streams_in, n_streams_out, n_streams_refused;
  KadTally dials[KAD_MAX_COUNTED_TRANSPORTS + 1]; /* by place among the transports; last: others */
  KadTally served[KAD_N_COUNTED_REQUESTS];
  KadTally asked[KAD_N_COUNTED_REQUESTS];
  guint64 n_started[KAD_N_COUNTED_KINDS];
  guint64 n_ended[KAD_N_COUNTED_KINDS][KAD_N_COUNTED_OUTCOMES];
  guint64 n_clock_steps;  /* of the calendar clock, of a second or more */
  gint64 largest_step_us; /* 0: there was none; negative: back */
  guint64 n_sleeps;       /* of the machine, as far as they were noticed */
  gint64 slept_us;        /* in all */
} KadCounters;

static inline void
kad_tally_note (KadTally *self, gboolean is_ok)
{
  if (is_ok)
    self->n_ok++;
  else
    self->n_failed++;
}

static inline void
kad_counters_note_request (KadTally *tallies, KadMessageType type, gboolean is_ok)
{
  if ((guint) type < KAD_N_COUNTED_REQUESTS)
    kad_tally_note (&tallies[type], is_ok);
}

/* QUERY_STARTED and QUERY_FINISHED; others are ignored. */
void kad_counters_note_event (KadCounters *self, const KadEvent *event);
/* @index: of the transport, or anything else for none of them */
void kad_counters_note_dial (KadCounters *self, guint index, gboolean is_ok);
void kad_counters_note_clock_step (KadCounters *self, gint64 step_us);
void kad_counters_note_sleep (KadCounters *self, gint64 slept_us);

/* Floating `a{sv}`, all counts `t`. @names: (element-type utf8) of the transports, in order */
GVariant *kad_counters_print_connections (const KadCounters *self);
GVariant *kad_counters_print_dials (const KadCounters *self, GPtrArray *names);
GVariant *kad_counters_print_traffic (const KadCounters *self);
GVariant *kad_counters_print_requests (const KadCounters *self);
GVariant *kad_counters_print_queries (const KadCounters *self);

G_END_DECLS
