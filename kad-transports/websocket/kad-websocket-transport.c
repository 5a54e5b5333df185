/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-websocket-transport.h"

#include <unistd.h>

#include "kad-error.h"
#include "kad-tcp-connect.h"
#include "kad-ws-address.h"
#include "kad-ws-listener.h"
#include "kad-ws-stream.h"
#include "kad-ws-upgrade.h"

#define MIN_TIMEOUT_MS 100
#define MAX_TIMEOUT_MS 60000
#define DEFAULT_TIMEOUT_MS 10000

/**
 * KadWebsocketTransport:
 *
 * Byte streams over WebSocket (RFC 6455), at `/ws`, `/tls/ws`, `/wss` and `/tls/sni/HOST/ws` behind
 * `/ip4/ADDRESS/tcp/PORT` or `/ip6/ADDRESS/tcp/PORT`, with an `/http-path/PATH` where it dials.
 * Names before the port are looked up by the dialer; those that a certificate has to have are kept
 * as `sni`. Its links are streams.
 *
 * Listening with TLS needs #KadWebsocketTransport:certificate. Settings are made before the
 * first call; g_initable_init() then reads the files and says what is wrong with them.
 */
struct _KadWebsocketTransport
{
  KadTransport parent_instance;

  char *certificate; /* (nullable) */
  char *private_key; /* (nullable) */
  char *ca_file;     /* (nullable) */
  guint timeout_ms;
  KadWsTls *server; /* (nullable) once it was wanted */
  KadWsTls *client; /* (nullable) likewise */
};

enum
{
  PROP_0,
  PROP_CERTIFICATE,
  PROP_PRIVATE_KEY,
  PROP_CA_FILE,
  PROP_UPGRADE_TIMEOUT_MS,
  N_PROPS
};

static void initable_iface_init (GInitableIface *iface);

G_DEFINE_DYNAMIC_TYPE_EXTENDED (KadWebsocketTransport, kad_websocket_transport, KAD_TYPE_TRANSPORT,
                                0,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (G_TYPE_INITABLE,
                                                               initable_iface_init))

/* ---- certificates ---- */

static KadWsTls *
get_server (KadWebsocketTransport *self, GError **error)
{
  if (self->server != NULL)
    return self->server;
  if (self->certificate == NULL)
    g_set_error_literal (
        error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
        "Listening with TLS needs a certificate: set certificate, and private-key, "
        "to PEM files");
  else
    self->server = kad_ws_tls_new_server (self->certificate, self->private_key, error);
  return self->server;
}

static KadWsTls *
get_client (KadWebsocketTransport *self, GError **error)
{
  if (self->client == NULL)
    self->client = kad_ws_tls_new_client (self->ca_file, error);
  return self->client;
}

static gboolean
init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  KadWebsocketTransport *self = KAD_WEBSOCKET_TRANSPORT (initable);

  if (self->private_key != NULL && self->certificate == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           "There is a private-key, and no certificate");
      return FALSE;
    }
  if (self->certificate != NULL && get_server (self, error) == NULL)
    return FALSE;
  return self->ca_file == NULL || get_client (self, error) != NULL;
}

/* ---- dialling ---- */

typedef struct
{
  KadMultiaddr *address;
  KadWsAddress parsed;
  KadMultiaddr *local; /* (nullable) */
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  kad_multiaddr_unref (attempt->address);
  kad_ws_address_clear (&attempt->parsed);
  g_clear_pointer (&attempt->local, kad_multiaddr_unref);
  g_free (attempt);
}

static gboolean
can_dial (KadTransport *transport, const KadMultiaddr *address)
{
  g_auto (KadWsAddress) ignored = { 0 };

  return kad_ws_address_parse (&ignored, address);
}

static gboolean
can_listen (KadTransport *transport, const KadMultiaddr *address)
{
  g_auto (KadWsAddress) parsed = { 0 };

  return kad_ws_address_parse (&parsed, address) && parsed.path == NULL;
}

static KadMultiaddr *
keep_name (KadTransport *transport, const KadMultiaddr *address)
{
  return kad_ws_address_keep_name (address);
}

static void
return_dial_error (GTask *task, GError *reason)
{
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) owned = reason;
  g_autofree char *text = NULL;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&owned));
      return;
    }
  text = kad_multiaddr_to_string (attempt->address);
  g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_DIAL_FAILED, "Could not connect to %s: %s",
                           text, owned->message);
}

static void
on_upgraded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GIOStream) stream = NULL;
  GError *error = NULL;

  stream = kad_ws_upgrade_finish (result, &error);
  if (stream == NULL)
    return_dial_error (task, error);
  else
    g_task_return_pointer (task, kad_link_new_for_stream (stream, attempt->local, attempt->address),
                           g_object_unref);
}

static void
start_upgrade (GTask *task, int fd)
{
  KadWebsocketTransport *self = g_task_get_source_object (task);
  Attempt *attempt = g_task_get_task_data (task);
  g_autofree char *host = kad_ws_address_dup_host (&attempt->parsed);
  g_autofree char *authority = kad_ws_address_dup_authority (&attempt->parsed);
  g_autoptr (KadMultiaddr) bare = kad_tcp_address_dup_local (fd);
  KadWsUpgradePlan plan = {
    .is_client = TRUE,
    .host = host,
    .authority = authority,
    .path = attempt->parsed.path,
    .timeout_us = self->timeout_ms * (gint64) 1000,
  };
  GError *error = NULL;

  if (bare != NULL)
    attempt->local = kad_multiaddr_encapsulate (bare, attempt->parsed.bare, NULL);
  if (attempt->parsed.is_tls)
    plan.tls = get_client (self, &error);
  if (error != NULL)
    {
      close (fd);
      return_dial_error (task, error);
      return;
    }
  kad_ws_upgrade_async (kad_ws_socket_new (fd), &plan, g_task_get_cancellable (task), on_upgraded,
                        g_object_ref (task));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  int fd = kad_tcp_connect_finish (result, &error);

  if (fd < 0)
    g_task_return_error (task, error);
  else
    start_upgrade (task, fd);
}

static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (transport, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, dial_async);
  g_task_set_task_data (task, attempt, (GDestroyNotify) attempt_free);
  attempt->address = kad_multiaddr_ref (address);
  /* Whoever calls has asked can_dial(). */
  if (kad_ws_address_parse (&attempt->parsed, address))
    kad_tcp_connect_async (&attempt->parsed.tcp, address, cancellable, on_connected,
                           g_object_ref (task));
  else
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, "This is no WebSocket");
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
  KadWebsocketTransport *self = KAD_WEBSOCKET_TRANSPORT (transport);
  g_auto (KadWsAddress) wanted = { 0 };
  KadWsTls *tls = NULL;

  if (!kad_ws_address_parse (&wanted, address))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, "This is no WebSocket");
      return NULL;
    }
  if (wanted.is_tls)
    {
      tls = get_server (self, error);
      if (tls == NULL)
        {
          g_autofree char *text = kad_multiaddr_to_string (address);

          g_prefix_error (error, "Could not listen on %s: ", text);
          return NULL;
        }
    }
  return kad_ws_listener_new (&wanted, address, tls, self->timeout_ms * (gint64) 1000, error);
}

/* ---- the object ---- */

static void
set_text (char **text, const GValue *value)
{
  g_free (*text);
  *text = g_value_dup_string (value);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadWebsocketTransport *self = KAD_WEBSOCKET_TRANSPORT (object);

  switch (id)
    {
    case PROP_CERTIFICATE:
      set_text (&self->certificate, value);
      g_clear_pointer (&self->server, kad_ws_tls_unref);
      break;
    case PROP_PRIVATE_KEY:
      set_text (&self->private_key, value);
      g_clear_pointer (&self->server, kad_ws_tls_unref);
      break;
    case PROP_CA_FILE:
      set_text (&self->ca_file, value);
      g_clear_pointer (&self->client, kad_ws_tls_unref);
      break;
    case PROP_UPGRADE_TIMEOUT_MS:
      self->timeout_ms = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadWebsocketTransport *self = KAD_WEBSOCKET_TRANSPORT (object);

  switch (id)
    {
    case PROP_CERTIFICATE:
      g_value_set_string (value, self->certificate);
      break;
    case PROP_PRIVATE_KEY:
      g_value_set_string (value, self->private_key);
      break;
    case PROP_CA_FILE:
      g_value_set_string (value, self->ca_file);
      break;
    case PROP_UPGRADE_TIMEOUT_MS:
      g_value_set_uint (value, self->timeout_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadWebsocketTransport *self = KAD_WEBSOCKET_TRANSPORT (object);

  g_free (self->certificate);
  g_free (self->private_key);
  g_free (self->ca_file);
  g_clear_pointer (&self->server, kad_ws_tls_unref);
  g_clear_pointer (&self->client, kad_ws_tls_unref);
  G_OBJECT_CLASS (kad_websocket_transport_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  /**
   * KadWebsocketTransport:certificate:
   *
   * A PEM file: our certificate, and those that lead to its authority. For listening with TLS.
   */
  g_object_class_install_property (klass, PROP_CERTIFICATE,
                                   g_param_spec_string ("certificate", NULL, NULL, NULL, flags));
  /**
   * KadWebsocketTransport:private-key:
   *
   * A PEM file: the certificate's key. Not set: it is in the certificate's file.
   */
  g_object_class_install_property (klass, PROP_PRIVATE_KEY,
                                   g_param_spec_string ("private-key", NULL, NULL, NULL, flags));
  /**
   * KadWebsocketTransport:ca-file:
   *
   * A PEM file: authorities to trust beside the system's, when dialling with TLS.
   */
  g_object_class_install_property (klass, PROP_CA_FILE,
                                   g_param_spec_string ("ca-file", NULL, NULL, NULL, flags));
  /**
   * KadWebsocketTransport:upgrade-timeout-ms:
   *
   * How long TLS and the upgrade may take together, in milliseconds, in both roles.
   */
  g_object_class_install_property (klass, PROP_UPGRADE_TIMEOUT_MS,
                                   g_param_spec_uint ("upgrade-timeout-ms", NULL, NULL,
                                                      MIN_TIMEOUT_MS, MAX_TIMEOUT_MS,
                                                      DEFAULT_TIMEOUT_MS, flags));
}

static void
initable_iface_init (GInitableIface *iface)
{
  iface->init = init;
}

static void
kad_websocket_transport_class_init (KadWebsocketTransportClass *klass)
{
  KadTransportClass *transport_class = KAD_TRANSPORT_CLASS (klass);
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  install_properties (object_class);
  transport_class->can_dial = can_dial;
  transport_class->can_listen = can_listen;
  transport_class->keep_name = keep_name;
  transport_class->dial_async = dial_async;
  transport_class->dial_finish = dial_finish;
  transport_class->listen = listen_on;
}

static void
kad_websocket_transport_class_finalize (KadWebsocketTransportClass *klass)
{
}

static void
kad_websocket_transport_init (KadWebsocketTransport *self)
{
  self->timeout_ms = DEFAULT_TIMEOUT_MS;
}

void
kad_websocket_transport_register (GTypeModule *module)
{
  kad_ws_stream_register (module);
  kad_ws_listener_register (module);
  kad_websocket_transport_register_type (module);
}

void
kad_websocket_transport_register_static (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      kad_websocket_transport_register (NULL);
      g_io_extension_point_register (KAD_TRANSPORT_EXTENSION_POINT_NAME);
      g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME,
                                      KAD_TYPE_WEBSOCKET_TRANSPORT, "websocket", 0);
      g_once_init_leave (&once, 1);
    }
}
