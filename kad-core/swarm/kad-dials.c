/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dials.h"

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
  GCancellable *cancellable;
  KadTimer deadline;
  KadPeerSession *session; /* (nullable) being upgraded */
  GError *failure;         /* to report from the timer */
  GArray *waiters;
  gboolean is_async; /* the dialer still holds us */
  gboolean is_over;
};

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

/* The one end: everybody who waits is told. */
static void
dial_end (KadDial *self, KadPeerSession *session, const GError *error)
{
  g_autoptr (GArray) waiters = NULL;

  if (self->is_over)
    return;
  self->is_over = TRUE;
  dial_unlink (self);
  if (self->session != NULL)
    self->session->dial = NULL;
  if (session == NULL && kad_peer_id_is_set (&self->peer))
    backoff_note (self->dials, &self->peer);
  waiters = g_array_ref (self->waiters);
  if (self->is_async)
    g_cancellable_cancel (self->cancellable); /* freed when the dialer lets go */
  else
    dial_free (self);

  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (waiters, Waiter, i);

      if (waiter->func != NULL)
        waiter->func (waiter->user_data, session, error);
    }
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
  if (kad_connection_get_state (self->session->connection) == KAD_CONNECTION_OPEN)
    dial_end (self, self->session, NULL);
}

static KadDial *
dial_new (KadDials *dials, const KadPeerId *peer, gint64 deadline_us, const char *reason)
{
  KadDial *self = g_new0 (KadDial, 1);

  self->dials = dials;
  self->reason = reason;
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
kad_dials_new (KadReactor *reactor, GPtrArray *transports, const KadDialsDelegate *delegate,
               gpointer user_data)
{
  KadDials *self = g_new0 (KadDials, 1);

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
  g_hash_table_unref (self->by_peer);
  g_ptr_array_unref (self->all);
  g_hash_table_unref (self->backoffs);
  g_queue_clear_full (&self->backoff_order, g_free);
  g_ptr_array_unref (self->transports);
  g_free (self);
}

void
kad_dials_dial (KadDials *self, const KadPeerId *peer, GPtrArray *addresses, gint64 deadline_us,
                const char *reason, gboolean is_patient, KadDialFunc func, gpointer user_data)
{
  KadDial *dial = peer == NULL ? NULL : g_hash_table_lookup (self->by_peer, peer);

  if (dial != NULL)
    {
      dial_add_waiter (dial, func, user_data);
      return;
    }

  dial = dial_new (self, peer, deadline_us, reason);
  dial_add_waiter (dial, func, user_data);
  if (self->all->len > KAD_MAX_DIALS)
    {
      dial_fail_later (dial, g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                                  "Too many connections are being made"));
      return;
    }
  if (peer != NULL && !is_patient && is_backing_off (self, peer))
    {
      dial_fail_later (dial, g_error_new_literal (KAD_ERROR, KAD_ERROR_DIAL_FAILED,
                                                  "The peer could not be reached a moment ago"));
      return;
    }
  if (peer != NULL)
    g_hash_table_insert (self->by_peer, &dial->peer, dial);
  dial->is_async = TRUE;
  kad_dialer_dial_async (self->transports, addresses, peer, dial->cancellable, on_link, dial);
}

void
kad_dials_forget (KadDials *self, gpointer user_data)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      KadDial *dial = self->all->pdata[i];

      for (guint j = 0; j < dial->waiters->len; j++)
        {
          Waiter *waiter = &g_array_index (dial->waiters, Waiter, j);

          if (waiter->user_data == user_data)
            waiter->func = NULL;
        }
    }
}

void
kad_dials_session_opened (KadDials *self, KadPeerSession *session)
{
  kad_dials_clear_backoff (self, kad_connection_get_peer (session->connection));
  if (session->dial != NULL)
    dial_end (session->dial, session, NULL);
}

void
kad_dials_session_closed (KadDials *self, KadPeerSession *session, const GError *reason)
{
  if (session->dial != NULL)
    dial_end (session->dial, NULL, reason);
}
