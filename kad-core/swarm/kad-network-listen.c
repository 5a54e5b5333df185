/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where peers arrive: listeners, accepting within the limits, our own addresses. */
#include <sys/epoll.h>

#include "kad-dialer.h"
#include "kad-error.h"
#include "kad-network-private.h"

#define KAD_MAX_ACCEPTS_PER_WAKE 64
#define KAD_ACCEPT_PAUSE_US (200 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  KadNetwork *network;
  KadListener *listener;
  KadWatch watch;
  KadTimer pause; /* after EMFILE and the like */
} Listening;

static void
accept_some (Listening *listening)
{
  KadNetwork *self = listening->network;

  for (guint i = 0; i < KAD_MAX_ACCEPTS_PER_WAKE; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadLink) link = kad_listener_accept (listening->listener, &error);

      if (link == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return;
      if (link == NULL)
        {
          g_message ("Cannot accept a connection now: %s", error->message);
          kad_reactor_set_events (self->reactor, &listening->watch, 0);
          kad_reactor_arm (self->reactor, &listening->pause,
                           kad_reactor_get_now (self->reactor) + KAD_ACCEPT_PAUSE_US);
          return;
        }
      if (kad_network_add_link (self, link, KAD_ROLE_RESPONDER, NULL, "listener", &error) == NULL)
        g_debug ("Refusing a connection: %s", error->message);
    }
}

static void
on_acceptable (gpointer user_data, guint32 events)
{
  accept_some (user_data);
}

static void
on_pause_over (gpointer user_data, gint64 now_us)
{
  Listening *listening = user_data;

  kad_reactor_set_events (listening->network->reactor, &listening->watch, EPOLLIN);
  accept_some (listening);
}

static void
on_listener_ready (KadListener *listener, gpointer user_data)
{
  Listening *listening = user_data;

  kad_reactor_update_now (listening->network->reactor);
  kad_reactor_wake (listening->network->reactor);
  accept_some (listening);
}

static gboolean
listen_on (KadNetwork *self, KadMultiaddr *address, GError **error)
{
  KadTransport *transport = kad_dialer_find_listen_transport (self->transports, address);
  g_autoptr (KadListener) listener = NULL;
  Listening *listening;

  if (transport == NULL)
    {
      g_autofree char *text = kad_multiaddr_to_string (address);

      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                   "No transport listens on \"%s\": check the address, and that its module is "
                   "installed",
                   text);
      return FALSE;
    }
  listener = kad_transport_listen (transport, address, error);
  if (listener == NULL)
    return FALSE;

  listening = g_new0 (Listening, 1);
  listening->network = self;
  listening->watch.fd = -1;
  kad_timer_init (&listening->pause, on_pause_over, listening);
  listening->listener = g_steal_pointer (&listener);
  g_ptr_array_add (self->listeners, listening);
  if (kad_listener_get_fd (listening->listener) >= 0)
    return kad_reactor_watch (self->reactor, &listening->watch,
                              kad_listener_get_fd (listening->listener), EPOLLIN, on_acceptable,
                              listening, error);
  kad_listener_set_ready_func (listening->listener, on_listener_ready, listening);
  return TRUE;
}

void
kad_network_announce (KadNetwork *self, GPtrArray *addresses)
{
  kad_engine_set_addresses (self->engine, addresses);
  g_ptr_array_unref (self->announced);
  self->announced = g_ptr_array_ref (addresses);
}

static gboolean
listen_or_leave_out (KadNetwork *self, KadMultiaddr *address, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;

  if (listen_on (self, address, &local))
    return TRUE;
  if (!self->is_lenient)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  text = kad_multiaddr_to_string (address);
  g_message ("Not listening on %s: %s", text, local->message);
  g_ptr_array_add (self->listen_failures, g_strdup_printf ("%s: %s", text, local->message));
  return TRUE;
}

char **
kad_network_dup_listen_failures (KadNetwork *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->listen_failures->len; i++)
    g_strv_builder_add (builder, self->listen_failures->pdata[i]);
  return g_strv_builder_end (builder);
}

gboolean
kad_network_listen (KadNetwork *self, GError **error)
{
  g_autoptr (GPtrArray) addresses = NULL;

  for (guint i = 0; i < self->listen_on->len; i++)
    if (!listen_or_leave_out (self, self->listen_on->pdata[i], error))
      return FALSE;

  addresses = kad_network_dup_addresses (self);
  kad_network_announce (self, addresses);
  /* Off the public network whoever listens can be reached by whoever is there. */
  if (addresses->len > 0 && !self->public_addresses_only)
    kad_engine_set_reachable (self->engine, TRUE, kad_reactor_get_now (self->reactor));
  for (guint i = 0; i < addresses->len; i++)
    {
      KadEvent *event = kad_event_new (KAD_EVENT_LISTENING);

      event->peer = self->peer;
      event->address = kad_multiaddr_ref (addresses->pdata[i]);
      kad_network_emit (self, event);
    }
  return TRUE;
}

void
kad_network_unlisten (KadNetwork *self)
{
  for (guint i = 0; i < self->listeners->len; i++)
    {
      Listening *listening = self->listeners->pdata[i];

      kad_reactor_unwatch (self->reactor, &listening->watch);
      kad_reactor_disarm (self->reactor, &listening->pause);
      kad_listener_set_ready_func (listening->listener, NULL, NULL);
      kad_listener_close (listening->listener);
      g_object_unref (listening->listener);
      g_free (listening);
    }
  g_ptr_array_set_size (self->listeners, 0);
}

GPtrArray *
kad_network_dup_addresses (KadNetwork *self)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  for (guint i = 0; i < self->listeners->len; i++)
    {
      Listening *listening = self->listeners->pdata[i];
      g_autoptr (GPtrArray) own = kad_listener_get_addresses (listening->listener);

      /* A listener keeps an address that the machine has no more, until it comes back. */
      for (guint j = 0; j < own->len; j++)
        if (!kad_address_watch_is_gone (self->address_watch, own->pdata[j]))
          g_ptr_array_add (addresses, kad_multiaddr_ref (own->pdata[j]));
    }
  return addresses;
}
