/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network as handlers see it. */
#include "kad-error.h"
#include "kad-identify.h"
#include "kad-network-private.h"
#include "kad-ping.h"

static KadQueryId
start_query (KadSwarm *swarm, const KadQuerySpec *spec)
{
  KadNetwork *self = KAD_NETWORK (swarm);

  kad_network_wake (self);
  return kad_engine_start_query (self->engine, spec, kad_reactor_get_now (self->reactor));
}

static void
cancel (KadSwarm *swarm, KadQueryId query)
{
  KadNetwork *self = KAD_NETWORK (swarm);

  if (kad_network_cancel_op (self, query) || kad_network_cancel_publish_op (self, query))
    kad_dispatcher_forget_query (self->dispatcher, query);
  else
    kad_engine_cancel_query (self->engine, query, kad_reactor_get_now (self->reactor));
  kad_network_wake (self);
}

static gboolean
hang_up (KadSwarm *swarm, const KadPeerId *peer, GError **error)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  KadPeerSession *session = kad_connection_book_find (self->book, peer);

  if (session == NULL)
    {
      g_autofree char *text = kad_peer_id_to_string (peer);

      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "There is no connection with %s", text);
      return FALSE;
    }
  while ((session = kad_connection_book_find (self->book, peer)) != NULL)
    kad_connection_close (session->connection,
                          g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "Hung up on request"));
  return TRUE;
}

static gboolean
protect_peer (KadSwarm *swarm, const KadPeerId *peer, const char *tag, GError **error)
{
  return kad_protections_add (KAD_NETWORK (swarm)->protections, peer, tag, error);
}

static gboolean
unprotect_peer (KadSwarm *swarm, const KadPeerId *peer, const char *tag, gboolean *is_still,
                GError **error)
{
  return kad_protections_remove (KAD_NETWORK (swarm)->protections, peer, tag, is_still, error);
}

static gboolean
stop_provide (KadSwarm *swarm, GBytes *key, GError **error)
{
  kad_network_wake (KAD_NETWORK (swarm));
  return kad_engine_stop_provide (KAD_NETWORK (swarm)->engine, key, error);
}

static gboolean
remove_record (KadSwarm *swarm, GBytes *key, GError **error)
{
  kad_network_wake (KAD_NETWORK (swarm));
  return kad_engine_remove_record (KAD_NETWORK (swarm)->engine, key, error);
}

static gboolean
refresh_publication (KadSwarm *swarm, KadPublicationKind kind, GBytes *key, GError **error)
{
  KadNetwork *self = KAD_NETWORK (swarm);

  kad_network_wake (self);
  return kad_engine_refresh_publication (self->engine, kind, key,
                                         kad_reactor_get_now (self->reactor), error);
}

static GPtrArray *
dup_publications (KadSwarm *swarm)
{
  return kad_engine_dup_publications (KAD_NETWORK (swarm)->engine);
}

/* What the engine does not know of a peer. */
static void
complete_table_row (KadNetwork *self, KadTableRow *row)
{
  const KadPeerId *peer = kad_peer_info_get_peer (row->info);
  KadPeerSession *session = kad_connection_book_find (self->book, peer);

  row->connected = session != NULL;
  if (session != NULL)
    {
      row->agent = g_strdup (session->agent);
      /* What answers took has the other's work in it. */
      if (kad_connection_get_rtt_us (session->connection) >= 0)
        row->rtt_us = kad_connection_get_rtt_us (session->connection);
    }
  row->is_protected = kad_protections_has (self->protections, peer);
  row->added_wall_us = row->added_us + self->wall_offset_us;
  row->last_seen_wall_us = row->last_seen_us + self->wall_offset_us;
}

static GPtrArray *
dup_table (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  GPtrArray *rows = kad_engine_dup_table_rows (self->engine);

  for (guint i = 0; i < rows->len; i++)
    complete_table_row (self, rows->pdata[i]);
  return rows;
}

static KadTableRow *
dup_table_row (KadSwarm *swarm, const KadPeerId *peer)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  KadTableRow *row = kad_engine_dup_table_row (self->engine, peer);

  if (row != NULL)
    complete_table_row (self, row);
  return row;
}

static GPtrArray *
dup_buckets (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  GPtrArray *rows = kad_engine_dup_bucket_rows (self->engine);

  for (guint i = 0; i < rows->len; i++)
    {
      KadBucketRow *row = rows->pdata[i];

      row->refreshed_us
          = row->refreshed_us != G_MININT64 ? row->refreshed_us + self->wall_offset_us : 0;
      row->changed_us = row->changed_us != G_MININT64 ? row->changed_us + self->wall_offset_us : 0;
    }
  return rows;
}

static KadConnectionRow *
connection_row (const KadPeerSession *session, const KadConnectionUse *use)
{
  KadConnection *connection = session->connection;
  KadConnectionRow *row = kad_connection_row_new ();

  row->peer = *kad_connection_get_peer (connection);
  row->address = kad_multiaddr_ref (kad_connection_get_remote_address (connection));
  row->outbound = kad_connection_is_outbound (connection);
  row->opened_us = kad_connection_get_opened_us (connection);
  row->n_streams = kad_connection_get_n_streams (connection);
  row->rtt_us = kad_connection_get_rtt_us (connection);
  row->agent = g_strdup (session->agent);
  row->security = g_strdup ("noise");
  row->muxer = g_strdup ("/yamux/1.0.0");
  row->reason = g_strdup (kad_connection_get_reason (connection));
  row->is_protected = use->is_protected;
  row->is_closest = use->is_closest;
  row->usefulness = use->score;
  row->group_size = use->group_size;
  return row;
}

static GPtrArray *
dup_connections (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_connection_row_free);
  g_autofree KadConnectionUse *uses = kad_network_describe_connections (self);

  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    {
      KadPeerSession *session = kad_connection_book_get (self->book, i);

      if (session->is_registered)
        g_ptr_array_add (rows, connection_row (session, &uses[i]));
    }
  return rows;
}

static void
set_mode (KadSwarm *swarm, KadMode mode)
{
  KadNetwork *self = KAD_NETWORK (swarm);

  kad_engine_set_mode (self->engine, mode, kad_reactor_get_now (self->reactor));
  kad_network_wake (self);
}

static GPtrArray *
dup_queries (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  GPtrArray *rows = kad_engine_dup_query_rows (self->engine, kad_reactor_get_now (self->reactor));

  for (guint i = 0; i < rows->len; i++)
    {
      KadQueryRow *row = rows->pdata[i];
      const char *command;

      row->run = kad_dispatcher_find_query (self->dispatcher, row->query, &command);
      row->command = g_strdup (command);
    }
  return rows;
}

static KadIdentity *
dup_identity (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  KadIdentity *identity = kad_identity_new ();
  g_autoptr (GStrvBuilder) protocols = g_strv_builder_new ();

  identity->peer = self->peer;
  identity->agent = g_strdup (self->agent);
  identity->protocol_version = g_strdup ("ipfs/0.1.0");
  g_strv_builder_add (protocols, KAD_IDENTIFY_PROTOCOL);
  g_strv_builder_add (protocols, KAD_IDENTIFY_PUSH_PROTOCOL);
  g_strv_builder_add (protocols, KAD_PING_PROTOCOL);
  if (kad_engine_is_server (self->engine))
    g_strv_builder_add (protocols, self->protocol);
  identity->protocols = g_strv_builder_end (protocols);
  g_clear_pointer (&identity->addresses, g_ptr_array_unref);
  identity->addresses = kad_network_dup_addresses (self);
  if (kad_observed_address_get (self->observed) != NULL)
    identity->observed = kad_multiaddr_ref (kad_observed_address_get (self->observed));
  return identity;
}

void
kad_network_swarm_iface_init (KadSwarmInterface *iface)
{
  iface->start_query = start_query;
  iface->cancel = cancel;
  iface->dial = kad_network_dial_op;
  iface->ping = kad_network_ping_op;
  iface->identify = kad_network_identify_op;
  iface->ask = kad_network_ask_op;
  iface->hang_up = hang_up;
  iface->protect_peer = protect_peer;
  iface->unprotect_peer = unprotect_peer;
  iface->stop_provide = stop_provide;
  iface->remove_record = remove_record;
  iface->dup_table = dup_table;
  iface->dup_table_row = dup_table_row;
  iface->dup_buckets = dup_buckets;
  iface->dup_connections = dup_connections;
  iface->dup_identity = dup_identity;
  iface->publish = kad_network_publish_op;
  iface->unpublish = kad_network_unpublish_op;
  iface->refresh_publication = refresh_publication;
  iface->dup_publications = dup_publications;
  iface->set_mode = set_mode;
  iface->dup_stats = kad_network_dup_stats;
  iface->dup_reachability = kad_network_dup_reachability;
  iface->dup_queries = dup_queries;
  iface->dup_records = kad_network_dup_records;
  iface->dup_providers = kad_network_dup_providers;
  iface->keep_quiet = kad_network_keep_quiet;
  iface->renew = kad_network_renew;
  iface->free_memory = kad_network_free_memory;
}
