/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-query.h"

#include <string.h>

#include "kad-error.h"
#include "kad-gui-argument.h"
#include "kad-gui-command.h"

/* ---- what the object says ---- */

static void
set_target (KadGuiQuery *query, GVariant *properties)
{
  g_autoptr (GVariant) id = g_variant_lookup_value (properties, "KadId", G_VARIANT_TYPE_BYTESTRING);
  gsize len;
  const guint8 *bytes;

  if (id == NULL)
    return;
  bytes = g_variant_get_fixed_array (id, &len, 1);
  if (len != sizeof query->target.bytes)
    return;
  memcpy (query->target.bytes, bytes, len);
  query->has_target = TRUE;
}

/* The latest of its walks, and what they came to; lines that come tell it, too. */
static void
set_walk (KadGuiQuery *query, GVariant *properties)
{
  g_autoptr (GVariant) numbers
      = g_variant_lookup_value (properties, "Queries", G_VARIANT_TYPE ("at"));
  gsize n = numbers != NULL ? g_variant_n_children (numbers) : 0;
  guint64 number = 0;

  if (n == 0 || query->query != 0)
    return;
  g_variant_get_child (numbers, n - 1, "t", &number);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_QUERY,
                          (gint64) MIN (number, (guint64) G_MAXINT64));
}

void
kad_gui_dbus_query_set_counts (KadGuiQuery *query, GVariant *properties, const char *name)
{
  guint heard, waiting, queried, unreachable;

  if (!g_variant_lookup (properties, name, "(uuuu)", &heard, &waiting, &queried, &unreachable))
    return;
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_HEARD, heard);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_WAITING, waiting);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_QUERIED, queried);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_UNREACHABLE, unreachable);
}

void
kad_gui_dbus_query_set_properties (KadGuiQuery *query, GVariant *properties)
{
  set_target (query, properties);
  set_walk (query, properties);
  kad_gui_dbus_query_set_counts (query, properties, "Counts");
}

void
kad_gui_dbus_query_set_numbers (KadGuiQuery *query, GVariant *summary)
{
  static const struct
  {
    const char *name;
    guint field;
  } numbers[] = {
    { "requests", KAD_GUI_QUERY_FIELD_REQUESTS },
    { "successes", KAD_GUI_QUERY_FIELD_SUCCESSES },
    { "failures", KAD_GUI_QUERY_FIELD_FAILURES },
  };
  guint number;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_variant_lookup (summary, numbers[i].name, "u", &number))
      kad_gui_item_set_uint (query, numbers[i].field, number);
}

void
kad_gui_dbus_query_set_error (KadGuiQuery *query, GVariant *summary)
{
  const char *code;
  const char *message = "";

  if (!g_variant_lookup (summary, "error", "&s", &code))
    return;
  if (g_str_has_prefix (code, KAD_DBUS_ERROR_PREFIX))
    code += strlen (KAD_DBUS_ERROR_PREFIX);
  g_variant_lookup (summary, "message", "&s", &message);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_CODE, code);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_MESSAGE, message);
}

/* ---- steps ---- */

GVariant *
kad_gui_dbus_query_new_line (KadGuiQuery *query, gint64 at_us, guint distance_bits, guint rtt_us,
                             const char *step, const char *peer, const char *detail)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  gboolean is_end = g_str_equal (step, "path-ended");
  gboolean has_reason = is_end || g_str_equal (step, "fail");

  g_variant_dict_insert (&dict, "t", "x", query->started_us + at_us);
  g_variant_dict_insert (&dict, "event", "s", "query-step");
  g_variant_dict_insert (&dict, "query", "x", query->query);
  g_variant_dict_insert (&dict, "kind", "s", query->kind);
  g_variant_dict_insert (&dict, "run", "x", query->run);
  if (*peer != '\0')
    g_variant_dict_insert (&dict, "peer", "s", peer);
  if (*detail != '\0')
    g_variant_dict_insert (&dict, has_reason ? "reason" : "from", "s", detail);
  g_variant_dict_insert (&dict, "step", "s", step);
  if (!is_end)
    g_variant_dict_insert (&dict, "distance_bits", "x", (gint64) distance_bits);
  g_variant_dict_insert (&dict, "duration_us", "x", at_us);
  if (g_str_equal (step, "reply"))
    g_variant_dict_insert (&dict, "rtt_us", "x", (gint64) rtt_us);
  g_variant_dict_insert (&dict, "heard", "x", (gint64) query->heard);
  g_variant_dict_insert (&dict, "waiting", "x", (gint64) query->waiting);
  g_variant_dict_insert (&dict, "queried", "x", (gint64) query->queried);
  g_variant_dict_insert (&dict, "unreachable", "x", (gint64) query->unreachable);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* ---- what is asked ---- */

/* (nullable) The argument that a query is about: the first that the command needs. */
static char *
dup_key_name (KadGuiStore *store, const char *command)
{
  GListModel *commands = kad_gui_store_get_commands (store);
  guint n = g_list_model_get_n_items (commands);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiCommand) item = g_list_model_get_item (commands, i);
      g_autoptr (KadGuiArgument) argument = NULL;

      if (!g_str_equal (item->name, command))
        continue;
      argument = g_list_model_get_item (item->arguments, 0);
      return argument != NULL && argument->required ? g_strdup (argument->name) : NULL;
    }
  return NULL;
}

GVariant *
kad_gui_dbus_query_new_options (KadGuiStore *store, const char *command, GVariant *options,
                                char **key)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (options);
  g_autofree char *name = dup_key_name (store, command);

  *key = NULL;
  if (name != NULL && g_variant_dict_lookup (&dict, name, "s", key))
    g_variant_dict_remove (&dict, name);
  if (*key == NULL)
    *key = g_strdup ("");
  g_variant_dict_insert (&dict, "trace", "b", TRUE);
  return g_variant_dict_end (&dict);
}

const char *
kad_gui_dbus_query_find_key (GVariant *options)
{
  static const char *const names[] = { "key", "peer", "target", "address", "namespace" };
  const char *text = "";

  for (guint i = 0; options != NULL && i < G_N_ELEMENTS (names) && *text == '\0'; i++)
    g_variant_lookup (options, names[i], "&s", &text);
  return text;
}
