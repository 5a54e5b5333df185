/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fuzz.h"
#include "kad-codec.h"
#include "kad-engine.h"
#include "kad-error.h"
#include "kad-lookup.h"

G_BEGIN_DECLS

/* An engine and the world around it, played by the input: who connects, asks, answers, fails, and
 * when. What it says is checked as it is said. */

#define FUZZ_PEERS 64
#define FUZZ_MAX_PENDING 4096

typedef struct
{
  guint64 request;
  KadPeerId peer;
} FuzzRequest;

typedef struct
{
  KadEngine *engine;
  KadPeerId local;
  gint64 now_us;
  GArray *requests;    /* of FuzzRequest, waiting for an answer */
  GArray *dials;       /* of KadPeerId */
  GHashTable *running; /* set of KadQueryId */
  guint8 connected[FUZZ_PEERS];
} FuzzWorld;

/* Number @n of a set that is the same in every run. 0 is the engine itself. */
static inline KadPeerId
fuzz_world_peer (guint n)
{
  static KadPeerId peers[256];

  if (!kad_peer_id_is_set (&peers[n]))
    {
      guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };
      KadRandom random;

      kad_random_init_from_number (&random, n);
      kad_random_bytes (&random, bytes + 6, 32);
      g_assert_true (kad_peer_id_init_from_bytes (&peers[n], bytes, sizeof bytes, NULL));
    }
  return peers[n];
}

static inline KadPeerInfo *
fuzz_world_info (guint n)
{
  KadPeerId peer = fuzz_world_peer (n);
  KadPeerInfo *info = kad_peer_info_new (&peer);
  g_autofree char *text = g_strdup_printf ("/ip4/10.0.0.%u/tcp/4001", n);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

  kad_peer_info_add_address (info, address);
  return info;
}

static inline void
fuzz_world_init (FuzzWorld *self, KadMode mode, gboolean public_only)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();
  KadEngineConfig config = { .mode = mode, .public_addresses_only = public_only };
  KadKey key;

  *self = (FuzzWorld){ .local = fuzz_world_peer (0), .now_us = 100 * KAD_USEC_PER_SEC };
  kad_key_init_from_peer (&key, &self->local);
  kad_validators_add_public_key (validators);
  kad_validators_add_accept_any (validators, 4096);
  config.local = self->local;
  config.wall.unix_us = G_GINT64_CONSTANT (1700000000) * KAD_USEC_PER_SEC;
  config.records = kad_memory_record_store_new_limited (
      &key, &(KadStoreLimits){ .max_items = 64, .max_bytes = 65536 });
  config.providers = kad_memory_provider_store_new_limited (
      &key, &(KadStoreLimits){ .max_items = 128, .max_per_peer = 64 });
  config.validators = validators;
  self->engine = kad_engine_new (&config, self->now_us);
  self->requests = g_array_new (FALSE, FALSE, sizeof (FuzzRequest));
  self->dials = g_array_new (FALSE, FALSE, sizeof (KadPeerId));
  self->running = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static inline void
fuzz_world_clear (FuzzWorld *self)
{
  kad_engine_free (self->engine);
  g_array_unref (self->requests);
  g_array_unref (self->dials);
  g_hash_table_unref (self->running);
}

/* A query is started, says some things and ends once. */
static inline void
fuzz_world_take_event (FuzzWorld *self, const KadEvent *event)
{
  if (event->type == KAD_EVENT_QUERY_STARTED)
    g_assert_true (
        g_hash_table_add (self->running, g_memdup2 (&event->query, sizeof event->query)));
  if (event->type != KAD_EVENT_QUERY_PROGRESS)
    return;
  g_assert_true (g_hash_table_contains (self->running, &event->query));
  if (!event->is_last)
    return;
  g_assert_true (g_hash_table_remove (self->running, &event->query));
  g_assert_cmpint (event->outcome, !=, KAD_OUTCOME_RUNNING);
  g_assert_cmpint (event->stats.duration_us, <=, 60 * KAD_USEC_PER_SEC);
  g_assert_cmpuint (event->stored, <=, event->wanted);
  if (event->kind != KAD_QUERY_BOOTSTRAP)
    g_assert_cmpuint (event->stats.requests, <=, KAD_MAX_QUERY_REQUESTS + KAD_MAX_CLOSER_PEERS);
}

/* The number of a peer of ours, or FUZZ_PEERS. */
static inline guint
fuzz_world_find (const KadPeerId *peer)
{
  for (guint n = 0; n < FUZZ_PEERS; n++)
    {
      KadPeerId known = fuzz_world_peer (n);

      if (kad_peer_id_equal (&known, peer))
        return n;
    }
  return FUZZ_PEERS;
}

static inline void
fuzz_world_take_send (FuzzWorld *self, const KadOutput *output)
{
  FuzzRequest request = { output->request, output->peer };
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;
  guint n = fuzz_world_find (&output->peer);

  g_assert_true (n < FUZZ_PEERS && self->connected[n]);
  g_assert_nonnull (output->message);
  g_assert_true (kad_codec_encode (output->message, KAD_MAX_RECORD_BYTES * 2, &bytes, NULL));
  if (output->expects_reply)
    g_assert_cmpint (output->deadline_us, <=, self->now_us + 60 * KAD_USEC_PER_SEC);
  g_array_append_val (self->requests, request);
  g_assert_cmpuint (self->requests->len, <=, FUZZ_MAX_PENDING);
}

static inline void
fuzz_world_drain (FuzzWorld *self)
{
  KadOutput output;

  for (guint n = 0; kad_engine_next_output (self->engine, &output); n++)
    {
      g_assert_cmpuint (n, <, 16384);
      if (output.type == KAD_OUTPUT_EVENT)
        fuzz_world_take_event (self, output.event);
      else
        g_assert_false (kad_peer_id_equal (&output.peer, &self->local));
      if (output.type == KAD_OUTPUT_SEND)
        fuzz_world_take_send (self, &output);
      if (output.type == KAD_OUTPUT_DIAL)
        {
          g_array_append_val (self->dials, output.peer);
          g_assert_cmpuint (self->dials->len, <=, FUZZ_MAX_PENDING);
        }
      kad_output_clear (&output);
    }
}

static inline void
fuzz_world_connect (FuzzWorld *self, guint n)
{
  KadPeerId peer = fuzz_world_peer (n);

  if (n == 0 || n >= FUZZ_PEERS || self->connected[n])
    return;
  self->connected[n] = TRUE;
  kad_engine_peer_connected (self->engine, &peer, self->now_us);
}

/* Time passes in the steps that the engine asks for. It never asks for one that is over. */
static inline void
fuzz_world_advance (FuzzWorld *self, gint64 duration_us)
{
  gint64 until_us = self->now_us + duration_us, next_us;
  guint n = 0;

  while ((next_us = kad_engine_next_deadline (self->engine)) <= until_us)
    {
      g_assert_cmpuint (n++, <, 100000);
      self->now_us = MAX (self->now_us, next_us);
      kad_engine_advance (self->engine, self->now_us);
      fuzz_world_drain (self);
    }
  self->now_us = until_us;
  kad_engine_advance (self->engine, self->now_us);
  fuzz_world_drain (self);
}

static inline void
fuzz_world_fail_all (FuzzWorld *self)
{
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "Gone");

  for (guint i = 0; i < self->requests->len; i++)
    kad_engine_request_failed (self->engine, g_array_index (self->requests, FuzzRequest, i).request,
                               error, self->now_us);
  g_array_set_size (self->requests, 0);
  for (guint i = 0; i < self->dials->len; i++)
    kad_engine_dial_failed (self->engine, &g_array_index (self->dials, KadPeerId, i), error,
                            self->now_us);
  g_array_set_size (self->dials, 0);
  fuzz_world_drain (self);
}

G_END_DECLS
