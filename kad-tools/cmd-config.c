/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client.h"
#include "kad-columns.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-setting-text.h"
#include "kad-suggest.h"

#define MAX_SHOWN 64

/* The settings of the service: all, one, or a new value of one. */

static GVariant *
read_settings (KadClient *client, GError **error)
{
  g_autoptr (GVariant) answer = kad_client_call_root (client, "Settings", "Get", NULL, error);

  return answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
}

static void
fail_unknown (const char *name, GVariant *settings, GError **error)
{
  g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_SHOWN);
  KadSuggest suggest;
  GVariantIter iter;
  const char *its;

  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               _ ("There is no setting “%s”; “kad config” lists them"), shown);
  kad_suggest_init (&suggest, name);
  g_variant_iter_init (&iter, settings);
  while (g_variant_iter_next (&iter, "{&sv}", &its, NULL))
    kad_suggest_offer (&suggest, its);
  kad_suggest_ask (&suggest, error);
}

/* JSON has objects for dictionaries of text only if they are `a{sv}`. */
static GVariant *
to_json_value (GVariant *value)
{
  g_auto (GVariantBuilder) dict = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  GVariant *entry;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}"))
      || g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return g_variant_ref (value);
  g_variant_iter_init (&iter, value);
  while ((entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) name = g_variant_get_child_value (entry, 0);
      g_autoptr (GVariant) inner = g_variant_get_child_value (entry, 1);

      g_variant_builder_add (&dict, "{sv}", g_variant_get_string (name, NULL), inner);
      g_variant_unref (entry);
    }
  return g_variant_ref_sink (g_variant_builder_end (&dict));
}

/* @description: (nullable): its other members */
static void
print_json (KadOutput *output, const char *name, GVariant *value, GVariant *description)
{
  g_auto (GVariantBuilder) dict = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) setting = to_json_value (value);
  GVariantIter iter;
  const char *member;
  GVariant *boxed;

  g_variant_builder_add (&dict, "{sv}", "name", g_variant_new_string (name));
  g_variant_builder_add (&dict, "{sv}", "setting", setting);
  if (description != NULL)
    g_variant_iter_init (&iter, description);
  while (description != NULL && g_variant_iter_next (&iter, "{&sv}", &member, &boxed))
    {
      g_autoptr (GVariant) inner = to_json_value (boxed);

      if (!g_str_equal (member, "name") && !g_str_equal (member, "setting"))
        g_variant_builder_add (&dict, "{sv}", member, inner);
      g_variant_unref (boxed);
    }
  kad_output_json (output, NULL, g_variant_builder_end (&dict));
}

static gboolean
show_one (KadTool *tool, KadClient *client, const char *name, GError **error)
{
  g_autoptr (GVariant) settings = read_settings (client, error);
  g_autoptr (GVariant) value = NULL;
  g_autofree char *text = NULL;

  if (settings == NULL)
    return FALSE;
  value = g_variant_lookup_value (settings, name, NULL);
  if (value == NULL)
    {
      fail_unknown (name, settings, error);
      return FALSE;
    }
  if (kad_output_is_json (tool->output))
    {
      print_json (tool->output, name, value, NULL);
      return TRUE;
    }
  text = kad_setting_dup_text (value);
  kad_output_line (tool->output, text);
  return TRUE;
}

/* ---- all ---- */

static GVariant *
find_description (GVariant *descriptions, const char *name)
{
  for (gsize i = 0; i < g_variant_n_children (descriptions); i++)
    {
      g_autoptr (GVariant) description = g_variant_get_child_value (descriptions, i);
      const char *its = "";

      g_variant_lookup (description, "name", "&s", &its);
      if (g_str_equal (its, name))
        return g_steal_pointer (&description);
    }
  return NULL;
}

static void
print_all_json (KadOutput *output, GVariant *settings, GVariant *descriptions)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, settings);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      g_autoptr (GVariant) description = find_description (descriptions, name);

      print_json (output, name, value, description);
    }
}

/* A list has a line for each of its words: five addresses in one are too long for any terminal. */
static void
add_setting (KadColumns *columns, const char *name, GVariant *value, const char *summary)
{
  g_autofree char *text = kad_setting_dup_text (value);
  g_auto (GStrv) items = g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY)
                             ? g_strsplit (text, ",", -1)
                             : NULL;

  if (items == NULL || items[0] == NULL)
    {
      kad_columns_add (columns, name, text, summary, NULL);
      return;
    }
  kad_columns_add (columns, name, items[0], summary, NULL);
  for (guint i = 1; items[i] != NULL; i++)
    kad_columns_add (columns, " ", items[i], NULL);
}

static void
print_all (KadOutput *output, GVariant *settings, GVariant *descriptions)
{
  const char *const titles[] = { _ ("SETTING"), _ ("VALUE"), _ ("WHAT IT IS"), NULL };
  g_autoptr (KadColumns) columns = kad_columns_new (output, titles);
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, settings);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      g_autoptr (GVariant) description = find_description (descriptions, name);
      const char *summary = "";

      if (description != NULL)
        g_variant_lookup (description, "summary", "&s", &summary);
      /* The service tells it as it is in the schema, whose texts are in our catalogue, too. */
      add_setting (columns, name, value, summary[0] != '\0' ? _ (summary) : "");
    }
  kad_columns_print (columns);
}

static gboolean
show_all (KadTool *tool, KadClient *client, GError **error)
{
  g_autoptr (GVariant) settings = read_settings (client, error);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) descriptions = NULL;

  if (settings == NULL)
    return FALSE;
  answer = kad_client_call_root (client, "Settings", "Describe", NULL, error);
  if (answer == NULL)
    return FALSE;
  descriptions = g_variant_get_child_value (answer, 0);
  if (kad_output_is_json (tool->output))
    {
      print_all_json (tool->output, settings, descriptions);
      kad_output_json_total (tool->output, (guint) g_variant_n_children (settings));
    }
  else
    print_all (tool->output, settings, descriptions);
  return TRUE;
}

/* ---- setting ---- */

static gboolean
set_one (KadTool *tool, KadClient *client, const char *name, const char *text, GError **error)
{
  g_autoptr (GVariant) settings = read_settings (client, error);
  g_autoptr (GVariant) old = NULL;
  g_autoptr (GVariant) answer = NULL;
  GVariant *value;

  if (settings == NULL)
    return FALSE;
  old = g_variant_lookup_value (settings, name, NULL);
  if (old == NULL)
    {
      fail_unknown (name, settings, error);
      return FALSE;
    }
  value = kad_setting_parse (text, g_variant_get_type (old), error);
  if (value == NULL)
    return FALSE;
  answer = kad_client_call_root (client, "Settings", "Set", g_variant_new ("(sv)", name, value),
                                 error);
  return answer != NULL && show_one (tool, client, name, error);
}

static gboolean
config (KadTool *tool, KadClient *client, GError **error)
{
  const char *name = kad_arguments_get_word (tool->arguments, 0);
  const char *text = kad_arguments_get_word (tool->arguments, 1);

  if (name == NULL)
    return show_all (tool, client, error);
  if (text == NULL)
    return show_one (tool, client, name, error);
  return set_one (tool, client, name, text, error);
}

KadExit
kad_cmd_config (KadTool *tool)
{
  return kad_client_run (tool, config);
}
