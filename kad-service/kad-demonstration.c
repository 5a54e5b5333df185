/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-demonstration.h"

#include "kad-demo-guest.h"
#include "kad-demo.h"
#include "kad-error.h"

struct _KadDemonstration
{
  KadDemo *demo;
  KadDemoGuest *guest; /* (nullable) once it runs */
  KadPrivateKey *key;
  char *bootstrap;
  const char *listen[2];
  const char *join[2];
  int idle_exit_s;
  KadService *service; /* (nullable) outlives the guest */
  char *address;
  KadDemonstrationFunc on_over;
  gpointer user_data;
  gulong connected, disconnected;
  guint leave_timer;
};

/* ---- the command line ---- */

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error,
                     g_error_new_valist (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, format, arguments));
  va_end (arguments);
  return FALSE;
}

gboolean
kad_demonstration_check (const char *address, const KadServiceOptions *options, gint64 n_nodes,
                         gint64 seed, GError **error)
{
  const struct
  {
    const char *option;
    gboolean is_wrong;
  } others[] = {
    { "--data", options->data != NULL && !g_str_equal (options->data, ":memory:") },
    { "--settings",
      options->settings_file != NULL && !g_str_equal (options->settings_file, ":memory:") },
    { "--network", options->network != NULL && !g_str_equal (options->network, KAD_DEMO_NETWORK) },
    { "--beside", options->beside != NULL },
    { "--listen", options->listen != NULL },
    { "--join", options->join != NULL },
  };

  if (n_nodes < KAD_MIN_DEMO_NODES || n_nodes > KAD_MAX_DEMO_NODES)
    return refuse (error, "--demo takes a number of nodes from %d to %d", KAD_MIN_DEMO_NODES,
                   KAD_MAX_DEMO_NODES);
  if (seed < 0)
    return refuse (error, "--seed is a number from 0");
  if (address == NULL || !g_str_has_prefix (address, "unix:"))
    return refuse (error, "--demo is nobody's service: give it a socket of its own, with %s",
                   "--address=unix:path=PATH");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i].is_wrong)
      return refuse (error, "--demo has a network of its own, and %s cannot be given with it",
                     others[i].option);
  return TRUE;
}

/* ---- what happens in it ---- */

static void
end (KadDemonstration *self, const GError *error)
{
  KadDemonstrationFunc on_over = self->on_over;

  self->on_over = NULL;
  if (on_over != NULL)
    on_over (error, self->user_data);
}

static void
on_node_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!kad_service_start_finish (KAD_SERVICE (source), result, &error))
    g_message ("The node of the demonstration: %s", error->message);
}

static void
on_open (gpointer user_data)
{
  KadDemonstration *self = user_data;

  if (self->on_over != NULL)
    kad_service_start_async (self->service, on_node_started, NULL);
}

static void
on_ready (gpointer user_data)
{
  KadDemonstration *self = user_data;

  if (self->on_over != NULL)
    self->guest = kad_demo_guest_new (self->demo, self->address);
}

static void
on_failed (const GError *error, gpointer user_data)
{
  end (user_data, error);
}

static const KadDemoHost demo_host = { on_open, on_ready, on_failed };

/* ---- who looks at it ---- */

static gboolean
on_nobody (gpointer user_data)
{
  KadDemonstration *self = user_data;

  self->leave_timer = 0;
  end (self, NULL);
  return G_SOURCE_REMOVE;
}

/* The guest is one of those who are connected. */
static void
count_visitors (KadDemonstration *self, guint n_connections)
{
  guint n_own = self->guest != NULL ? 1 : 0;

  g_clear_handle_id (&self->leave_timer, g_source_remove);
  if (self->idle_exit_s > 0 && n_connections <= n_own)
    self->leave_timer = g_timeout_add_seconds ((guint) self->idle_exit_s, on_nobody, self);
}

static void
on_connected (KadService *service, GDBusConnection *connection, gpointer user_data)
{
  count_visitors (user_data, kad_service_get_connections (service)->len);
}

/* The one that goes is still listed. */
static void
on_disconnected (KadService *service, GDBusConnection *connection, gpointer user_data)
{
  count_visitors (user_data, kad_service_get_connections (service)->len - 1);
}

/* ---- life ---- */

KadDemonstration *
kad_demonstration_new (guint n_nodes, guint64 seed, GError **error)
{
  g_autoptr (KadDemonstration) self = g_new0 (KadDemonstration, 1);

  self->demo = kad_demo_new (n_nodes, seed, &demo_host, self, error);
  if (self->demo == NULL)
    return NULL;
  self->key = kad_demo_new_own_key (self->demo);
  self->bootstrap = kad_demo_dup_bootstrap (self->demo);
  self->listen[0] = KAD_DEMO_OWN_ADDRESS;
  self->join[0] = self->bootstrap;
  return g_steal_pointer (&self);
}

void
kad_demonstration_fill (KadDemonstration *self, KadServiceOptions *options)
{
  self->idle_exit_s = options->idle_exit_s;
  options->data = ":memory:";
  options->settings_file = ":memory:";
  options->network = KAD_DEMO_NETWORK;
  options->listen = self->listen;
  options->join = self->join;
  options->key = self->key;
  options->latency_ms = KAD_DEMO_OWN_LATENCY_MS;
  options->latency_from_ms = KAD_DEMO_OWN_GRACE_MS;
  options->idle_exit_s = 0;
}

void
kad_demonstration_start (KadDemonstration *self, KadService *service, const char *address,
                         KadDemonstrationFunc on_over, gpointer user_data)
{
  self->service = service;
  self->address = g_strdup (address);
  self->on_over = on_over;
  self->user_data = user_data;
  self->connected = g_signal_connect (service, "connected", G_CALLBACK (on_connected), self);
  self->disconnected
      = g_signal_connect (service, "disconnected", G_CALLBACK (on_disconnected), self);
  /* So that others put things here from the beginning. */
  kad_settings_set_value (kad_service_get_settings (service), "mode",
                          g_variant_new_string ("server"), NULL);
  count_visitors (self, 0);
  kad_demo_start (self->demo);
}

void
kad_demonstration_stop (KadDemonstration *self)
{
  self->on_over = NULL;
  g_clear_handle_id (&self->leave_timer, g_source_remove);
  if (self->service != NULL)
    {
      g_clear_signal_handler (&self->connected, self->service);
      g_clear_signal_handler (&self->disconnected, self->service);
    }
  g_clear_pointer (&self->guest, kad_demo_guest_free);
  kad_demo_stop (self->demo);
}

void
kad_demonstration_free (KadDemonstration *self)
{
  g_clear_pointer (&self->demo, kad_demo_free);
  g_clear_pointer (&self->key, kad_private_key_unref);
  g_free (self->bootstrap);
  g_free (self->address);
  g_free (self);
}
