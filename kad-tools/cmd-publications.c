/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client-publish.h"
#include "kad-error.h"
#include "kad-rows.h"

/* What is published by the service: a list of it, a watch on it, and the end of it. */

static const KadViewColumn columns[] = {
  { N_ ("KEY"), "key_text", KAD_CELL_ID },         { N_ ("KIND"), "kind", KAD_CELL_TEXT },
  { N_ ("FOR"), "app_id", KAD_CELL_TEXT },         { N_ ("LIFETIME"), "lifetime", KAD_CELL_TEXT },
  { N_ ("LAST"), "last_run_us", KAD_CELL_MOMENT }, { N_ ("NEXT"), "next_run_us", KAD_CELL_MOMENT },
  { N_ ("HELD BY"), "stored", KAD_CELL_TEXT },     { N_ ("OF"), "wanted", KAD_CELL_TEXT },
  { N_ ("ERROR"), "error", KAD_CELL_ERROR },       { NULL },
};

/* `aa{sv}`: each with its "path". */
static GVariant *
list (KadClient *client, GError **error)
{
  g_autoptr (GVariant) answer = NULL;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "all", "b", TRUE);
  answer = kad_client_call_root (client, "Publications", "List",
                                 g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), error);
  return answer != NULL ? kad_rows_from_objects (answer) : NULL;
}

static const KadRows rows = {
  .list = list,
  .columns = columns,
  .nothing = N_ ("Nothing is published"),
  .gone = N_ ("%s is published no more"),
};

static gboolean
show (KadTool *tool, KadClient *client, GError **error)
{
  return kad_rows_show (tool, client, &rows, error);
}

static gboolean
watch (KadTool *tool, KadClient *client, GError **error)
{
  return kad_rows_watch (tool, client, &rows, error);
}

KadExit
kad_cmd_publications (KadTool *tool)
{
  return kad_arguments_has (tool->arguments, "watch") ? kad_client_run_endless (tool, watch)
                                                      : kad_client_run (tool, show);
}

/* ---- the end of it ---- */

static gboolean
remove_key (KadTool *tool, KadClient *client, const char *key, GError **error)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) answer = NULL;
  g_autofree char *line = NULL;
  GVariantDict options;
  guint32 removed;

  kad_client_init_options (client, &options);
  g_variant_dict_insert (&options, "app-id", "s", KAD_CLIENT_APP_ID);
  if (kad_arguments_has (tool->arguments, "all"))
    g_variant_dict_insert (&options, "all", "b", TRUE);
  if (kad_arguments_has (tool->arguments, "raw-key"))
    g_variant_dict_insert (&options, "raw-key", "b", TRUE);
  answer = kad_client_call_root (client, "Publications", "Remove",
                                 g_variant_new ("(s@a{sv})", key, g_variant_dict_end (&options)),
                                 error);
  if (answer == NULL)
    {
      if (g_error_matches (*error, KAD_ERROR, KAD_ERROR_NOT_FOUND)
          && !kad_arguments_has (tool->arguments, "all"))
        {
          g_clear_error (error);
          g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                       _ ("Nothing of %s was published with kad; --all ends also what other "
                          "programs publish"),
                       key);
        }
      return FALSE;
    }
  g_variant_get (answer, "(u)", &removed);
  g_variant_builder_add (&row, "{sv}", "key_text", g_variant_new_string (key));
  g_variant_builder_add (&row, "{sv}", "removed", g_variant_new_uint32 (removed));
  line = g_strdup_printf (_ ("%s is not announced any more"), key);
  if (kad_output_is_json (tool->output))
    kad_output_json (tool->output, NULL, g_variant_builder_end (&row));
  else
    kad_output_line (tool->output, line);
  return TRUE;
}

static gboolean
unprovide (KadTool *tool, KadClient *client, GError **error)
{
  guint n = kad_arguments_get_n_words (tool->arguments);

  for (guint i = 0; i < n; i++)
    if (!remove_key (tool, client, kad_arguments_get_word (tool->arguments, i), error))
      return FALSE;
  if (kad_output_is_json (tool->output))
    kad_output_json_total (tool->output, n);
  kad_output_note (
      tool->output,
      _ ("Copies that other nodes have cannot be deleted: they are forgotten within 48 "
         "hours"));
  return TRUE;
}

KadExit
kad_cmd_unprovide (KadTool *tool)
{
  return kad_client_run (tool, unprovide);
}
