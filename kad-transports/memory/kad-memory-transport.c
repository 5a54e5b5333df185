/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-memory-transport.h"

#include "kad-error.h"
#include "kad-memory-listener.h"
#include "kad-memory-stream.h"

/**
 * KadMemoryTransport:
 *
 * Byte streams inside of one process, at `/memory/NUMBER`; 0 listens on a number that
 * is free. Its links have no descriptor, but a stream that can be polled. For tests, and for
 * programs with several nodes.
 *
 * Its option `latency-ms` makes a node far away: what it sends and what it gets is so many
 * milliseconds under way, and as many more as the other side has. One with a minute is as good as
 * dead, and still takes connections. `latency-from-ms` is when that begins.
 */
struct _KadMemoryTransport
{
  KadTransport parent_instance;

  guint latency_ms;
  guint from_ms;
  gint64 made_us; /* when it was made, monotonic */
};

enum
{
  PROP_LATENCY_MS = 1,
  PROP_LATENCY_FROM_MS,
};

G_DEFINE_DYNAMIC_TYPE (KadMemoryTransport, kad_memory_transport, KAD_TYPE_TRANSPORT)

static gboolean
read_number (const KadMultiaddr *address, guint64 *number)
{
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 code;

  kad_multiaddr_iter_init (&iter, address);
  if (!kad_multiaddr_iter_next (&iter, &code, &value, &len) || code != KAD_MULTIADDR_MEMORY
      || len != sizeof *number)
    return FALSE;
  memcpy (number, value, sizeof *number);
  *number = GUINT64_FROM_BE (*number);
  return !kad_multiaddr_iter_next (&iter, NULL, NULL, NULL);
}

static gboolean
can_use (KadTransport *transport, const KadMultiaddr *address)
{
  guint64 number;

  return read_number (address, &number);
}

static KadMemoryLatency
get_latency (KadTransport *transport)
{
  KadMemoryTransport *self = KAD_MEMORY_TRANSPORT (transport);

  return (KadMemoryLatency){ self->latency_ms * G_TIME_SPAN_MILLISECOND,
                             self->made_us + self->from_ms * G_TIME_SPAN_MILLISECOND };
}

static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (transport, cancellable, callback, user_data);
  KadMemoryLatency latency = get_latency (transport);
  GError *error = NULL;
  guint64 number = 0;
  KadLink *link;

  g_task_set_source_tag (task, dial_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  read_number (address, &number);
  link = kad_memory_listener_connect (number, &latency, &error);
  if (link != NULL)
    g_task_return_pointer (task, link, g_object_unref);
  else
    g_task_return_error (task, error);
}

static KadLink *
dial_finish (KadTransport *transport, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, transport), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static KadListener *
listen_on (KadTransport *transport, KadMultiaddr *address, GError **error)
{
  KadMemoryLatency latency = get_latency (transport);
  KadListener *listener;
  guint64 number = 0;

  read_number (address, &number);
  listener = kad_memory_listener_new (number, error);
  if (listener != NULL)
    kad_memory_listener_set_latency (listener, &latency);
  return listener;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadMemoryTransport *self = KAD_MEMORY_TRANSPORT (object);

  g_value_set_uint (value, id == PROP_LATENCY_MS ? self->latency_ms : self->from_ms);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadMemoryTransport *self = KAD_MEMORY_TRANSPORT (object);

  *(id == PROP_LATENCY_MS ? &self->latency_ms : &self->from_ms) = g_value_get_uint (value);
}

static void
kad_memory_transport_class_init (KadMemoryTransportClass *klass)
{
  KadTransportClass *transport_class = KAD_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->set_property = set_property;
  /**
   * KadMemoryTransport:latency-ms:
   *
   * How many milliseconds what is sent and received is under way. Set before it dials or listens.
   */
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_LATENCY_MS,
                                   g_param_spec_uint ("latency-ms", NULL, NULL, 0,
                                                      KAD_MAX_MEMORY_LATENCY_MS, 0,
                                                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  /**
   * KadMemoryTransport:latency-from-ms:
   *
   * When the latency begins, milliseconds after the transport was made. Set before it dials or
   * listens. Who has to join a network first does not take as long to do so.
   */
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_LATENCY_FROM_MS,
                                   g_param_spec_uint ("latency-from-ms", NULL, NULL, 0,
                                                      KAD_MAX_MEMORY_LATENCY_MS, 0,
                                                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  transport_class->can_dial = can_use;
  transport_class->can_listen = can_use;
  transport_class->dial_async = dial_async;
  transport_class->dial_finish = dial_finish;
  transport_class->listen = listen_on;
}

static void
kad_memory_transport_class_finalize (KadMemoryTransportClass *klass)
{
}

static void
kad_memory_transport_init (KadMemoryTransport *self)
{
  self->made_us = g_get_monotonic_time ();
}

void
kad_memory_transport_register (GTypeModule *module)
{
  kad_memory_stream_register (module);
  kad_memory_listener_register (module);
  kad_memory_transport_register_type (module);
}

void
kad_memory_transport_register_static (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      kad_memory_transport_register (NULL);
      g_io_extension_point_register (KAD_TRANSPORT_EXTENSION_POINT_NAME);
      g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME, KAD_TYPE_MEMORY_TRANSPORT,
                                      "memory", 0);
      g_once_init_leave (&once, 1);
    }
}
