/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-setting-check.h"

#include <string.h>

#include "kad-error.h"
#include "kad-node-config.h"
#include "kad-settings.h"

typedef gboolean (*TextFunc) (KadNodeConfig *config, const char *text, GError **error);

static gboolean
check_length (const char *name, const char *text, gsize max, GError **error)
{
  if (strlen (text) <= max)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "The setting \"%s\" takes texts of at most %" G_GSIZE_FORMAT " bytes", name, max);
  return FALSE;
}

/* Each text is what a node takes, and they are not too many for it. */
static gboolean
check_texts (const char *name, GVariant *value, TextFunc func, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();

  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      const char *text;

      g_variant_get_child (value, i, "&s", &text);
      if (!check_length (name, text, KAD_MAX_SETTING_BYTES, error))
        return FALSE;
      if (!func (config, text, error))
        {
          g_prefix_error (error, "The setting \"%s\": ", name);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_networks (const char *name, GVariant *value, GError **error)
{
  if (g_variant_n_children (value) > KAD_MAX_NETWORKS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The setting \"%s\" names %d networks at most", name, KAD_MAX_NETWORKS);
      return FALSE;
    }
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      const char *network;

      g_variant_get_child (value, i, "&s", &network);
      if (!kad_settings_check_network (network, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_protocol (const char *name, GVariant *value, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  const char *protocol = g_variant_get_string (value, NULL);

  return *protocol == '\0'
         || (check_length (name, protocol, KAD_MAX_SETTING_BYTES, error)
             && kad_node_config_set_protocol (config, protocol, error));
}

static gboolean
check_limits (const char *name, GVariant *value, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  GVariantIter iter;
  const char *limit;
  guint64 number;

  if (g_variant_n_children (value) > KAD_MAX_SETTING_LIMITS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The setting \"%s\" has %d limits at most", name, KAD_MAX_SETTING_LIMITS);
      return FALSE;
    }
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&st}", &limit, &number))
    if (!check_length (name, limit, KAD_MAX_SETTING_BYTES, error)
        || !kad_node_config_set_limit (config, limit, number, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_meaning (const char *name, const char *key, GVariant *value, GError **error)
{
  if (g_str_equal (key, "network"))
    return kad_settings_check_network (g_variant_get_string (value, NULL), error);
  if (g_str_equal (key, "networks"))
    return check_networks (name, value, error);
  if (g_str_equal (key, "listen-addresses"))
    return check_texts (name, value, kad_node_config_add_listen, error);
  if (g_str_equal (key, "bootstrap"))
    return check_texts (name, value, kad_node_config_add_bootstrap, error);
  if (g_str_equal (key, "protocol"))
    return check_protocol (name, value, error);
  if (g_str_equal (key, "limits"))
    return check_limits (name, value, error);
  if (g_str_equal (key, "pause-reason"))
    return check_length (name, g_variant_get_string (value, NULL), KAD_MAX_PAUSE_REASON_BYTES,
                         error);
  return TRUE;
}

static void
set_range_error (const char *name, GSettingsSchemaKey *key, GVariant *value, GError **error)
{
  g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
  g_autoptr (GVariant) detail = NULL;
  g_autofree char *given = g_variant_print (value, FALSE);
  const char *kind;

  g_variant_get (range, "(&sv)", &kind, &detail);
  if (g_str_equal (kind, "range"))
    {
      g_autoptr (GVariant) minimum = g_variant_get_child_value (detail, 0);
      g_autoptr (GVariant) maximum = g_variant_get_child_value (detail, 1);
      g_autofree char *from = g_variant_print (minimum, FALSE);
      g_autofree char *to = g_variant_print (maximum, FALSE);

      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "The setting \"%s\" goes from %s to %s, and %s is not in it", name, from, to,
                   given);
    }
  else
    {
      g_autofree const char **words = g_variant_get_strv (detail, NULL);
      g_autofree char *all = g_strjoinv (", ", (char **) words);

      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "The setting \"%s\" is one of %s, and not %.*s", name, all,
                   KAD_MAX_SETTING_BYTES, given);
    }
}

/* GLib's own check takes words that are far too long for one. */
static gboolean
is_in_range (GSettingsSchemaKey *key, GVariant *value)
{
  g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
  g_autoptr (GVariant) detail = NULL;
  g_autofree const char **words = NULL;
  const char *kind;

  g_variant_get (range, "(&sv)", &kind, &detail);
  if (!g_str_equal (kind, "enum"))
    return g_settings_schema_key_range_check (key, value);
  words = g_variant_get_strv (detail, NULL);
  return g_strv_contains (words, g_variant_get_string (value, NULL));
}

gboolean
kad_setting_check (const char *name, GSettingsSchemaKey *key, GVariant *value, GError **error)
{
  const GVariantType *type = g_settings_schema_key_get_value_type (key);

  if (!g_variant_is_of_type (value, type))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "The setting \"%s\" is of type \"%.*s\", not \"%.*s\"", name,
                   (int) g_variant_type_get_string_length (type), g_variant_type_peek_string (type),
                   32, g_variant_get_type_string (value));
      return FALSE;
    }
  if (!is_in_range (key, value))
    {
      set_range_error (name, key, value, error);
      return FALSE;
    }
  return check_meaning (name, g_settings_schema_key_get_name (key), value, error);
}
