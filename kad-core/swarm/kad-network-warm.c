/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Warm start: who was in the table last time is dialled, a few at a time, those closest to us first
 * and some of each bucket, of each bucket those seen last. Whoever answers enters the table in the
 * usual way. With enough of them there, the network is joined by looking ourselves up, and nobody
 * has contacted a bootstrap peer; else the bootstrap peers are contacted, too, while the dials go
 * on.
 */
#include "kad-network-warm.h"

#include "kad-error.h"
#include "kad-network-private.h"

typedef struct
{
  KadPeerInfo *info; /* borrowed */
  guint rank;        /* within its bucket */
  guint bucket;
} Candidate;

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a, *other = b;

  if (one->rank != other->rank)
    return one->rank < other->rank ? -1 : 1;
  return one->bucket > other->bucket ? -1 : one->bucket < other->bucket;
}

/* A bootstrap peer that was known is where the configuration says, too. */
static KadPeerInfo *
with_bootstrap_addresses (KadNetwork *self, KadPeerInfo *known)
{
  g_autoptr (KadPeerInfo) info = kad_peer_info_new (kad_peer_info_get_peer (known));

  for (guint i = 0; i < self->bootstrap->len; i++)
    {
      const KadEndpoint *endpoint = self->bootstrap->pdata[i];

      if (endpoint->address != NULL
          && kad_peer_id_equal (&endpoint->peer, kad_peer_info_get_peer (known)))
        kad_peer_info_add_address (info, endpoint->address);
    }
  for (guint i = 0; i < kad_peer_info_get_n_addresses (known); i++)
    kad_peer_info_add_address (info, kad_peer_info_get_address (known, i));
  return g_steal_pointer (&info);
}

static GPtrArray *
choose_candidates (KadNetwork *self)
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_autoptr (GPtrArray) peers = kad_network_state_dup_peers (self->state);
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  guint n_of_bucket[KAD_KEY_BITS + 1] = { 0 };
  KadKey local, key;

  kad_key_init_from_peer (&local, &self->peer);
  for (guint i = 0; i < peers->len; i++)
    {
      Candidate candidate = { .info = ((KadSavedPeer *) peers->pdata[i])->info };

      if (kad_peer_info_get_n_addresses (candidate.info) == 0)
        continue;
      kad_key_init_from_peer (&key, kad_peer_info_get_peer (candidate.info));
      candidate.bucket = kad_key_common_prefix (&local, &key);
      candidate.rank = n_of_bucket[candidate.bucket]++;
      g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare_candidates);
  for (guint i = 0; i < MIN (candidates->len, KAD_MAX_WARM_CANDIDATES); i++)
    g_ptr_array_add (
        chosen, with_bootstrap_addresses (self, g_array_index (candidates, Candidate, i).info));
  return chosen;
}

/* ---- what comes of it ---- */

static void
end (KadNetwork *self)
{
  self->warm.is_over = TRUE;
  kad_reactor_disarm (self->reactor, &self->warm.timer);
}

/* The engine is told of the bootstrap peers only after it began: so it does not ask them, but knows
 * them when everybody else is gone, and when a person asks for it. */
static void
join_by_table (KadNetwork *self)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_BOOTSTRAP };
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

  end (self);
  kad_engine_set_bootstrap (self->engine, nobody);
  self->warm.was_without_bootstrap = self->bootstrap->len > 0;
  kad_engine_start_query (self->engine, &spec, kad_reactor_get_now (self->reactor));
  kad_network_name_bootstrap (self);
  kad_network_wake (self);
}

static void
tell_failed (KadNetwork *self)
{
  KadEvent *event = kad_event_new (KAD_EVENT_JOIN_FAILED);

  g_set_error (&event->error, KAD_ERROR, KAD_ERROR_OFFLINE,
               "None of the %u peers that were known could be reached, and no bootstrap peer is "
               "configured",
               self->warm.candidates->len);
  kad_network_emit (self, event);
  kad_network_rejoin_later (self);
}

static gboolean
is_at_end (const KadWarmStart *self)
{
  return self->n_dialling == 0 && self->next >= self->candidates->len;
}

/* They are too few, or take too long. */
static void
give_up (KadNetwork *self)
{
  KadWarmStart *warm = &self->warm;

  if (self->bootstrap->len > 0)
    {
      end (self);
      kad_network_join_bootstrap (self);
    }
  else if (kad_network_get_table_size (self) > 0)
    join_by_table (self);
  else if (is_at_end (warm))
    {
      end (self);
      tell_failed (self);
    }
  else
    warm->n_wanted = 1; /* there is nobody else to ask */
}

static void
on_impatient (gpointer user_data, gint64 now_us)
{
  give_up (user_data);
}

/* ---- dialling ---- */

static void dial_more (KadNetwork *self);

static void
on_dialled (gpointer user_data, KadPeerSession *session, const GError *error)
{
  KadNetwork *self = user_data;
  KadWarmStart *warm = &self->warm;

  /* The network stops, or has begun anew. */
  if (!self->is_running || warm->candidates == NULL)
    return;
  warm->n_dialling--;
  if (error != NULL)
    warm->n_failed++;
  dial_more (self);
  if (!warm->is_over
      && (warm->candidates->len - warm->n_failed < warm->n_wanted
          || warm->n_failed == warm->candidates->len))
    give_up (self);
}

static void
dial_more (KadNetwork *self)
{
  KadWarmStart *warm = &self->warm;
  gint64 deadline_us = kad_reactor_get_now (self->reactor) + KAD_UPGRADE_TIMEOUT_US;

  while (warm->n_dialling < KAD_MAX_WARM_DIALS && warm->next < warm->candidates->len)
    {
      KadPeerInfo *info = warm->candidates->pdata[warm->next++];
      g_autoptr (GPtrArray) addresses
          = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

      for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
        g_ptr_array_add (addresses, kad_multiaddr_ref (kad_peer_info_get_address (info, i)));
      warm->n_dialling++;
      kad_dials_dial (self->dials, kad_peer_info_get_peer (info), addresses, deadline_us, "table",
                      FALSE, on_dialled, self);
    }
}

/* ---- for the network ---- */

gboolean
kad_network_warm_begin (KadNetwork *self)
{
  KadWarmStart *warm = &self->warm;
  g_autoptr (GPtrArray) candidates = NULL;

  /* Under way: what comes of it will come. */
  if (warm->candidates != NULL && !is_at_end (warm))
    return !warm->is_over;
  candidates = choose_candidates (self);
  if (candidates->len == 0)
    return FALSE;
  g_clear_pointer (&warm->candidates, g_ptr_array_unref);
  warm->candidates = g_steal_pointer (&candidates);
  warm->next = warm->n_failed = 0;
  warm->is_over = FALSE;
  warm->n_wanted = MIN (KAD_WARM_ENOUGH, warm->candidates->len);
  kad_reactor_arm (self->reactor, &warm->timer,
                   kad_reactor_get_now (self->reactor) + KAD_WARM_PATIENCE_US);
  kad_network_name_bootstrap (self);
  dial_more (self);
  return TRUE;
}

void
kad_network_warm_note_event (KadNetwork *self, const KadEvent *event)
{
  KadWarmStart *warm = &self->warm;
  guint n = kad_network_get_table_size (self);

  if (event->type == KAD_EVENT_TABLE_ADDED && warm->candidates != NULL && !warm->is_over
      && n >= warm->n_wanted)
    join_by_table (self);
  /* Those who were known are gone; the bootstrap peers were never asked. */
  if (event->type == KAD_EVENT_TABLE_REMOVED && n == 0 && warm->was_without_bootstrap)
    {
      warm->was_without_bootstrap = FALSE;
      kad_network_join_bootstrap (self);
    }
}

void
kad_network_warm_init (KadNetwork *self)
{
  kad_timer_init (&self->warm.timer, on_impatient, self);
}

void
kad_network_warm_clear (KadNetwork *self)
{
  kad_reactor_disarm (self->reactor, &self->warm.timer);
  g_clear_pointer (&self->warm.candidates, g_ptr_array_unref);
}
