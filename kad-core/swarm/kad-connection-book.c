/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-connection-book.h"

#include "kad-error.h"
#include "kad-ip-group.h"

struct _KadConnectionBook
{
  GPtrArray *sessions; /* (element-type KadPeerSession), each knows its index */
  GHashTable *peers;   /* KadPeerId of the first session -> that session */
  GQueue half_open;    /* (element-type KadPeerSession) those that came to us, oldest first */
  KadIpCounts *hosts;
  KadIpCounts *subnets;
  guint n_half_open; /* with those that we dial */
  KadLimits limits;
};

KadPeerSession *
kad_peer_session_new (KadConnection *connection)
{
  KadPeerSession *self = g_new0 (KadPeerSession, 1);

  self->connection = connection;
  kad_connection_set_data (connection, self);
  return self;
}

void
kad_peer_session_free (KadPeerSession *self)
{
  kad_connection_free (self->connection);
  g_free (self->agent);
  g_free (self);
}

KadConnectionBook *
kad_connection_book_new (const KadLimits *limits)
{
  KadConnectionBook *self = g_new0 (KadConnectionBook, 1);

  self->sessions = g_ptr_array_new ();
  self->peers = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
  g_queue_init (&self->half_open);
  self->hosts = kad_ip_counts_new ();
  self->subnets = kad_ip_counts_new ();
  self->limits = *limits;
  return self;
}

void
kad_connection_book_free (KadConnectionBook *self)
{
  if (self == NULL)
    return;
  g_assert (self->sessions->len == 0);
  g_ptr_array_unref (self->sessions);
  g_hash_table_unref (self->peers);
  kad_ip_counts_free (self->hosts);
  kad_ip_counts_free (self->subnets);
  g_free (self);
}

static guint
get_limit (const KadConnectionBook *self, KadLimit limit)
{
  return (guint) kad_limits_get (&self->limits, limit);
}

gboolean
kad_connection_book_has_room (KadConnectionBook *self, GError **error)
{
  if (self->sessions->len < get_limit (self, KAD_LIMIT_CONNECTIONS))
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "All %u connections are in use (the limit connections)", self->sessions->len);
  return FALSE;
}

/* ---- by address ---- */

static gboolean
is_exempt (const KadConnectionBook *self, const KadIpGroup *group)
{
  switch (group->scope)
    {
    case KAD_SCOPE_LOOPBACK:
      return get_limit (self, KAD_LIMIT_LOOPBACK_EXEMPT) != 0;
    case KAD_SCOPE_PRIVATE:
    case KAD_SCOPE_LINK_LOCAL:
      return get_limit (self, KAD_LIMIT_PRIVATE_EXEMPT) != 0;
    default:
      return FALSE;
    }
}

static gboolean
is_below (KadConnectionBook *self, KadLimit limit, guint n, const KadIpGroup *group,
          char *(*to_string) (const KadIpGroup *), GError **error)
{
  g_autofree char *whose = NULL;

  if (n < get_limit (self, limit))
    return TRUE;
  whose = to_string (group);
  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "There are %u connections with %s (the limit %s)", n, whose,
               kad_limit_get_info (limit)->name);
  return FALSE;
}

gboolean
kad_connection_book_admits (KadConnectionBook *self, const KadMultiaddr *remote, GError **error)
{
  KadIpGroup group;

  if (!kad_ip_group_init (&group, remote) || is_exempt (self, &group))
    return TRUE;
  return is_below (self, KAD_LIMIT_CONNECTIONS_PER_ADDRESS,
                   kad_ip_counts_get (self->hosts, group.host), &group, kad_ip_group_host_to_string,
                   error)
         && is_below (self, KAD_LIMIT_CONNECTIONS_PER_SUBNET,
                      kad_ip_counts_get (self->subnets, group.subnet), &group,
                      kad_ip_group_subnet_to_string, error);
}

guint
kad_connection_book_get_subnet_size (KadConnectionBook *self, const KadMultiaddr *remote)
{
  KadIpGroup group;

  return kad_ip_group_init (&group, remote) ? kad_ip_counts_get (self->subnets, group.subnet) : 0;
}

/* ---- half-open ---- */

static KadPeerSession *
oldest_of_subnet (KadConnectionBook *self, const KadIpCount *subnet)
{
  GList *link = self->half_open.head;

  while (link != NULL && ((KadPeerSession *) link->data)->subnet != subnet)
    link = link->next;
  return link == NULL ? NULL : link->data;
}

/* FALSE: its address has none of the limits. */
static gboolean
count (KadConnectionBook *self, KadPeerSession *session)
{
  KadIpGroup group;

  if (!kad_ip_group_init (&group, kad_connection_get_remote_address (session->connection)))
    return FALSE;
  session->host = kad_ip_counts_join (self->hosts, group.host);
  session->subnet = kad_ip_counts_join (self->subnets, group.subnet);
  return !is_exempt (self, &group);
}

KadPeerSession *
kad_connection_book_add (KadConnectionBook *self, KadPeerSession *session)
{
  gboolean is_limited = count (self, session);

  session->index = self->sessions->len;
  session->is_half_open = TRUE;
  self->n_half_open++;
  g_ptr_array_add (self->sessions, session);
  if (kad_connection_is_outbound (session->connection))
    return NULL;
  session->half_open_link.data = session;
  g_queue_push_tail_link (&self->half_open, &session->half_open_link);
  if (session->subnet != NULL)
    session->subnet->n_half_open++;
  if (is_limited && session->subnet->n_half_open > get_limit (self, KAD_LIMIT_HALF_OPEN_PER_SUBNET))
    return oldest_of_subnet (self, session->subnet);
  if (g_queue_get_length (&self->half_open) > get_limit (self, KAD_LIMIT_HALF_OPEN))
    return g_queue_peek_head (&self->half_open);
  return NULL;
}

static void
leave_half_open (KadConnectionBook *self, KadPeerSession *session)
{
  if (!session->is_half_open)
    return;
  session->is_half_open = FALSE;
  self->n_half_open--;
  if (kad_connection_is_outbound (session->connection))
    return;
  g_queue_unlink (&self->half_open, &session->half_open_link);
  if (session->subnet != NULL)
    session->subnet->n_half_open--;
}

/* ---- by peer ---- */

gboolean
kad_connection_book_register (KadConnectionBook *self, KadPeerSession *session, gboolean *is_first)
{
  const KadPeerId *peer = kad_connection_get_peer (session->connection);
  KadPeerSession *first = g_hash_table_lookup (self->peers, peer);
  KadPeerSession *last = first;
  guint n = 1;

  *is_first = first == NULL;
  leave_half_open (self, session);
  if (first == NULL)
    {
      session->is_registered = TRUE;
      g_hash_table_insert (self->peers, (gpointer) peer, session);
      return TRUE;
    }

  for (; last->next_of_peer != NULL; last = last->next_of_peer)
    n++;
  if (n >= get_limit (self, KAD_LIMIT_CONNECTIONS_PER_PEER))
    return FALSE;
  session->is_registered = TRUE;
  last->next_of_peer = session;
  return TRUE;
}

static gboolean
unregister (KadConnectionBook *self, KadPeerSession *session)
{
  const KadPeerId *peer = kad_connection_get_peer (session->connection);
  KadPeerSession *first = g_hash_table_lookup (self->peers, peer);

  session->is_registered = FALSE;
  if (first != session)
    {
      while (first->next_of_peer != session)
        first = first->next_of_peer;
      first->next_of_peer = session->next_of_peer;
      return FALSE;
    }

  g_hash_table_remove (self->peers, peer);
  if (session->next_of_peer == NULL)
    return TRUE;
  g_hash_table_insert (self->peers,
                       (gpointer) kad_connection_get_peer (session->next_of_peer->connection),
                       session->next_of_peer);
  return FALSE;
}

void
kad_connection_book_remove (KadConnectionBook *self, KadPeerSession *session, gboolean *was_last)
{
  KadPeerSession *moved;

  *was_last = FALSE;
  if (session->is_registered)
    *was_last = unregister (self, session);
  else
    leave_half_open (self, session);
  if (session->host != NULL)
    {
      kad_ip_counts_leave (self->hosts, g_steal_pointer (&session->host));
      kad_ip_counts_leave (self->subnets, g_steal_pointer (&session->subnet));
    }

  g_ptr_array_remove_index_fast (self->sessions, session->index);
  if (session->index < self->sessions->len)
    {
      moved = self->sessions->pdata[session->index];
      moved->index = session->index;
    }
}

KadPeerSession *
kad_connection_book_find (KadConnectionBook *self, const KadPeerId *peer)
{
  KadPeerSession *best = g_hash_table_lookup (self->peers, peer);

  if (best == NULL || best->next_of_peer == NULL)
    return best;
  for (KadPeerSession *other = best->next_of_peer; other != NULL; other = other->next_of_peer)
    if (kad_connection_get_heard_us (other->connection)
        > kad_connection_get_heard_us (best->connection) + KAD_FRESHER_US)
      best = other;
  return best;
}

guint
kad_connection_book_get_size (KadConnectionBook *self)
{
  return self->sessions->len;
}

guint
kad_connection_book_get_n_half_open (KadConnectionBook *self)
{
  return self->n_half_open;
}

KadPeerSession *
kad_connection_book_get (KadConnectionBook *self, guint index)
{
  return self->sessions->pdata[index];
}
