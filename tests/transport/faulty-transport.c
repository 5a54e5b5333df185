/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP with one thing wrong at a time, as a module: kad-transport-check has to find each. */
#include <gmodule.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-tcp-transport.h"

#define LEAKED_BYTES 48

G_DECLARE_FINAL_TYPE (FaultyTransport, faulty_transport, FAULTY, TRANSPORT, KadTransport)

struct _FaultyTransport
{
  KadTransport parent_instance;

  KadTransport *tcp;
  char *fault;
};

G_DEFINE_DYNAMIC_TYPE (FaultyTransport, faulty_transport, KAD_TYPE_TRANSPORT)

enum
{
  PROP_FAULT = 1,
};

static gboolean
has_fault (KadTransport *transport, const char *fault)
{
  return g_strcmp0 (FAULTY_TRANSPORT (transport)->fault, fault) == 0;
}

static gboolean
can_dial (KadTransport *transport, const KadMultiaddr *address)
{
  return has_fault (transport, "takes-anything")
         || kad_transport_can_dial (FAULTY_TRANSPORT (transport)->tcp, address);
}

static gboolean
can_listen (KadTransport *transport, const KadMultiaddr *address)
{
  return kad_transport_can_listen (FAULTY_TRANSPORT (transport)->tcp, address);
}

static gboolean
do_nothing (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static gpointer leaked;

static void
spoil (KadTransport *transport, int fd)
{
  struct linger at_once = { .l_onoff = 1 };

  if (has_fault (transport, "leaks-a-descriptor"))
    (void) !dup (fd);
  else if (has_fault (transport, "leaks-a-source"))
    g_timeout_add_seconds (3600, do_nothing, NULL);
  else if (has_fault (transport, "leaks-memory"))
    {
      gpointer *block = g_malloc0 (LEAKED_BYTES);

      /* Not a leak for who looks for what nothing points to. */
      *block = leaked;
      leaked = block;
    }
  else if (has_fault (transport, "adds-a-byte"))
    (void) !send (fd, "z", 1, MSG_NOSIGNAL);
  else if (has_fault (transport, "resets-at-close"))
    setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  else if (has_fault (transport, "closes-both-halves"))
    shutdown (fd, SHUT_RD);
}

static void
on_dialled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KadTransport *transport = g_task_get_source_object (task);
  GError *error = NULL;
  KadLink *link = kad_transport_dial_finish (KAD_TRANSPORT (source), result, &error);

  if (link != NULL)
    {
      spoil (transport, kad_link_get_fd (link));
      g_task_return_pointer (task, link, g_object_unref);
      return;
    }
  if (has_fault (transport, "fails-without-a-reason")
      && g_error_matches (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED))
    {
      g_clear_error (&error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "Failed");
    }
  g_task_return_error (task, error);
}

static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  FaultyTransport *self = FAULTY_TRANSPORT (transport);
  GTask *task = g_task_new (transport, cancellable, callback, user_data);

  if (has_fault (transport, "ignores-cancelling"))
    {
      g_task_set_check_cancellable (task, FALSE);
      cancellable = NULL;
    }
  kad_transport_dial_async (self->tcp, address, cancellable, on_dialled, task);
}

static KadLink *
dial_finish (KadTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static KadListener *
listen_on (KadTransport *transport, KadMultiaddr *address, GError **error)
{
  KadListener *listener = kad_transport_listen (FAULTY_TRANSPORT (transport)->tcp, address, error);

  if (listener == NULL && has_fault (transport, "does-not-say-where") && error != NULL)
    {
      g_clear_error (error);
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS, "In use");
    }
  return listener;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  g_free (FAULTY_TRANSPORT (object)->fault);
  FAULTY_TRANSPORT (object)->fault = g_value_dup_string (value);
}

static void
finalize (GObject *object)
{
  g_clear_object (&FAULTY_TRANSPORT (object)->tcp);
  g_clear_pointer (&FAULTY_TRANSPORT (object)->fault, g_free);
  G_OBJECT_CLASS (faulty_transport_parent_class)->finalize (object);
}

static void
faulty_transport_class_init (FaultyTransportClass *klass)
{
  KadTransportClass *transport_class = KAD_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  G_OBJECT_CLASS (klass)->set_property = set_property;
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), PROP_FAULT,
      g_param_spec_string ("fault", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  transport_class->can_dial = can_dial;
  transport_class->can_listen = can_listen;
  transport_class->dial_async = dial_async;
  transport_class->dial_finish = dial_finish;
  transport_class->listen = listen_on;
}

static void
faulty_transport_class_finalize (FaultyTransportClass *klass)
{
}

static void
faulty_transport_init (FaultyTransport *self)
{
  self->tcp = g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
}

G_MODULE_EXPORT void g_io_module_load (GIOModule *module);
G_MODULE_EXPORT void g_io_module_unload (GIOModule *module);

void
g_io_module_load (GIOModule *module)
{
  kad_tcp_transport_register (G_TYPE_MODULE (module));
  faulty_transport_register_type (G_TYPE_MODULE (module));
  g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME, faulty_transport_get_type (),
                                  "faulty", 0);
}

void
g_io_module_unload (GIOModule *module)
{
}
