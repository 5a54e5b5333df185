/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-service-status.h"

#include <glib/gi18n.h>

#include "kad-columns.h"
#include "kad-reach-words.h"
#include "kad-thrift-words.h"

/* What is simply renamed. */
static const struct
{
  const char *property;
  const char *name;
} members[] = {
  { "Version", "version" },
  { "State", "state" },
  { "PauseReason", "pause_reason" },
  { "QuietReasons", "quiet_reasons" },
  { "PeerId", "peer" },
  { "Network", "network" },
  { "Mode", "mode" },
  { "Serving", "serving" },
  { "ListenAddresses", "addresses" },
  { "ObservedAddresses", "observed_addresses" },
  { "PeerCount", "peers" },
  { "RoutingTableSize", "table" },
  { "LocalNetwork", "local_network" },
  { "LanListenAddresses", "lan_addresses" },
  { "LanPeerCount", "lan_peers" },
  { "LanRoutingTableSize", "lan_table" },
  { "Features", "features" },
};

static const char *const states[] = {
  N_ ("stopped"),       N_ ("starting"), N_ ("offline"),
  N_ ("bootstrapping"), N_ ("online"),   N_ ("paused"),
};

const char *
kad_service_status_translate (const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i], state))
      return _ (states[i]);
  return state;
}

static void
add_reachability (GVariantBuilder *status, GVariant *node)
{
  const char *state;
  const char *why;

  if (!g_variant_lookup (node, "Reachability", "(&s&s)", &state, &why))
    return;
  g_variant_builder_add (status, "{sv}", "reachability", g_variant_new_string (state));
  g_variant_builder_add (status, "{sv}", "reachability_why", g_variant_new_string (why));
}

static void
add_network_size (GVariantBuilder *status, GVariant *node)
{
  GVariantBuilder size;
  guint64 estimate;
  double error;
  guint32 samples;
  gint64 when_us;

  if (!g_variant_lookup (node, "NetworkSize", "(tdux)", &estimate, &error, &samples, &when_us)
      || samples == 0)
    return;
  g_variant_builder_init (&size, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&size, "{sv}", "estimate", g_variant_new_uint64 (estimate));
  g_variant_builder_add (&size, "{sv}", "stderr", g_variant_new_double (error));
  g_variant_builder_add (&size, "{sv}", "samples", g_variant_new_uint32 (samples));
  g_variant_builder_add (&size, "{sv}", "when_us", g_variant_new_int64 (when_us));
  g_variant_builder_add (status, "{sv}", "network_size", g_variant_builder_end (&size));
}

GVariant *
kad_service_status_read (KadClient *client, GError **error)
{
  g_autoptr (GVariant) node = kad_client_get_all (client, KAD_CLIENT_ROOT, "Node", error);
  g_auto (GVariantBuilder) status = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (node == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (node, members[i].property, NULL);

      if (value != NULL)
        g_variant_builder_add (&status, "{sv}", members[i].name, value);
    }
  add_reachability (&status, node);
  add_network_size (&status, node);
  return g_variant_ref_sink (g_variant_builder_end (&status));
}

/* ---- for people ---- */

static void
add_text (KadColumns *columns, GVariant *status, const char *title, const char *name)
{
  const char *text = "";

  if (g_variant_lookup (status, name, "&s", &text) && text[0] != '\0')
    kad_columns_add (columns, title, text, NULL);
}

static void
add_number (KadColumns *columns, GVariant *status, const char *title, const char *name)
{
  guint32 number;
  g_autofree char *text = NULL;

  if (!g_variant_lookup (status, name, "u", &number))
    return;
  text = g_strdup_printf ("%u", number);
  kad_columns_add (columns, title, text, NULL);
}

static void
add_addresses (KadColumns *columns, GVariant *status, const char *title, const char *name)
{
  g_autofree const char **addresses = NULL;

  if (!g_variant_lookup (status, name, "^a&s", &addresses))
    return;
  for (guint i = 0; addresses[i] != NULL; i++)
    kad_columns_add (columns, i == 0 ? title : " ", addresses[i], NULL);
}

static void
add_state (KadColumns *columns, GVariant *status)
{
  const char *state = "";
  const char *reason = "";
  g_autofree const char **quiet = NULL;
  g_autofree char *why = NULL;
  g_autofree char *text = NULL;

  g_variant_lookup (status, "state", "&s", &state);
  g_variant_lookup (status, "pause_reason", "&s", &reason);
  if (g_variant_lookup (status, "quiet_reasons", "^a&s", &quiet))
    why = kad_thrift_words_dup (quiet);
  if (g_str_equal (reason, "user"))
    text = g_strdup_printf ("%s (%s)", kad_service_status_translate (state),
                            _ ("“kad resume” ends it"));
  else if (reason[0] != '\0')
    text = g_strdup_printf ("%s (%s)", kad_service_status_translate (state),
                            kad_thrift_word_get (reason) != NULL ? kad_thrift_word_get (reason)
                                                                 : reason);
  else if (why != NULL && why[0] != '\0')
    /* Translators: as in "online (quiet: metered connection)" */
    text = g_strdup_printf (_ ("%s (quiet: %s)"), kad_service_status_translate (state), why);
  else
    text = g_strdup (kad_service_status_translate (state));
  kad_columns_add (columns, _ ("State"), text, NULL);
}

static void
add_mode (KadColumns *columns, GVariant *status)
{
  const char *mode = "";
  gboolean is_serving = FALSE;
  g_autofree char *text = NULL;

  g_variant_lookup (status, "mode", "&s", &mode);
  g_variant_lookup (status, "serving", "b", &is_serving);
  text = g_strdup_printf (
      is_serving ? _ ("%s; others are served") : _ ("%s; others are not served"), mode);
  kad_columns_add (columns, _ ("Mode"), text, NULL);
}

static void
add_reachability_text (KadColumns *columns, GVariant *status)
{
  const char *state = "";
  const char *why = "";
  g_autofree char *text = NULL;

  if (!g_variant_lookup (status, "reachability", "&s", &state) || state[0] == '\0')
    return;
  g_variant_lookup (status, "reachability_why", "&s", &why);
  text = kad_reach_words_dup (state, why);
  kad_columns_add (columns, _ ("Reachability"), text, NULL);
}

static void
add_network_size_text (KadColumns *columns, GVariant *status)
{
  g_autoptr (GVariant) size
      = g_variant_lookup_value (status, "network_size", G_VARIANT_TYPE_VARDICT);
  g_autofree char *text = NULL;
  guint64 estimate = 0;
  double error = 0;

  if (size == NULL)
    return;
  g_variant_lookup (size, "estimate", "t", &estimate);
  g_variant_lookup (size, "stderr", "d", &error);
  text = g_strdup_printf (_ ("about %.0f nodes, ± %.0f"), (double) estimate, error);
  kad_columns_add (columns, _ ("Network size"), text, NULL);
}

/* The second network, if there is one, in a line or two. */
static void
add_local_network (KadColumns *columns, GVariant *status)
{
  const char *network = "";
  guint32 peers = 0, table = 0;
  g_autofree char *text = NULL;

  if (!g_variant_lookup (status, "local_network", "&s", &network) || *network == '\0')
    return;
  g_variant_lookup (status, "lan_peers", "u", &peers);
  g_variant_lookup (status, "lan_table", "u", &table);
  text = g_strdup_printf (_ ("%s; connected with %u, routing table %u"), network, peers, table);
  kad_columns_add (columns, _ ("Local network"), text, NULL);
  add_addresses (columns, status, _ ("Listens there on"), "lan_addresses");
}

void
kad_service_status_print (KadOutput *output, GVariant *status)
{
  g_autoptr (KadColumns) columns = kad_columns_new (output, NULL);

  add_state (columns, status);
  add_text (columns, status, _ ("Network"), "network");
  add_text (columns, status, _ ("Peer id"), "peer");
  add_mode (columns, status);
  add_reachability_text (columns, status);
  add_addresses (columns, status, _ ("Listens on"), "addresses");
  add_addresses (columns, status, _ ("Seen at"), "observed_addresses");
  add_number (columns, status, _ ("Connected with"), "peers");
  add_number (columns, status, _ ("Routing table"), "table");
  add_network_size_text (columns, status);
  add_local_network (columns, status);
  add_text (columns, status, _ ("Version"), "version");
  kad_columns_print (columns);
}
