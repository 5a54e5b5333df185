/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-listener.h"

#include <glib-unix.h>

#include "kad-error.h"
#include "kad-tcp-acceptor.h"
#include "kad-ws-upgrade.h"

#define KAD_MAX_ACCEPTS_PER_WAKE 64
/* After a shortage that could not be passed on to a visitor. */
#define ACCEPT_PAUSE_MS 200

/* Who comes is accepted here at once, and upgraded; who drives the listener gets streams that
 * are ready. So those that never finish count here: when there are too many, the oldest goes, and
 * a newcomer always gets his chance. */
struct _KadWsListener
{
  KadListener parent_instance;

  KadTcpAcceptor acceptor;
  KadMultiaddr *suffix;
  KadMultiaddr *bare;
  KadWsTls *tls; /* (nullable) */
  gint64 timeout_us;
  GMainContext *context;
  GSource *source; /* (nullable) while anybody may come in, or a pause lasts */
  GQueue upgrades; /* (element-type Visitor) borrowed, the oldest first */
  GQueue ready;    /* (element-type KadLink) */
};

G_DEFINE_DYNAMIC_TYPE (KadWsListener, kad_ws_listener, KAD_TYPE_LISTENER)

/* Lives as long as its upgrade. */
typedef struct
{
  KadWsListener *listener; /* (nullable) borrowed; NULL: it was let go */
  GCancellable *cancellable;
  KadMultiaddr *local, *remote;
} Visitor;

static void wait_for_visitors (KadWsListener *self);

static void
visitor_free (Visitor *visitor)
{
  g_object_unref (visitor->cancellable);
  g_clear_pointer (&visitor->local, kad_multiaddr_unref);
  g_clear_pointer (&visitor->remote, kad_multiaddr_unref);
  g_free (visitor);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Visitor, visitor_free)

static void
drop_source (KadWsListener *self)
{
  if (self->source == NULL)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
let_go_oldest (KadWsListener *self)
{
  Visitor *visitor = g_queue_pop_head (&self->upgrades);

  visitor->listener = NULL;
  g_cancellable_cancel (visitor->cancellable);
}

/* ---- upgrades ---- */

static void
on_upgraded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visitor) visitor = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) stream = kad_ws_upgrade_finish (result, &error);
  KadWsListener *self = visitor->listener;

  if (self == NULL)
    return;
  g_queue_remove (&self->upgrades, visitor);
  if (stream == NULL)
    {
      g_debug ("A visitor did not become a WebSocket: %s", error->message);
      return;
    }
  g_queue_push_tail (&self->ready,
                     kad_link_new_for_stream (stream, visitor->local, visitor->remote));
  kad_listener_emit_ready (KAD_LISTENER (self));
}

/* @address with what stands behind its port. */
static KadMultiaddr *
complete (KadMultiaddr *address, const KadMultiaddr *suffix)
{
  g_autoptr (KadMultiaddr) owned = address;

  return owned != NULL ? kad_multiaddr_encapsulate (owned, suffix, NULL) : NULL;
}

static void
start_upgrade (KadWsListener *self, int fd, const KadTcpAddress *remote)
{
  const KadWsUpgradePlan plan = { .tls = self->tls, .timeout_us = self->timeout_us };
  Visitor *visitor = g_new0 (Visitor, 1);

  if (self->upgrades.length >= KAD_MAX_WS_UPGRADES)
    let_go_oldest (self);
  visitor->listener = self;
  visitor->cancellable = g_cancellable_new ();
  visitor->local = complete (kad_tcp_acceptor_dup_local (&self->acceptor, fd), self->suffix);
  visitor->remote = complete (kad_tcp_address_to_multiaddr (remote), self->bare);
  g_queue_push_tail (&self->upgrades, visitor);
  kad_ws_upgrade_async (kad_ws_socket_new (fd), &plan, visitor->cancellable, on_upgraded, visitor);
}

/* ---- who comes ---- */

static gboolean
on_pause_over (gpointer user_data)
{
  KadWsListener *self = user_data;

  drop_source (self);
  wait_for_visitors (self);
  return G_SOURCE_REMOVE;
}

static void
pause_accepting (KadWsListener *self)
{
  drop_source (self);
  self->source = g_timeout_source_new (ACCEPT_PAUSE_MS);
  g_source_set_callback (self->source, on_pause_over, self, NULL);
  g_source_attach (self->source, self->context);
}

static gboolean
on_visitors (int listening_fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (KadWsListener) self = g_object_ref (user_data);

  for (guint i = 0; i < KAD_MAX_ACCEPTS_PER_WAKE; i++)
    {
      g_autoptr (GError) error = NULL;
      KadTcpAddress remote = { 0 };
      int fd;

      if (self->upgrades.length + self->ready.length >= KAD_MAX_WS_UPGRADES + KAD_MAX_WS_BACKLOG
          || self->ready.length >= KAD_MAX_WS_BACKLOG)
        {
          drop_source (self);
          return G_SOURCE_REMOVE;
        }
      fd = kad_tcp_acceptor_accept (&self->acceptor, &remote, &error);
      if (fd >= 0)
        {
          start_upgrade (self, fd, &remote);
          continue;
        }
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
      g_message ("Cannot accept a connection now: %s", error->message);
      pause_accepting (self);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
wait_for_visitors (KadWsListener *self)
{
  if (self->source != NULL || self->acceptor.fd < 0 || self->ready.length >= KAD_MAX_WS_BACKLOG)
    return;
  self->source = g_unix_fd_source_new (self->acceptor.fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_visitors), self, NULL);
  g_source_attach (self->source, self->context);
}

/* ---- the listener ---- */

static GPtrArray *
get_addresses (KadListener *listener)
{
  KadWsListener *self = KAD_WS_LISTENER (listener);
  g_autoptr (GPtrArray) bare = kad_tcp_acceptor_get_addresses (&self->acceptor);
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  for (guint i = 0; i < bare->len; i++)
    {
      KadMultiaddr *whole = complete (kad_multiaddr_ref (bare->pdata[i]), self->suffix);

      if (whole != NULL)
        g_ptr_array_add (addresses, whole);
    }
  return addresses;
}

static KadLink *
accept_link (KadListener *listener, GError **error)
{
  KadWsListener *self = KAD_WS_LISTENER (listener);
  KadLink *link = g_queue_pop_head (&self->ready);

  if (self->acceptor.fd < 0)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED, "The listener is closed");
  else if (link == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nobody is waiting");
  else
    wait_for_visitors (self);
  return link;
}

static void
close_listener (KadListener *listener)
{
  KadWsListener *self = KAD_WS_LISTENER (listener);

  drop_source (self);
  kad_tcp_acceptor_close (&self->acceptor);
  while (!g_queue_is_empty (&self->upgrades))
    let_go_oldest (self);
  g_queue_clear_full (&self->ready, g_object_unref);
}

static void
dispose (GObject *object)
{
  close_listener (KAD_LISTENER (object));
  G_OBJECT_CLASS (kad_ws_listener_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  KadWsListener *self = KAD_WS_LISTENER (object);

  g_clear_pointer (&self->suffix, kad_multiaddr_unref);
  g_clear_pointer (&self->bare, kad_multiaddr_unref);
  g_clear_pointer (&self->tls, kad_ws_tls_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  G_OBJECT_CLASS (kad_ws_listener_parent_class)->finalize (object);
}

static void
kad_ws_listener_class_init (KadWsListenerClass *klass)
{
  KadListenerClass *listener_class = KAD_LISTENER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  listener_class->get_addresses = get_addresses;
  listener_class->accept = accept_link;
  listener_class->close = close_listener;
}

static void
kad_ws_listener_class_finalize (KadWsListenerClass *klass)
{
}

static void
kad_ws_listener_init (KadWsListener *self)
{
  self->acceptor = KAD_TCP_ACCEPTOR_INIT;
  self->context = g_main_context_ref_thread_default ();
}

void
kad_ws_listener_register (GTypeModule *module)
{
  kad_ws_listener_register_type (module);
}

KadListener *
kad_ws_listener_new (const KadWsAddress *wanted, const KadMultiaddr *address, KadWsTls *tls,
                     gint64 timeout_us, GError **error)
{
  g_autoptr (KadWsListener) self = g_object_new (KAD_TYPE_WS_LISTENER, NULL);

  self->suffix = kad_multiaddr_ref (wanted->suffix);
  self->bare = kad_multiaddr_ref (wanted->bare);
  self->tls = tls != NULL ? kad_ws_tls_ref (tls) : NULL;
  self->timeout_us = timeout_us;
  if (!kad_tcp_acceptor_open (&self->acceptor, &wanted->tcp, address, error))
    return NULL;
  wait_for_visitors (self);
  return KAD_LISTENER (g_steal_pointer (&self));
}
