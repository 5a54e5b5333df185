/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-engine.h"
#include "kad-error.h"
#include <string.h>

#include "test-peers.h"

/* An engine alone, and the world around it played by the test: what it sends,
 * dials and says is collected, and nothing happens unless the test says so. */

#define SECOND KAD_USEC_PER_SEC
#define START (100 * SECOND)

typedef struct
{
  KadEngine *engine;
  KadPeerId local;
  gint64 now_us;
  GArray *outputs; /* of KadOutput: what was not looked at yet; events are in @events */
  GPtrArray *events;
} Network;

G_GNUC_UNUSED static void
network_drain (Network *self)
{
  KadOutput output;

  while (kad_engine_next_output (self->engine, &output))
    {
      if (output.type == KAD_OUTPUT_EVENT)
        g_ptr_array_add (self->events, g_steal_pointer (&output.event));
      else
        g_array_append_val (self->outputs, output);
    }
}

static inline void
clear_output (gpointer output)
{
  kad_output_clear (output);
}

/* @config: (nullable): local, stores, validators and wall are filled in. */
G_GNUC_UNUSED static Network *
network_new_with (const KadEngineConfig *config)
{
  Network *self = g_new0 (Network, 1);
  g_autoptr (KadValidators) validators = kad_validators_new ();
  KadEngineConfig full = config != NULL ? *config : (KadEngineConfig){ .mode = KAD_MODE_SERVER };
  KadKey key;

  self->now_us = START;
  self->local = make_peer (0);
  kad_key_init_from_peer (&key, &self->local);
  full.local = self->local;
  full.wall.unix_us = G_GINT64_CONSTANT (1700000000) * SECOND;
  full.records = kad_memory_record_store_new (&key);
  full.providers = kad_memory_provider_store_new (&key);
  if (full.validators == NULL)
    {
      kad_validators_add_public_key (validators);
      kad_validators_add_accept_any (validators, 1024);
      full.validators = validators;
    }
  self->engine = kad_engine_new (&full, self->now_us);
  self->outputs = g_array_new (FALSE, FALSE, sizeof (KadOutput));
  g_array_set_clear_func (self->outputs, clear_output);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_event_unref);
  return self;
}

G_GNUC_UNUSED static Network *
network_new (void)
{
  return network_new_with (NULL);
}

G_GNUC_UNUSED static void
network_free (Network *self)
{
  kad_engine_free (self->engine);
  g_array_unref (self->outputs);
  g_ptr_array_unref (self->events);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Network, network_free)

G_GNUC_UNUSED static KadPeerInfo *
peer_info (guint32 n)
{
  g_autofree char *text = g_strdup_printf ("/ip4/10.0.%u.%u/tcp/4001", n / 256, n % 256);

  return make_info (n, text);
}

/* Lets time pass in the steps that the engine asks for. */
G_GNUC_UNUSED static void
network_advance (Network *self, gint64 duration_us)
{
  gint64 until_us = self->now_us + duration_us;
  gint64 next_us;

  while ((next_us = kad_engine_next_deadline (self->engine)) <= until_us)
    {
      self->now_us = MAX (self->now_us, next_us);
      kad_engine_advance (self->engine, self->now_us);
      network_drain (self);
    }
  self->now_us = until_us;
}

/* The oldest output of a type, to a peer (0: any); the caller clears it. */
G_GNUC_UNUSED static gboolean
network_take (Network *self, KadOutputType type, guint32 n, KadOutput *output)
{
  KadPeerId peer = make_peer (n);

  network_drain (self);
  for (guint i = 0; i < self->outputs->len; i++)
    {
      KadOutput *at = &g_array_index (self->outputs, KadOutput, i);

      if (at->type != type || (n != 0 && !kad_peer_id_equal (&at->peer, &peer)))
        continue;
      *output = *at;
      *at = (KadOutput){ 0 };
      g_array_remove_index (self->outputs, i);
      return TRUE;
    }
  return FALSE;
}

G_GNUC_UNUSED static guint
network_count (Network *self, KadOutputType type)
{
  guint n = 0;

  network_drain (self);
  for (guint i = 0; i < self->outputs->len; i++)
    n += g_array_index (self->outputs, KadOutput, i).type == type;
  return n;
}

G_GNUC_UNUSED static void
network_connect (Network *self, guint32 n)
{
  KadPeerId peer = make_peer (n);

  kad_engine_peer_connected (self->engine, &peer, self->now_us);
}

G_GNUC_UNUSED static void
network_disconnect (Network *self, guint32 n)
{
  KadPeerId peer = make_peer (n);

  kad_engine_peer_disconnected (self->engine, &peer, self->now_us);
}

G_GNUC_UNUSED static void
network_identify (Network *self, guint32 n, gboolean is_server)
{
  g_autoptr (KadPeerInfo) info = peer_info (n);

  kad_engine_peer_identified (self->engine, info, is_server, self->now_us);
}

/* Answers the oldest request to peer @n; @reply (transfer full). */
G_GNUC_UNUSED static void
network_reply (Network *self, guint32 n, KadMessage *reply)
{
  g_autoptr (KadMessage) owned = reply;
  KadOutput output;

  g_assert_true (network_take (self, KAD_OUTPUT_SEND, n, &output));
  kad_engine_reply_received (self->engine, output.request, owned, self->now_us);
  kad_output_clear (&output);
}

/* An answer to a request of @type that names peers @first to @first + @n_peers - 1. */
G_GNUC_UNUSED static KadMessage *
answer (KadMessageType type, GBytes *key, guint32 first, guint n_peers)
{
  KadMessage *reply = kad_message_new (type, key);

  for (guint32 i = 0; i < n_peers; i++)
    kad_message_take_closer (reply, peer_info (first + i));
  return reply;
}

G_GNUC_UNUSED static void
network_reply_found (Network *self, guint32 n, guint32 first, guint n_peers)
{
  network_reply (self, n, answer (KAD_MESSAGE_FIND_NODE, NULL, first, n_peers));
}

G_GNUC_UNUSED static void
network_fail (Network *self, guint32 n, KadError code)
{
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, code, "It failed");
  KadOutput output;

  g_assert_true (network_take (self, KAD_OUTPUT_SEND, n, &output));
  kad_engine_request_failed (self->engine, output.request, error, self->now_us);
  kad_output_clear (&output);
}

G_GNUC_UNUSED static void
network_fail_dial (Network *self, guint32 n)
{
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_DIAL_FAILED, "Connection refused");
  KadOutput output;

  g_assert_true (network_take (self, KAD_OUTPUT_DIAL, n, &output));
  kad_engine_dial_failed (self->engine, &output.peer, error, self->now_us);
  kad_output_clear (&output);
}

/* Peer @n connects, is identified as a server, and answers its check: in the table. */
G_GNUC_UNUSED static void
network_add_server (Network *self, guint32 n)
{
  network_connect (self, n);
  network_identify (self, n, TRUE);
  network_reply_found (self, n, 0, 0);
}

G_GNUC_UNUSED static void
network_forget (Network *self)
{
  network_drain (self);
  g_array_set_size (self->outputs, 0);
  g_ptr_array_set_size (self->events, 0);
}

/* The only event of a type since the last network_forget(), of query @id (0: any); NULL: none. */
G_GNUC_UNUSED static KadEvent *
network_find_event (Network *self, KadEventType type, KadQueryId id)
{
  KadEvent *found = NULL;

  network_drain (self);
  for (guint i = 0; i < self->events->len; i++)
    {
      KadEvent *event = g_ptr_array_index (self->events, i);

      if (event->type != type || (id != 0 && event->query != id)
          || (type == KAD_EVENT_QUERY_PROGRESS && !event->is_last))
        continue;
      g_assert_null (found);
      found = event;
    }
  return found;
}

/* The query's last step; it must have come once. */
G_GNUC_UNUSED static KadEvent *
network_last (Network *self, KadQueryId id)
{
  return network_find_event (self, KAD_EVENT_QUERY_PROGRESS, id);
}

/* The @index-th step before the last; NULL: there are fewer. */
G_GNUC_UNUSED static KadEvent *
network_step (Network *self, KadQueryId id, guint index)
{
  network_drain (self);
  for (guint i = 0; i < self->events->len; i++)
    {
      KadEvent *event = g_ptr_array_index (self->events, i);

      if (event->type == KAD_EVENT_QUERY_PROGRESS && event->query == id && !event->is_last
          && index-- == 0)
        return event;
    }
  return NULL;
}

G_GNUC_UNUSED static KadQueryId
network_start (Network *self, KadQuerySpec spec)
{
  return kad_engine_start_query (self->engine, &spec, self->now_us);
}

G_GNUC_UNUSED static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

G_GNUC_UNUSED static void
network_listen (Network *self, const char *text)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

  g_ptr_array_add (addresses, address);
  kad_engine_set_addresses (self->engine, addresses);
}
