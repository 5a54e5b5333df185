/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Too many connections: who goes, by what kad-connection-manager.c says of them. */
#include "kad-error.h"
#include "kad-network-private.h"

#define KAD_TRIM_INTERVAL_US (1 * G_USEC_PER_SEC)
#define KAD_FULL_PAUSE_US (100 * G_TIME_SPAN_MILLISECOND) /* when nobody gave way */
#define KAD_IDLE_STREAMS_US (2 * G_USEC_PER_SEC)          /* open ones that nobody uses */
#define KAD_ROOM_SHARE                                                                             \
  128 /* one part of so many gives way at once: looking costs more than that                       \
       */

static void
describe (KadNetwork *self, const KadPeerSession *session, KadConnectionUse *use, gint64 now_us)
{
  KadConnection *connection = session->connection;
  const KadPeerId *peer = kad_connection_get_peer (connection);
  gint64 grace_us = kad_limits_get (&self->limits, KAD_LIMIT_GRACE_PERIOD) * G_USEC_PER_SEC;

  *use = (KadConnectionUse){
    .owner = session->is_registered ? (gpointer) session : NULL,
    .opened_us = kad_connection_get_opened_us (connection),
    .used_us = kad_connection_get_used_us (connection),
    .n_streams = kad_connection_get_n_streams (connection),
    .group_size = session->subnet == NULL ? 0 : session->subnet->n,
    .is_waited_for = session->rpc.waiting.length > 0 || session->rpc.n_streams > 0,
    .is_server = session->is_server,
    .is_outbound = kad_connection_is_outbound (connection),
  };
  use->is_new = now_us - use->opened_us < grace_us;
  if (!session->is_registered)
    return;
  use->is_protected = session->is_wanted || kad_protections_has (self->protections, peer);
  use->is_in_table = kad_routing_table_find (kad_engine_get_table (self->engine), peer) != NULL;
  use->is_extra = kad_connection_book_find (self->book, peer) != session;
}

/* In the order of the book; those without a proven peer have no owner. */
static KadConnectionUse *
describe_all (KadNetwork *self, gint64 now_us)
{
  guint n = kad_connection_book_get_size (self->book);
  KadConnectionUse *uses = g_new (KadConnectionUse, MAX (n, 1));
  KadPeerInfo *closest[KAD_K];
  guint n_closest;
  KadKey key;

  for (guint i = 0; i < n; i++)
    describe (self, kad_connection_book_get (self->book, i), &uses[i], now_us);
  kad_key_init_from_peer (&key, &self->peer);
  n_closest = kad_routing_table_closest (kad_engine_get_table (self->engine), &key, KAD_K, closest);
  for (guint i = 0; i < n_closest; i++)
    {
      KadPeerSession *session
          = kad_connection_book_find (self->book, kad_peer_info_get_peer (closest[i]));

      if (session != NULL)
        uses[session->index].is_closest = TRUE;
    }
  for (guint i = 0; i < n; i++)
    uses[i].score = kad_connection_use_get_score (&uses[i], now_us);
  return uses;
}

KadConnectionUse *
kad_network_describe_connections (KadNetwork *self)
{
  return describe_all (self, kad_reactor_get_now (self->reactor));
}

/* Gives how many were closed. @n: of @uses, from the front on */
static guint
close_chosen (KadConnectionUse *uses, guint n, guint wanted, gint64 now_us, gboolean spares_new,
              int below, const char *reason)
{
  guint n_chosen = kad_connection_manager_choose (uses, n, wanted, now_us, spares_new, below);

  for (guint i = 0; i < n_chosen; i++)
    kad_connection_close (((KadPeerSession *) uses[i].owner)->connection,
                          g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED, reason));
  return n_chosen;
}

static guint
close_least_useful (KadNetwork *self, guint wanted, gboolean spares_new, int below,
                    const char *reason)
{
  gint64 now_us = kad_reactor_get_now (self->reactor);
  g_autofree KadConnectionUse *uses = describe_all (self, now_us);
  guint n = 0;

  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    if (uses[i].owner != NULL)
      uses[n++] = uses[i];
  return close_chosen (uses, n, wanted, now_us, spares_new, below, reason);
}

guint
kad_network_trim_idle (KadNetwork *self, const char *reason)
{
  guint size = kad_connection_book_get_size (self->book)
               - kad_connection_book_get_n_half_open (self->book);
  guint low = kad_limits_get (&self->limits, KAD_LIMIT_LOW_WATER);
  gint64 now_us = kad_reactor_get_now (self->reactor);
  g_autofree KadConnectionUse *uses = NULL;
  guint n = 0;

  if (size <= low)
    return 0;
  uses = describe_all (self, now_us);
  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    if (uses[i].owner != NULL && !uses[i].is_waited_for
        && (uses[i].n_streams == 0 || now_us - uses[i].used_us > KAD_IDLE_STREAMS_US))
      uses[n++] = uses[i];
  return close_chosen (uses, n, size - low, now_us, FALSE, G_MAXINT, reason);
}

void
kad_network_trim (KadNetwork *self, gint64 now_us)
{
  /* Handshakes have bounds of their own; a flood of them shall end nobody's connection. */
  guint size = kad_connection_book_get_size (self->book)
               - kad_connection_book_get_n_half_open (self->book);
  guint high = kad_limits_get (&self->limits, KAD_LIMIT_HIGH_WATER);
  guint low = kad_limits_get (&self->limits, KAD_LIMIT_LOW_WATER);
  g_autofree char *reason = NULL;
  guint n;

  if (size <= high || now_us < self->next_trim_us)
    return;
  self->next_trim_us = now_us + KAD_TRIM_INTERVAL_US;
  reason = g_strdup_printf ("Trimmed: there were %u connections (the limit high-water is %u)", size,
                            high);
  n = close_least_useful (self, size - low, TRUE, G_MAXINT, reason);
  g_debug ("Trimmed %u of %u connections", n, size);
}

gboolean
kad_network_make_room (KadNetwork *self, const KadMultiaddr *remote, gboolean is_outbound,
                       GError **error)
{
  gint64 now_us = kad_reactor_get_now (self->reactor);
  KadConnectionUse newcomer = {
    .opened_us = now_us,
    .used_us = now_us,
    .group_size = kad_connection_book_get_subnet_size (self->book, remote) + 1,
    .is_outbound = is_outbound,
    .is_new = TRUE,
  };
  guint limit = kad_limits_get (&self->limits, KAD_LIMIT_CONNECTIONS);
  g_autofree char *reason = NULL;

  if (kad_connection_book_has_room (self->book, NULL))
    return TRUE;
  if (now_us >= self->full_until_us)
    {
      reason = g_strdup_printf (
          "Gave way to a newcomer: all %u connections are in use (the limit connections)", limit);
      if (close_least_useful (self, MAX (limit / KAD_ROOM_SHARE, 1), FALSE,
                              kad_connection_use_get_score (&newcomer, now_us), reason)
          == 0)
        self->full_until_us = now_us + KAD_FULL_PAUSE_US;
    }
  return kad_connection_book_has_room (self->book, error);
}
