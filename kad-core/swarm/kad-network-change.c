/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The network changes under the node.
 *
 * When an address of this machine goes, the connections that were made with it are dead, and only
 * the remotes' silence would tell, half a minute later. They are closed at once, so that what was
 * asked on them is asked of others, or again, over what is left. When an address comes, or goes,
 * we may be reachable elsewhere: listeners on wildcards are asked again, and whoever is connected
 * hears of it. What could not be dialled before may be now, so nobody is left alone any longer.
 * And if nobody of the table is connected, the network is joined anew.
 *
 * What others see of us may change without that, behind a router that translates addresses: see
 * kad-observed-address.h. The connections that this kills are found by their silence.
 */
#include "kad-error.h"
#include "kad-network-private.h"

#define MAX_TOLD_ADDRESSES 16

/* ---- what is left, and what is lost ---- */

static void
close_orphans (KadNetwork *self)
{
  /* Backwards: a removal moves the last one into the gap. */
  for (guint i = kad_connection_book_get_size (self->book); i > 0; i--)
    {
      KadConnection *connection;
      KadMultiaddr *local;
      g_autofree char *text = NULL;

      if (i > kad_connection_book_get_size (self->book))
        continue;
      connection = kad_connection_book_get (self->book, i - 1)->connection;
      local = kad_connection_get_local_address (connection);
      if (local == NULL || !kad_address_watch_is_gone (self->address_watch, local))
        continue;
      text = kad_multiaddr_to_string (local);
      kad_connection_close (connection,
                            g_error_new (KAD_ERROR, KAD_ERROR_CLOSED,
                                         "Our address %s is gone from this machine", text));
    }
}

static gboolean
is_same (GPtrArray *one, GPtrArray *other)
{
  if (one->len != other->len)
    return FALSE;
  for (guint i = 0; i < one->len; i++)
    if (!g_ptr_array_find_with_equal_func (other, one->pdata[i], kad_multiaddr_equal, NULL))
      return FALSE;
  return TRUE;
}

static void
append_addresses (GString *text, const char *what, GPtrArray *addresses)
{
  if (addresses->len == 0)
    return;
  g_string_append_printf (text, "%s%s", text->len > 0 ? "; " : "", what);
  for (guint i = 0; i < MIN (addresses->len, MAX_TOLD_ADDRESSES); i++)
    {
      g_autofree char *address = kad_multiaddr_to_string (addresses->pdata[i]);

      g_string_append_printf (text, "%s %s", i > 0 ? "," : "", address);
    }
  if (addresses->len > MAX_TOLD_ADDRESSES)
    g_string_append_printf (text, " and %u more", addresses->len - MAX_TOLD_ADDRESSES);
}

/* `addresses` of the event: where we listen now. */
static void
tell_change (KadNetwork *self, GPtrArray *came, GPtrArray *gone, GPtrArray *listening)
{
  KadEvent *event = kad_event_new (KAD_EVENT_ADDRESSES_CHANGED);
  KadPeerInfo *info = kad_peer_info_new (&self->peer);
  g_autoptr (GString) text = g_string_new (NULL);

  append_addresses (text, "new:", came);
  append_addresses (text, "gone:", gone);
  for (guint i = 0; i < listening->len; i++)
    kad_peer_info_add_address (info, listening->pdata[i]);
  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, info);
  event->text = g_strdup (text->str);
  kad_network_emit (self, event);
}

/* ---- joining anew ---- */

gboolean
kad_network_is_anybody_connected (KadNetwork *self)
{
  KadRoutingTable *table = kad_engine_get_table (self->engine);

  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    {
      KadPeerSession *session = kad_connection_book_get (self->book, i);

      if (session->is_registered
          && kad_routing_table_find (table, kad_connection_get_peer (session->connection)) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
join_anew (KadNetwork *self)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_BOOTSTRAP };
  guint n_known = kad_network_get_table_size (self) + self->bootstrap_infos->len;

  if (kad_network_is_anybody_connected (self) || self->bootstrap_pending > 0
      || !kad_address_watch_is_online (self->address_watch))
    return;
  if (n_known > 0)
    kad_engine_start_query (self->engine, &spec, kad_reactor_get_now (self->reactor));
  else if (self->bootstrap->len > 0)
    kad_network_rejoin (self);
}

/* ---- the machine's addresses ---- */

void
kad_network_addresses_changed (gpointer user_data, GPtrArray *came, GPtrArray *gone)
{
  KadNetwork *self = user_data;
  g_autoptr (GPtrArray) listening = NULL;
  gboolean is_news;

  if (!self->is_running)
    return;
  close_orphans (self);
  listening = kad_network_dup_addresses (self);
  is_news = !is_same (listening, self->announced);
  tell_change (self, came, gone, listening);
  if (is_news)
    {
      kad_network_announce (self, listening);
      kad_network_push_identity (self);
    }
  kad_dials_clear_backoffs (self->dials);
  join_anew (self);
  kad_network_wake (self);
}

/* ---- as others see us ---- */

/* The first one is no news to those who said it: `number` is how many there were before. */
static void
tell_observed (KadNetwork *self, gboolean is_first)
{
  KadEvent *event = kad_event_new (KAD_EVENT_ADDRESS_FOUND);

  event->address = kad_multiaddr_ref (kad_observed_address_get (self->observed));
  event->number = is_first ? 0 : 1;
  kad_network_emit (self, event);
}

void
kad_network_note_observed (KadNetwork *self, KadConnection *connection, KadMultiaddr *observed)
{
  gboolean is_first = kad_observed_address_get (self->observed) == NULL;

  if (observed != NULL
      && kad_observed_address_say (self->observed, kad_connection_get_peer (connection),
                                   kad_connection_get_remote_address (connection), observed))
    tell_observed (self, is_first);
}

void
kad_network_forget_observer (KadNetwork *self, const KadPeerId *peer)
{
  gboolean is_first = kad_observed_address_get (self->observed) == NULL;

  if (kad_observed_address_forget (self->observed, peer) && self->is_running)
    tell_observed (self, is_first);
}
