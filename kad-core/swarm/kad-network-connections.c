/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections from the first byte to the last: limits, identify, events, keepalive. */
#include <sodium.h>

#include "kad-codec.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-identify.h"
#include "kad-network-private.h"
#include "kad-ping.h"

/* ---- from a link to an open connection ---- */

static KadConnectionTally *
get_tally (KadNetwork *self, gboolean is_outbound)
{
  KadCounters *counters = kad_reactor_get_counters (self->reactor);

  return is_outbound ? &counters->outbound : &counters->inbound;
}

static gboolean
is_admitted (KadNetwork *self, const KadMultiaddr *remote, KadRole role, GError **error)
{
  return (role != KAD_ROLE_RESPONDER || kad_connection_book_admits (self->book, remote, error))
         && kad_network_make_room (self, remote, role == KAD_ROLE_INITIATOR, error);
}

KadPeerSession *
kad_network_add_link (KadNetwork *self, KadLink *link, KadRole role, const KadPeerId *expected,
                      const char *reason, GError **error)
{
  guint8 secret[32];
  KadConnection *connection;
  KadPeerSession *session, *oldest;
  const KadMultiaddr *remote = kad_link_get_remote_address (link);

  if (!is_admitted (self, remote, role, error))
    {
      get_tally (self, role == KAD_ROLE_INITIATOR)->n_refused++;
      return NULL;
    }
  randombytes_buf (secret, sizeof secret);
  connection = kad_connection_new (self->reactor, link, role, self->noise_identity, secret,
                                   expected, reason, &kad_network_connection_delegate, self, error);
  sodium_memzero (secret, sizeof secret);
  if (connection == NULL)
    return NULL;

  session = kad_peer_session_new (connection);
  oldest = kad_connection_book_add (self->book, session);
  if (oldest != NULL && oldest != session)
    kad_connection_close (oldest->connection,
                          g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                               "Too many handshakes are under way (the limits "
                                               "half-open and half-open-per-subnet)"));
  if (self->sweep.index == 0)
    kad_reactor_arm (self->reactor, &self->sweep,
                     kad_reactor_get_now (self->reactor) + 2 * G_USEC_PER_SEC);
  return session;
}

static KadPeerSession *
connect_link (gpointer user_data, KadLink *link, const KadPeerId *expected, const char *reason,
              GError **error)
{
  return kad_network_add_link (user_data, link, KAD_ROLE_INITIATOR, expected, reason, error);
}

const KadDialsDelegate kad_network_dials_delegate = {
  .connect = connect_link,
};

static KadEvent *
connection_event (KadEventType type, KadConnection *connection)
{
  KadEvent *event = kad_event_new (type);

  event->peer = *kad_connection_get_peer (connection);
  event->address = kad_multiaddr_ref (kad_connection_get_remote_address (connection));
  return event;
}

static void
on_identify (gpointer user_data, KadConnection *connection, KadIdentity *identity,
             const GError *error)
{
  if (identity != NULL)
    kad_network_identified (user_data, connection, identity);
  else
    g_debug ("No identify: %s", error->message);
}

static gboolean
is_from_outside (KadConnection *connection)
{
  return !kad_connection_is_outbound (connection)
         && kad_multiaddr_get_scope (kad_connection_get_remote_address (connection))
                == KAD_SCOPE_GLOBAL;
}

static void
count_opened (KadNetwork *self, KadPeerSession *session)
{
  KadConnection *connection = session->connection;
  KadCounters *counters = kad_reactor_get_counters (self->reactor);

  session->is_counted = TRUE;
  get_tally (self, kad_connection_is_outbound (connection))->n_opened++;
  if (!is_from_outside (connection))
    return;
  counters->n_from_outside++;
  counters->last_outside_us = kad_reactor_get_now (self->reactor);
}

static void
on_opened (KadConnection *connection, gpointer user_data)
{
  KadNetwork *self = user_data;
  KadPeerSession *session = kad_connection_get_data (connection);
  const KadPeerId *peer = kad_connection_get_peer (connection);
  gboolean is_first;
  KadEvent *event;

  if (kad_peer_id_equal (peer, &self->peer))
    {
      kad_connection_close (connection, g_error_new_literal (KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                                                             "The address is our own"));
      return;
    }
  if (!kad_connection_book_register (self->book, session, &is_first))
    {
      kad_connection_close (connection,
                            g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                                 "Too many connections with this peer (the limit "
                                                 "connections-per-peer)"));
      return;
    }

  count_opened (self, session);
  if (is_first)
    {
      event = connection_event (KAD_EVENT_PEER_CONNECTED, connection);
      event->text = g_strdup (kad_connection_get_reason (connection));
      kad_network_emit (self, event);
      kad_engine_peer_connected (self->engine, peer, kad_reactor_get_now (self->reactor));
    }
  if (is_from_outside (connection))
    kad_engine_set_reachable (self->engine, TRUE, kad_reactor_get_now (self->reactor));
  kad_exchange_identify (self->exchange, connection, on_identify, self);
  kad_dials_session_opened (self->dials, session);
}

static void
on_closed (KadConnection *connection, const GError *reason, gpointer user_data)
{
  KadNetwork *self = user_data;
  KadPeerSession *session = kad_connection_get_data (connection);
  gboolean was_last;

  if (session == NULL)
    return;
  if (session->is_counted)
    get_tally (self, kad_connection_is_outbound (connection))->n_closed++;
  else
    get_tally (self, kad_connection_is_outbound (connection))->n_failed++;
  kad_connection_book_remove (self->book, session, &was_last);
  kad_rpc_session_close (&session->rpc, reason);
  if (self->dials != NULL)
    kad_dials_session_closed (self->dials, session, reason);
  if (was_last)
    {
      KadEvent *event = connection_event (KAD_EVENT_PEER_DISCONNECTED, connection);

      event->text = g_strdup (reason->message);
      kad_network_emit (self, event);
      kad_engine_peer_disconnected (self->engine, kad_connection_get_peer (connection),
                                    kad_reactor_get_now (self->reactor));
      kad_network_forget_observer (self, kad_connection_get_peer (connection));
    }
  g_ptr_array_remove_fast (self->dirty, connection);
  g_ptr_array_add (self->graveyard, session);
  kad_network_wake (self);
}

static void
on_dirty (KadConnection *connection, gpointer user_data)
{
  KadNetwork *self = user_data;

  g_ptr_array_add (self->dirty, connection);
  kad_network_wake (self);
}

static gconstpointer
lookup_protocol (KadConnection *connection, const char *name, gpointer user_data)
{
  KadNetwork *self = user_data;

  if (g_str_equal (name, self->protocol))
    return kad_engine_is_server (self->engine) ? kad_rpc_get_server (self->rpc) : NULL;
  return kad_exchange_lookup (self->exchange, name);
}

const KadConnectionDelegate kad_network_connection_delegate = {
  .opened = on_opened,
  .closed = on_closed,
  .dirty = on_dirty,
  .lookup = lookup_protocol,
};

void
kad_network_bury (KadNetwork *self)
{
  while (self->graveyard->len > 0)
    kad_peer_session_free (
        g_ptr_array_steal_index_fast (self->graveyard, self->graveyard->len - 1));
}

void
kad_network_close_all (KadNetwork *self)
{
  while (self->book != NULL && kad_connection_book_get_size (self->book) > 0)
    kad_connection_close (
        kad_connection_book_get (self->book, 0)->connection,
        g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node shut down"));
}

static KadConnection *
find_greediest (KadNetwork *self)
{
  KadConnection *found = kad_connection_book_get (self->book, 0)->connection;

  for (guint i = 1; i < kad_connection_book_get_size (self->book); i++)
    {
      KadConnection *connection = kad_connection_book_get (self->book, i)->connection;

      if (kad_connection_get_held_bytes (connection) > kad_connection_get_held_bytes (found))
        found = connection;
    }
  return found;
}

void
kad_network_shed (KadNetwork *self)
{
  while (kad_reactor_get_charged (self->reactor)
             > kad_reactor_get_budget (self->reactor)->max_held_bytes
         && kad_connection_book_get_size (self->book) > 0)
    kad_connection_close (find_greediest (self),
                          g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                               "The peer holds most of too much memory (the limit "
                                               "held-bytes)"));
}

/* ---- identify ---- */

static KadPeerInfo *
identity_to_info (const KadIdentity *identity, KadConnection *connection)
{
  KadPeerInfo *info = kad_peer_info_new (kad_connection_get_peer (connection));

  for (guint i = 0; i < identity->addresses->len; i++)
    kad_peer_info_add_address (info, identity->addresses->pdata[i]);
  if (kad_connection_is_outbound (connection))
    kad_peer_info_add_address (info, kad_connection_get_remote_address (connection));
  kad_peer_info_set_connection (info, KAD_CONNECTION_CONNECTED);
  return info;
}

void
kad_network_identified (KadNetwork *self, KadConnection *connection, const KadIdentity *identity)
{
  KadPeerSession *session = kad_connection_get_data (connection);
  g_autoptr (KadPeerInfo) info = identity_to_info (identity, connection);
  KadEvent *event = connection_event (KAD_EVENT_PEER_IDENTIFIED, connection);

  event->identity = kad_identity_copy (identity);
  kad_network_emit (self, event);
  session->is_identified = TRUE;
  if (identity->protocols != NULL)
    session->is_server = kad_identity_has_protocol (identity, self->protocol);
  if (identity->agent != NULL)
    {
      g_free (session->agent);
      session->agent = kad_escape_peer_text (identity->agent, -1, KAD_MAX_AGENT_BYTES);
    }
  kad_network_note_observed (self, connection, identity->observed);
  if (self->dials != NULL)
    kad_dials_note_source (self->dials, info, kad_peer_info_get_peer (info));
  kad_engine_peer_identified (self->engine, info, session->is_server,
                              kad_reactor_get_now (self->reactor));
}

static void
on_pushed (gpointer user_data, KadConnection *connection, const KadIdentity *identity)
{
  kad_network_identified (user_data, connection, identity);
}

static GBytes *
build_identify (gpointer user_data, KadConnection *connection)
{
  KadNetwork *self = user_data;
  g_autoptr (KadIdentity) identity = kad_swarm_dup_identity (KAD_SWARM (self));
  g_autoptr (GError) error = NULL;
  GBytes *frame;

  g_clear_pointer (&identity->observed, kad_multiaddr_unref);
  identity->observed = kad_multiaddr_ref (kad_connection_get_remote_address (connection));
  frame = kad_identify_cache_dup_frame (&self->identify_cache, identity, self->key,
                                        self->identify_seq, &error);
  if (frame == NULL)
    g_warning ("Cannot say who we are: %s", error->message);
  return frame;
}

const KadExchangeDelegate kad_network_exchange_delegate = {
  .build_identify = build_identify,
  .pushed = on_pushed,
};

void
kad_network_push_identity (KadNetwork *self)
{
  self->identify_seq++;
  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    {
      KadPeerSession *session = kad_connection_book_get (self->book, i);

      if (session->is_registered)
        kad_exchange_push (self->exchange, session->connection);
    }
}

/* ---- what takes too long, and what is dead ---- */

/* What the machine slept through is nobody's fault. */
static gboolean
is_older (KadNetwork *self, gint64 since_us, gint64 now_us)
{
  return since_us != 0 && now_us - MAX (since_us, self->renewed_us) > KAD_DEAD_US;
}

/* How long nothing may come before it is asked for. */
static gint64
get_keepalive_us (KadNetwork *self)
{
  return kad_engine_is_quiet (self->engine) ? KAD_QUIET_KEEPALIVE_US : KAD_KEEPALIVE_US;
}

/* Also in the time for which nobody listened, or asked. */
static gboolean
is_silent (KadNetwork *self, const KadPeerSession *session, gint64 now_us)
{
  gint64 heard_us = MAX (kad_connection_get_heard_us (session->connection), self->renewed_us);

  /* Who is being tested is judged by that. */
  return session->tested_us == 0
         && now_us - heard_us > get_keepalive_us (self) + (KAD_DEAD_US - KAD_KEEPALIVE_US);
}

/* A quiet node keeps no connection for later. */
static const char *
judge_idle (KadNetwork *self, const KadPeerSession *session, gint64 now_us)
{
  KadConnection *connection = session->connection;
  const KadPeerId *peer = kad_connection_get_peer (connection);

  if (kad_connection_get_n_streams (connection) > 0
      || now_us - kad_connection_get_used_us (connection) <= KAD_IDLE_OUTBOUND_US
      || kad_protections_has (self->protections, peer))
    return NULL;
  if (kad_engine_is_quiet (self->engine))
    return "Idle, and this node is quiet";
  if (kad_connection_is_outbound (connection)
      && kad_routing_table_find (kad_engine_get_table (self->engine), peer) == NULL)
    return "Idle, and not in the table";
  return NULL;
}

/* Why this connection should end now; NULL: it may stay. */
static GError *
judge (KadNetwork *self, KadPeerSession *session, gint64 now_us)
{
  KadConnection *connection = session->connection;
  const char *idle;

  if (kad_connection_get_state (connection) == KAD_CONNECTION_UPGRADING)
    return now_us - kad_connection_get_opened_us (connection) < KAD_UPGRADE_TIMEOUT_US
               ? NULL
               : g_error_new (KAD_ERROR, KAD_ERROR_TIMEOUT,
                              "The handshake did not end in time (%s)",
                              kad_connection_get_phase (connection));
  if (is_silent (self, session, now_us))
    return g_error_new_literal (KAD_ERROR, KAD_ERROR_TIMEOUT, "The peer is silent");
  if (is_older (self, kad_connection_get_partial_us (connection), now_us))
    return g_error_new_literal (KAD_ERROR, KAD_ERROR_TIMEOUT, "The peer never ends a message");
  if (is_older (self, kad_connection_get_stalled_us (connection), now_us))
    return g_error_new_literal (KAD_ERROR, KAD_ERROR_TIMEOUT, "The peer does not read");
  idle = judge_idle (self, session, now_us);
  return idle != NULL ? g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, idle) : NULL;
}

void
kad_network_sweep (KadNetwork *self, gint64 now_us)
{
  /* Backwards: a removal moves the last one into the gap. */
  for (guint i = kad_connection_book_get_size (self->book); i > 0; i--)
    {
      KadPeerSession *session;
      GError *reason;

      if (i > kad_connection_book_get_size (self->book))
        continue;
      session = kad_connection_book_get (self->book, i - 1);
      reason = judge (self, session, now_us);
      if (reason != NULL)
        {
          kad_connection_close (session->connection, reason);
          continue;
        }
      kad_connection_sweep (session->connection, now_us);
      if (kad_connection_get_state (session->connection) != KAD_CONNECTION_OPEN)
        continue;
      kad_rpc_session_sweep (&session->rpc, now_us);
      if (now_us - kad_connection_get_heard_us (session->connection) > get_keepalive_us (self))
        kad_connection_ping (session->connection);
    }
}
