/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-node-rows.h"

#include "kad-command-describe.h"
#include "kad-command-registry.h"
#include "kad-gui-argument.h"
#include "kad-gui-check.h"
#include "kad-gui-command.h"
#include "kad-gui-line.h"
#include "kad-gui-module.h"
#include "kad-gui-publication.h"
#include "kad-gui-result.h"
#include "kad-gui-source.h"
#include "kad-json-writer.h"

#define MAX_JSON_BYTES (64 * 1024)

enum
{
  FLAG_CONNECTED = 1,
  FLAG_CHECKING = 2,
  FLAG_STALE = 4,
  FLAG_PROTECTED = 8,
};

/* ---- values ---- */

static guint64
get_number (GVariant *row, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (row, name, NULL);

  if (value == NULL)
    return 0;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return g_variant_get_uint64 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return (guint64) MAX (g_variant_get_int64 (value), 0);
  return 0;
}

static gboolean
get_boolean (GVariant *row, const char *name)
{
  gboolean value = FALSE;

  g_variant_lookup (row, name, "b", &value);
  return value;
}

static const char *
get_text (GVariant *row, const char *name)
{
  const char *text = "";

  g_variant_lookup (row, name, "&s", &text);
  return text;
}

/* Bytes of a key, as somebody may write it. */
static char *
dup_key (GVariant *row, const char *kind)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (row, "key", G_VARIANT_TYPE_BYTESTRING);
  g_autoptr (GBytes) bytes = value != NULL ? g_variant_get_data_as_bytes (value) : NULL;

  return bytes != NULL && g_bytes_get_size (bytes) > 0 ? kad_gui_line_dup_key_text (bytes, kind)
                                                       : g_strdup ("");
}

GVariant *
kad_gui_node_rows_flatten (GVariant *row)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, row);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      gboolean is_maybe = g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE);
      g_autoptr (GVariant) inner = is_maybe ? g_variant_get_maybe (value) : g_variant_ref (value);

      if (inner != NULL)
        g_variant_dict_insert_value (&dict, name, inner);
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* ---- the table ---- */

static void
take_table (KadGuiStore *store, GPtrArray *rows)
{
  GVariantBuilder all;
  g_autoptr (GVariant) table = NULL;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("a(sutttsasu)"));
  for (guint i = 0; i < rows->len; i++)
    {
      GVariant *row = rows->pdata[i];
      const char *state = get_text (row, "state");
      g_autofree const char **addresses = NULL;
      guint flags = get_boolean (row, "connected") ? FLAG_CONNECTED : 0;

      if (!g_variant_lookup (row, "addresses", "^a&s", &addresses))
        addresses = g_new0 (const char *, 1);
      flags |= get_boolean (row, "protected") ? FLAG_PROTECTED : 0;
      flags |= g_str_equal (state, "checking") ? FLAG_CHECKING : 0;
      flags |= g_str_equal (state, "stale") ? FLAG_STALE : 0;
      g_variant_builder_add (&all, "(suttts^asu)", get_text (row, "peer"),
                             (guint) get_number (row, "bucket"), get_number (row, "rtt_us"),
                             get_number (row, "last_seen_us"), get_number (row, "added_us"),
                             get_text (row, "agent"), addresses, flags);
    }
  table = g_variant_ref_sink (g_variant_builder_end (&all));
  kad_gui_peer_list_reset_table (kad_gui_store_get_peers (store), table,
                                 kad_gui_store_get_now_us (store));
  kad_gui_store_table_changed (store);
}

static void
take_connections (KadGuiStore *store, GPtrArray *rows)
{
  GVariantBuilder all;
  g_autoptr (GVariant) connections = NULL;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < rows->len; i++)
    g_variant_builder_add_value (&all, rows->pdata[i]);
  connections = g_variant_ref_sink (g_variant_builder_end (&all));
  kad_gui_peer_list_reset_connections (kad_gui_store_get_peers (store), connections,
                                       kad_gui_store_get_now_us (store));
  kad_gui_store_table_changed (store);
}

static void
take_buckets (KadGuiStore *store, GPtrArray *rows)
{
  GVariantBuilder all;
  g_autoptr (GVariant) buckets = NULL;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("a(uuuuxx)"));
  for (guint i = 0; i < rows->len; i++)
    {
      GVariant *row = rows->pdata[i];

      g_variant_builder_add (
          &all, "(uuuuxx)", (guint) get_number (row, "bucket"), (guint) get_number (row, "size"),
          (guint) get_number (row, "replacements"), (guint) get_number (row, "connected"),
          (gint64) get_number (row, "refreshed_us"), (gint64) get_number (row, "changed_us"));
    }
  buckets = g_variant_ref_sink (g_variant_builder_end (&all));
  kad_gui_store_apply_buckets (store, buckets);
}

/* ---- lists ---- */

static void
take_modules (KadGuiStore *store, GPtrArray *rows)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    {
      KadGuiModule *module = kad_gui_module_new ();

      kad_gui_item_apply (module, rows->pdata[i]);
      g_ptr_array_add (items, module);
    }
  kad_gui_store_replace (store, kad_gui_store_get_modules (store), items, NULL);
}

static void
take_publications (KadGuiStore *store, GPtrArray *rows)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    {
      KadGuiPublication *publication = kad_gui_publication_new ();
      g_autoptr (GVariant) error
          = g_variant_lookup_value (rows->pdata[i], "error", G_VARIANT_TYPE_VARDICT);
      const char *kind = get_text (rows->pdata[i], "kind");
      const char *tag = get_text (rows->pdata[i], "tag");
      g_autofree char *key = dup_key (rows->pdata[i], kind);
      g_autofree char *path = g_strdup_printf ("%s:%s:%s", kind, key, tag);

      kad_gui_item_apply (publication, rows->pdata[i]);
      kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_PATH, path);
      kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_KEY_TEXT, key);
      kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_APP_ID, tag);
      kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_LIFETIME,
                               get_boolean (rows->pdata[i], "persistent") ? "persistent"
                                                                          : "session");
      kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_ERROR,
                               error != NULL ? get_text (error, "message") : NULL);
      g_ptr_array_add (items, publication);
    }
  kad_gui_store_replace (store, kad_gui_store_get_publications (store), items, "path");
}

void
kad_gui_node_rows_take_checks (KadGuiStore *store, GPtrArray *rows)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    {
      KadGuiCheck *check = kad_gui_check_new ();

      kad_gui_item_apply (check, rows->pdata[i]);
      g_ptr_array_add (items, check);
    }
  kad_gui_store_replace (store, kad_gui_store_get_checks (store), items, "check");
}

/* ---- commands ---- */

/* Text of any value; nothing of none. */
static void
set_text (KadGuiArgument *argument, guint field, GVariant *members, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (members, name, NULL);
  g_autofree char *text = NULL;

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    text = g_variant_dup_string (value, NULL);
  else if (value != NULL)
    text = g_variant_print (value, FALSE);
  kad_gui_item_set_string (argument, field, text);
}

static KadGuiCommand *
new_command (GVariant *members)
{
  KadGuiCommand *command = kad_gui_command_new ();
  g_autoptr (GVariant) rows
      = g_variant_lookup_value (members, "arguments", G_VARIANT_TYPE ("aa{sv}"));

  kad_gui_item_apply (command, members);
  for (gsize i = 0; rows != NULL && i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      g_autoptr (KadGuiArgument) argument = kad_gui_argument_new ();

      kad_gui_item_apply (argument, row);
      set_text (argument, KAD_GUI_ARGUMENT_FIELD_DEFAULT_TEXT, row, "default");
      set_text (argument, KAD_GUI_ARGUMENT_FIELD_MINIMUM_TEXT, row, "minimum");
      set_text (argument, KAD_GUI_ARGUMENT_FIELD_MAXIMUM_TEXT, row, "maximum");
      g_list_store_append (G_LIST_STORE (command->arguments), argument);
    }
  return command;
}

void
kad_gui_node_rows_fill_commands (KadGuiStore *store)
{
  g_auto (GStrv) names = kad_command_registry_list ();
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) members = kad_command_describe (names[i]);

      if (members == NULL)
        continue;
      g_variant_ref_sink (members);
      g_ptr_array_add (items, new_command (members));
    }
  kad_gui_store_replace (store, kad_gui_store_get_commands (store), items, "name");
}

static void
take_stats (KadGuiStore *store, GPtrArray *rows)
{
  if (rows->len > 0)
    kad_gui_store_set_stats (store, rows->pdata[0]);
}

const KadGuiRows *
kad_gui_node_rows_get_all (void)
{
  static const KadGuiRows all[] = {
    { "show-table", take_table, KAD_GUI_TOPIC_TABLE },
    { "show-connections", take_connections, KAD_GUI_TOPIC_TABLE },
    { "show-buckets", take_buckets, KAD_GUI_TOPIC_TABLE },
    { "show-modules", take_modules, KAD_GUI_TOPIC_EVENTS },
    { "show-publications", take_publications, KAD_GUI_TOPIC_PUBLICATIONS },
    { "show-stats", take_stats, KAD_GUI_TOPIC_STATS },
    { NULL, NULL, 0 },
  };

  return all;
}

/* ---- of our own queries ---- */

void
kad_gui_node_rows_add_result (KadGuiQuery *query, GVariant *raw)
{
  g_autoptr (GVariant) row = kad_gui_node_rows_flatten (raw);
  guint n = g_list_model_get_n_items (query->results);
  g_autoptr (KadGuiResult) result = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GString) json = NULL;
  g_autofree char *key = NULL;

  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_N_RESULTS, query->n_results + 1);
  if (n >= KAD_GUI_MAX_RESULTS)
    return;
  result = kad_gui_result_new ();
  json = g_string_new (NULL);
  kad_json_append_variant (json, row);
  if (json->len > MAX_JSON_BYTES)
    g_string_assign (json, "{\"truncated\":true}");
  key = dup_key (row, "");
  value = g_variant_lookup_value (row, "value", NULL);
  kad_gui_item_apply (result, row);
  kad_gui_item_set_uint (result, KAD_GUI_RESULT_FIELD_NUMBER, n);
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_KEY, key);
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_KIND,
                           value != NULL           ? "record"
                           : *result->peer != '\0' ? "peer"
                                                   : "other");
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_TEXT, json->str);
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_JSON, json->str);
  g_list_store_append (G_LIST_STORE (query->results), result);
}
