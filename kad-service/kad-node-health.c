/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Health: what the service sees of itself, and then what the node's command check-health says. */
#include "kad-call-options.h"
#include "kad-error.h"
#include "kad-node-methods.h"
#include "kad-service-call.h"

#define TIMEOUT_MS 30000
#define MAX_TIMEOUT_MS 60000

typedef struct
{
  GVariantBuilder rows; /* aa{sv} */
  guint n_failed;
  guint n_warned;
} Checks;

static void
checks_init (Checks *self)
{
  g_variant_builder_init (&self->rows, G_VARIANT_TYPE ("aa{sv}"));
  self->n_failed = self->n_warned = 0;
}

static void
add_row (Checks *self, GVariant *row)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (row);
  const char *state = "";

  g_variant_lookup (sunk, "state", "&s", &state);
  self->n_failed += g_str_equal (state, "fail");
  self->n_warned += g_str_equal (state, "warn");
  g_variant_builder_add_value (&self->rows, sunk);
}

static void
add_check (Checks *self, const char *check, const char *state, const char *saw, const char *advice)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "check", "s", check);
  g_variant_dict_insert (&dict, "state", "s", state);
  g_variant_dict_insert (&dict, "saw", "s", saw);
  g_variant_dict_insert (&dict, "advice", "s", advice);
  add_row (self, g_variant_dict_end (&dict));
}

static void
check_settings (Checks *self, KadService *service)
{
  g_auto (GStrv) problems = kad_service_dup_problems (service);
  const char *data_error = kad_service_get_data_error (service);
  /* That is the first one. */
  char **of_settings = problems + (data_error != NULL ? 1 : 0);
  g_autofree char *all = g_strjoinv ("; ", of_settings);

  if (data_error != NULL)
    add_check (self, "disk", "fail", data_error, "data-folder");
  if (of_settings[0] == NULL)
    add_check (self, "settings", "ok", "All settings can be used", "");
  else
    add_check (self, "settings", "warn", all, "settings");
}

/* In a network whose peers are found by themselves. */
static gboolean
finds_by_itself (KadService *service)
{
  g_autofree char *network = kad_service_dup_network (service);

  return kad_service_get_discovery (service) == KAD_DISCOVERY_WORKS && g_str_equal (network, "lan");
}

static void
check_service (Checks *self, KadService *service)
{
  KadServiceState state = kad_service_get_state (service);
  g_autofree char *saw = g_strdup_printf ("The node is %s", kad_service_state_get_name (state));

  if (state == KAD_SERVICE_PAUSED)
    add_check (self, "service", "fail", saw, "resume");
  else if (state == KAD_SERVICE_OFFLINE && finds_by_itself (service))
    add_check (self, "service", "ok",
               "The node is offline: nobody was found on the local network yet", "");
  else if (state == KAD_SERVICE_OFFLINE)
    add_check (self, "service", "warn", saw, "join");
  else
    add_check (self, "service", "ok", saw, "");
}

static void
check_local_network (Checks *self, KadService *service)
{
  switch (kad_service_get_discovery (service))
    {
    case KAD_DISCOVERY_WORKS:
      add_check (self, "local-network", "ok", "Others on the local network are found by mDNS", "");
      break;
    case KAD_DISCOVERY_WITHOUT_AVAHI:
      add_check (self, "local-network", "warn",
                 "There is no Avahi, which would find others on the local network", "avahi");
      break;
    case KAD_DISCOVERY_OFF:
      break;
    }
}

/* Who is found by itself need not be joined, and few machines are on one link. Takes @row. */
static GVariant *
mind_discovery (GVariant *row, KadService *service)
{
  const char *advice = "", *state = "";
  gboolean is_alone;
  GVariantDict dict;

  g_variant_lookup (row, "advice", "&s", &advice);
  g_variant_lookup (row, "state", "&s", &state);
  is_alone = g_str_equal (advice, "join");
  if (!finds_by_itself (service) || (!is_alone && !g_str_equal (advice, "more-peers")))
    return row;
  g_variant_dict_init (&dict, row);
  g_variant_dict_insert (&dict, "advice", "s", is_alone ? "nobody-near" : "");
  if (!g_str_equal (state, "skipped"))
    g_variant_dict_insert (&dict, "state", "s", is_alone ? "warn" : "ok");
  g_variant_unref (row);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static GVariant *
checks_end (Checks *self)
{
  GVariantDict summary;

  g_variant_dict_init (&summary, NULL);
  g_variant_dict_insert (&summary, "healthy", "b", self->n_failed == 0);
  g_variant_dict_insert (&summary, "failed", "u", self->n_failed);
  g_variant_dict_insert (&summary, "warned", "u", self->n_warned);
  return g_variant_new ("(aa{sv}@a{sv})", &self->rows, g_variant_dict_end (&summary));
}

static void
on_checked (KadServiceCall *call, GPtrArray *results, GVariant *summary, GError *error,
            gpointer user_data)
{
  KadService *service = kad_service_call_get_service (call);
  Checks checks;

  checks_init (&checks);
  check_service (&checks, service);
  check_settings (&checks, service);
  check_local_network (&checks, service);
  for (guint i = 0; results != NULL && i < results->len; i++)
    {
      g_autoptr (GVariant) row = mind_discovery (kad_call_result (results->pdata[i]), service);

      add_row (&checks, row);
    }
  if (g_error_matches (error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND))
    add_check (&checks, "node", "skipped", "The node has no checks of its own", "");
  else if (error != NULL)
    add_check (&checks, "node", "fail", error->message, "start");
  g_clear_error (&error);
  kad_service_call_return (call, checks_end (&checks));
}

gboolean
kad_node_health_handle (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
                        gpointer user_data)
{
  static const char *const known[] = { "network", "timeout", "no-start", NULL };
  KadService *service = user_data;
  GError *error = NULL;
  gboolean with_network = FALSE;
  guint timeout_ms = 0;
  GVariantDict dict;
  KadServiceCall *call;

  if (kad_call_options_check (options, known, &error))
    {
      with_network = kad_call_options_boolean (options, "network", TRUE, &error);
      timeout_ms
          = kad_call_options_uint (options, "timeout", TIMEOUT_MS, 1, MAX_TIMEOUT_MS, &error);
      kad_call_options_boolean (options, "no-start", FALSE, &error);
    }
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_service_call_begin (service, invocation);
  if (call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "probe", "b", with_network);
  g_variant_dict_insert (&dict, "timeout-ms", "u", timeout_ms);
  kad_service_call_tell_progress (call, "HealthProgress");
  kad_service_call_run (call, options, "check-health", g_variant_dict_end (&dict), on_checked,
                        NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}
