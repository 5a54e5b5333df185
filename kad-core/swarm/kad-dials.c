/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dials: from addresses that are only claims to a peer that proved itself.
 *
 * The dialer gives the first address that connects. Whether the peer is behind it shows in
 * the handshake only: at an address of a private network, or at a port that was given up,
 * somebody else may answer. So when a handshake fails the address that led there is struck out
 * and the others are dialled, until the deadline.
 *
 * One dial for a peer at a time; who asks meanwhile waits with it, unless a person names an
 * address that is not among those being tried. A peer that could not be reached is left
 * alone for a while; what was refused here without trying does not lengthen that.
 *
 * What others say of addresses may be aimed at somebody: a thousand ids, all said to be at one port
 * of a victim. So a host and port that is not proven is dialled a few times a minute, whoever is
 * said to be there, a little more often if two others said so; where the peer that we wanted was
 * found, it does not count. Of a peer's addresses the proven are dialled first, then what two
 * said. A person's dial always goes out.
 */
#include "kad-dials.h"

#include <sodium.h>

#include "kad-address-sources.h"
#include "kad-dial-limits.h"
#include "kad-dialer.h"
#include "kad-error.h"
#include "kad-network.h"
#include "kad-time.h"

#define KAD_BACKOFF_FIRST_US (1 * G_USEC_PER_SEC)
#define KAD_BACKOFF_LONGEST_US (60 * G_USEC_PER_SEC)

typedef struct
{
  KadPeerId peer;
  gint64 until_us;
  gint64 length_us;
} Backoff;

typedef struct
{
  KadDialFunc func;
  gpointer user_data;
} Waiter;

struct _KadDial
{
  KadDials *dials; /* NULL once the dials are gone */
  KadPeerId peer;  /* not set: whoever answers */
  const char *reason;
  GPtrArray *addresses; /* (element-type KadMultiaddr) not struck out */
  GString *reasons;     /* of those that were */
  GCancellable *cancellable;
  KadTimer deadline;
  KadPeerSession *session; /* (nullable) being upgraded */
  GError *failure;         /* to report from the timer */
  GArray *waiters;
  gboolean is_async;  /* the dialer still holds us */
  gboolean is_tried;  /* the dialer was asked at all */
  gboolean is_learnt; /* others said the addresses */
  gboolean is_held;   /* an attempt was not made for want of trust in the address */
  guint n_attempts;   /* that were */
  gboolean is_over;
};

/* Waiters who are being told, one of whom may make others forget. */
typedef struct _Ending
{
  GArray *waiters;
  struct _Ending *outer;
} Ending;

struct _KadDials
{
  KadReactor *reactor;
  GPtrArray *transports;
  const KadDialsDelegate *delegate;
  gpointer user_data;
  GHashTable *by_peer; /* KadPeerId in the dial -> KadDial */
  GPtrArray *all;      /* (element-type KadDial) */
  GHashTable *backoffs;
  GQueue backoff_order; /* (element-type Backoff) oldest first */
  Ending *ending;       /* (nullable) on the stack */
  gboolean wants_global_names;
  guint max_dials;
  KadAddressSources *sources;
  KadDialLimits *address_limits;
};

/* ---- back-off ---- */

static void
backoff_remove (KadDials *self, Backoff *backoff)
{
  g_queue_remove (&self->backoff_order, backoff);
  g_hash_table_remove (self->backoffs, &backoff->peer);
  g_free (backoff);
}

static void
backoff_note (KadDials *self, const KadPeerId *peer)
{
  gint64 now_us = kad_reactor_get_now (self->reactor);
  Backoff *backoff = g_hash_table_lookup (self->backoffs, peer);

  if (backoff != NULL)
    {
      backoff->length_us = MIN (backoff->length_us * 2, KAD_BACKOFF_LONGEST_US);
      backoff->until_us = now_us + backoff->length_us;
      return;
    }
  if (g_hash_table_size (self->backoffs) >= KAD_MAX_BACKOFFS)
    backoff_remove (self, g_queue_peek_head (&self->backoff_order));
  backoff = g_new0 (Backoff, 1);
  backoff->peer = *peer;
  backoff->length_us = KAD_BACKOFF_FIRST_US;
  backoff->until_us = now_us + backoff->length_us;
  g_hash_table_insert (self->backoffs, &backoff->peer, backoff);
  g_queue_push_tail (&self->backoff_order, backoff);
}

void
kad_dials_clear_backoff (KadDials *self, const KadPeerId *peer)
{
  Backoff *backoff = g_hash_table_lookup (self->backoffs, peer);

  if (backoff != NULL)
    backoff_remove (self, backoff);
}

void
kad_dials_clear_backoffs (KadDials *self)
{
  kad_dial_limits_clear (self->address_limits);
  while (self->backoff_order.length > 0)
    backoff_remove (self, g_queue_peek_head (&self->backoff_order));
}

static gboolean
is_backing_off (KadDials *self, const KadPeerId *peer)
{
  Backoff *backoff = g_hash_table_lookup (self->backoffs, peer);

  return backoff != NULL && backoff->until_us > kad_reactor_get_now (self->reactor);
}

/* ---- a dial ---- */

static void
dial_free (KadDial *self)
{
  g_clear_object (&self->cancellable);
  g_clear_error (&self->failure);
  g_ptr_array_unref (self->addresses);
  g_string_free (self->reasons, TRUE);
  g_array_unref (self->waiters);
  g_free (self);
}

static void
dial_unlink (KadDial *self)
{
  KadDials *dials = self->dials;

  kad_reactor_disarm (dials->reactor, &self->deadline);
  g_ptr_array_remove_fast (dials->all, self);
  if (kad_peer_id_is_set (&self->peer) && g_hash_table_lookup (dials->by_peer, &self->peer) == self)
    g_hash_table_remove (dials->by_peer, &self->peer);
}

static void
tell_waiters (KadDials *self, GArray *waiters, KadPeerSession *session, const GError *error)
{
  Ending ending = { waiters, self->ending };

  self->ending = &ending;
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (waiters, Waiter, i);

      if (waiter->func != NULL)
        waiter->func (waiter->user_data, session, error);
    }
  self->ending = ending.outer;
}

/* The peer is to blame, not we. */
static gboolean
is_unreachable (const KadDial *self, const GError *error)
{
  return self->is_tried && (self->n_attempts > 0 || !self->is_held)
         && kad_peer_id_is_set (&self->peer)
         && !g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING)
         && !g_error_matches (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

/* With what became of the addresses before. */
static GError *
complete_error (const KadDial *self, const GError *error)
{
  if (self->reasons->len == 0)
    return g_error_copy (error);
  return g_error_new (error->domain, error->code, "%s; %s", self->reasons->str, error->message);
}

static void
count_dial (KadDials *self, const KadMultiaddr *address, gboolean is_ok)
{
  KadTransport *transport = kad_dialer_find_transport (self->transports, address);
  guint index;

  if (transport == NULL || !g_ptr_array_find (self->transports, transport, &index))
    index = G_MAXUINT;
  kad_counters_note_dial (kad_reactor_get_counters (self->reactor), index, is_ok);
}

/* One that failed counts for the transport of its first address; one that nobody let out, and one
 * that went down with the node, for none. */
static void
count_failed (KadDial *self, const GError *error)
{
  if (self->n_attempts > 0 && self->addresses->len > 0
      && !g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING))
    count_dial (self->dials, self->addresses->pdata[0], FALSE);
}

/* The one end: everybody who waits is told. */
static void
dial_end (KadDial *self, KadPeerSession *session, const GError *error)
{
  KadDials *dials = self->dials;
  g_autoptr (GArray) waiters = NULL;
  g_autoptr (GError) whole = NULL;

  if (self->is_over)
    return;
  self->is_over = TRUE;
  dial_unlink (self);
  if (self->session != NULL)
    self->session->dial = NULL;
  if (session == NULL)
    {
      whole = complete_error (self, error);
      count_failed (self, error);
    }
  if (session == NULL && is_unreachable (self, error))
    backoff_note (dials, &self->peer);
  waiters = g_array_ref (self->waiters);
  if (self->is_async)
    g_cancellable_cancel (self->cancellable); /* freed when the dialer lets go */
  else
    dial_free (self);
  tell_waiters (dials, waiters, session, whole);
}

static void
on_deadline (gpointer user_data, gint64 now_us)
{
  KadDial *self = user_data;
  KadPeerSession *session = self->session;
  g_autoptr (GError) error = g_steal_pointer (&self->failure);

  if (error == NULL && session != NULL)
    g_set_error (&error, KAD_ERROR, KAD_ERROR_TIMEOUT,
                 "The peer connected but did not finish the handshake in time (%s)",
                 kad_connection_get_phase (session->connection));
  else if (error == NULL)
    g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_TIMEOUT, "No address answered in time");
  dial_end (self, NULL, error);
  if (session != NULL)
    kad_connection_close (session->connection, g_error_copy (error));
}

/* ---- how often, and what first ---- */

static KadAddressTrust
get_trust (KadDial *self, const KadMultiaddr *address)
{
  /* Without a peer it is the configuration that wants to know who is there. */
  if (!kad_peer_id_is_set (&self->peer))
    return KAD_ADDRESS_PROVEN;
  return kad_address_sources_get (self->dials->sources, &self->peer, address,
                                  kad_reactor_get_now (self->dials->reactor));
}

static gboolean
may_attempt (gpointer user_data, const KadMultiaddr *address, GError **error)
{
  KadDial *self = user_data;
  KadDials *dials = self->dials;

  if (self->is_over)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The dial is over");
      return FALSE;
    }
  if (self->is_learnt
      && !kad_dial_limits_take (dials->address_limits, address, get_trust (self, address),
                                kad_reactor_update_now (dials->reactor), error))
    {
      self->is_held = TRUE;
      return FALSE;
    }
  self->n_attempts++;
  return TRUE;
}

/* Whom we trust most first, otherwise as they came. */
static void
sort_by_trust (KadDial *self)
{
  GPtrArray *sorted = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  for (int trust = KAD_ADDRESS_PROVEN; trust >= KAD_ADDRESS_SAID_ONCE; trust--)
    for (guint i = 0; i < self->addresses->len; i++)
      if (get_trust (self, self->addresses->pdata[i]) == (KadAddressTrust) trust)
        g_ptr_array_add (sorted, kad_multiaddr_ref (self->addresses->pdata[i]));
  g_ptr_array_unref (self->addresses);
  self->addresses = sorted;
}

void
kad_dials_note_source (KadDials *self, const KadPeerInfo *info, const KadPeerId *source)
{
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    kad_address_sources_say (self->sources, kad_peer_info_get_peer (info),
                             kad_peer_info_get_address (info, i), source,
                             kad_reactor_get_now (self->reactor));
}

void
kad_dials_note_given (KadDials *self, const KadPeerId *peer, const KadMultiaddr *address)
{
  kad_address_sources_give (self->sources, peer, address);
}

static void on_link (GObject *source, GAsyncResult *result, gpointer user_data);

static void
dial_addresses (KadDial *self)
{
  self->is_async = TRUE;
  self->is_tried = TRUE;
  kad_dialer_dial_gated_async (self->dials->transports, self->addresses,
                               kad_peer_id_is_set (&self->peer) ? &self->peer : NULL,
                               self->dials->wants_global_names && self->is_learnt
                                   ? KAD_DIAL_GLOBAL_NAMES
                                   : KAD_DIAL_ANYWHERE,
                               may_attempt, self->cancellable, on_link, self);
}

/* FALSE: it is none of ours (a name led to it). */
static gboolean
strike_out (KadDial *self, KadMultiaddr *address)
{
  guint before = self->addresses->len;

  for (guint i = before; i > 0; i--)
    {
      g_autoptr (KadMultiaddr) bare
          = kad_multiaddr_split_peer (self->addresses->pdata[i - 1], NULL, NULL);

      if (bare != NULL && kad_multiaddr_equal (bare, address))
        g_ptr_array_remove_index (self->addresses, i - 1);
    }
  return self->addresses->len < before;
}

/* TRUE: the handshake failed, but there are other addresses. */
static gboolean
dial_go_on (KadDial *self, KadConnection *connection, const GError *reason)
{
  KadMultiaddr *address = kad_connection_get_remote_address (connection);
  g_autofree char *text = kad_multiaddr_to_string (address);

  if (!strike_out (self, address) || self->addresses->len == 0)
    return FALSE;
  g_string_append_printf (self->reasons, "%s%s: %s", self->reasons->len > 0 ? "; " : "", text,
                          reason->message);
  dial_addresses (self);
  return TRUE;
}

static void
on_link (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadDial *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) link = kad_dialer_dial_finish (result, &error);

  self->is_async = FALSE;
  if (self->is_over)
    {
      dial_free (self);
      return;
    }
  kad_reactor_update_now (self->dials->reactor);
  kad_reactor_wake (self->dials->reactor);
  if (link != NULL)
    self->session = self->dials->delegate->connect (
        self->dials->user_data, link, kad_peer_id_is_set (&self->peer) ? &self->peer : NULL,
        self->reason, &error);
  if (self->session == NULL)
    {
      dial_end (self, NULL, error);
      return;
    }
  self->session->dial = self;
}

static KadDial *
dial_new (KadDials *dials, const KadPeerId *peer, GPtrArray *addresses, gint64 deadline_us,
          const char *reason)
{
  KadDial *self = g_new0 (KadDial, 1);

  self->dials = dials;
  self->reason = reason;
  self->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  for (guint i = 0; i < addresses->len; i++)
    g_ptr_array_add (self->addresses, kad_multiaddr_ref (addresses->pdata[i]));
  self->reasons = g_string_new (NULL);
  self->cancellable = g_cancellable_new ();
  self->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  kad_timer_init (&self->deadline, on_deadline, self);
  kad_reactor_arm (dials->reactor, &self->deadline, deadline_us);
  g_ptr_array_add (dials->all, self);
  if (peer != NULL)
    self->peer = *peer;
  return self;
}

static void
dial_add_waiter (KadDial *self, KadDialFunc func, gpointer user_data)
{
  Waiter waiter = { func, user_data };

  g_array_append_val (self->waiters, waiter);
}

static void
dial_fail_later (KadDial *self, GError *failure)
{
  self->failure = failure;
  kad_reactor_arm (self->dials->reactor, &self->deadline,
                   kad_reactor_get_now (self->dials->reactor));
}

/* ---- all of them ---- */

KadDials *
kad_dials_new (KadReactor *reactor, GPtrArray *transports, const KadLimits *limits,
               const KadDialsDelegate *delegate, gpointer user_data)
{
  KadDials *self = g_new0 (KadDials, 1);
  guint8 key[crypto_shorthash_KEYBYTES];
  KadLimits defaults;

  kad_limits_init (&defaults);
  if (limits == NULL)
    limits = &defaults;
  self->max_dials = kad_limits_get (limits, KAD_LIMIT_DIALS);
  randombytes_buf (key, sizeof key);
  self->sources = kad_address_sources_new (key);
  self->address_limits
      = kad_dial_limits_new (kad_limits_get (limits, KAD_LIMIT_DIALS_PER_ADDRESS), key);
  self->reactor = reactor;
  self->transports = g_ptr_array_ref (transports);
  self->delegate = delegate;
  self->user_data = user_data;
  self->by_peer = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
  self->all = g_ptr_array_new ();
  self->backoffs = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
  g_queue_init (&self->backoff_order);
  return self;
}

void
kad_dials_free (KadDials *self)
{
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node shut down");
  while (self->all->len > 0)
    dial_end (self->all->pdata[0], NULL, error);
  kad_address_sources_free (self->sources);
  kad_dial_limits_free (self->address_limits);
  g_hash_table_unref (self->by_peer);
  g_ptr_array_unref (self->all);
  g_hash_table_unref (self->backoffs);
  g_queue_clear_full (&self->backoff_order, g_free);
  g_ptr_array_unref (self->transports);
  g_free (self);
}

static gboolean
covers (const KadDial *self, GPtrArray *addresses)
{
  for (guint i = 0; i < addresses->len; i++)
    if (!g_ptr_array_find_with_equal_func (self->addresses, addresses->pdata[i],
                                           kad_multiaddr_equal, NULL))
      return FALSE;
  return TRUE;
}

/* The dial that this one can wait with; NULL: none. */
static KadDial *
find_dial (KadDials *self, const KadPeerId *peer, GPtrArray *addresses, gboolean is_patient)
{
  KadDial *dial = peer == NULL ? NULL : g_hash_table_lookup (self->by_peer, peer);

  return dial == NULL || (is_patient && !covers (dial, addresses)) ? NULL : dial;
}

void
kad_dials_dial (KadDials *self, const KadPeerId *peer, GPtrArray *addresses, gint64 deadline_us,
                const char *reason, gboolean is_patient, KadDialFunc func, gpointer user_data)
{
  KadDial *dial = find_dial (self, peer, addresses, is_patient);

  if (dial != NULL)
    {
      dial_add_waiter (dial, func, user_data);
      if (deadline_us > dial->deadline.deadline_us)
        kad_reactor_arm (self->reactor, &dial->deadline, deadline_us);
      return;
    }

  dial = dial_new (self, peer, addresses, deadline_us, reason);
  dial->is_learnt = !is_patient;
  if (dial->is_learnt)
    sort_by_trust (dial);
  dial_add_waiter (dial, func, user_data);
  if (self->all->len > self->max_dials)
    {
      dial_fail_later (dial, g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                                  "Too many connections are being made (the limit "
                                                  "dials)"));
      return;
    }
  if (peer != NULL && !is_patient && is_backing_off (self, peer))
    {
      dial_fail_later (dial, g_error_new_literal (KAD_ERROR, KAD_ERROR_DIAL_FAILED,
                                                  "The peer could not be reached a moment ago"));
      return;
    }
  if (peer != NULL && !g_hash_table_contains (self->by_peer, peer))
    g_hash_table_insert (self->by_peer, &dial->peer, dial);
  dial_addresses (dial);
}

static void
forget_in (GArray *waiters, gpointer user_data)
{
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (waiters, Waiter, i);

      if (waiter->user_data == user_data)
        waiter->func = NULL;
    }
}

void
kad_dials_set_global_names (KadDials *self, gboolean wants_global_names)
{
  self->wants_global_names = wants_global_names;
}

void
kad_dials_forget (KadDials *self, gpointer user_data)
{
  for (guint i = 0; i < self->all->len; i++)
    forget_in (((KadDial *) self->all->pdata[i])->waiters, user_data);
  for (Ending *ending = self->ending; ending != NULL; ending = ending->outer)
    forget_in (ending->waiters, user_data);
}

void
kad_dials_session_opened (KadDials *self, KadPeerSession *session)
{
  const KadPeerId *peer = kad_connection_get_peer (session->connection);
  KadMultiaddr *remote = kad_connection_get_remote_address (session->connection);

  kad_dials_clear_backoff (self, peer);
  if (kad_connection_is_outbound (session->connection))
    {
      kad_address_sources_prove (self->sources, peer, remote, kad_reactor_get_now (self->reactor));
      kad_dial_limits_forget (self->address_limits, remote);
      count_dial (self, remote, TRUE);
    }
  if (session->dial != NULL)
    dial_end (session->dial, session, NULL);
}

void
kad_dials_session_closed (KadDials *self, KadPeerSession *session, const GError *reason)
{
  KadDial *dial = g_steal_pointer (&session->dial);

  if (dial == NULL)
    return;
  dial->session = NULL;
  if (!dial_go_on (dial, session->connection, reason))
    dial_end (dial, NULL, reason);
}
