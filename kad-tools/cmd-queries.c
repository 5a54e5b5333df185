/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-human.h"
#include "kad-rows.h"

/* The queries of all callers of the service, and one of them. */

#define MAX_SHOWN 128

static const KadViewColumn columns[] = {
  { N_ ("QUERY"), "id", KAD_CELL_TEXT },
  { N_ ("KIND"), "kind", KAD_CELL_TEXT },
  { N_ ("KEY"), "key", KAD_CELL_ID },
  { N_ ("STATE"), "state", KAD_CELL_TEXT },
  { N_ ("STARTED"), "started", KAD_CELL_MOMENT },
  { N_ ("HEARD"), "heard", KAD_CELL_TEXT },
  { N_ ("WAITING"), "waiting", KAD_CELL_TEXT },
  { N_ ("ASKED"), "queried", KAD_CELL_TEXT },
  { N_ ("OWNER"), "owner", KAD_CELL_TEXT },
  { NULL },
};

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

/* With the end of its path as "id", and its counts by their names. */
static void
add_row (GVariantBuilder *rows, GVariant *row)
{
  GVariantIter iter;
  const char *name;
  const char *path = "";
  GVariant *boxed;
  guint32 heard, waiting, queried, unreachable;

  g_variant_builder_open (rows, G_VARIANT_TYPE_VARDICT);
  g_variant_lookup (row, "path", "&s", &path);
  if (!g_str_equal (path, "/"))
    {
      g_autofree char *id = g_path_get_basename (path);

      add (rows, "id", g_variant_new_string (id));
    }
  g_variant_iter_init (&iter, row);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      if (!g_str_equal (name, "counts") || !g_variant_is_of_type (value, G_VARIANT_TYPE ("(uuuu)")))
        {
          add (rows, name, value);
          continue;
        }
      g_variant_get (value, "(uuuu)", &heard, &waiting, &queried, &unreachable);
      add (rows, "heard", g_variant_new_uint32 (heard));
      add (rows, "waiting", g_variant_new_uint32 (waiting));
      add (rows, "queried", g_variant_new_uint32 (queried));
      add (rows, "unreachable", g_variant_new_uint32 (unreachable));
    }
  g_variant_builder_close (rows);
}

static GVariant *
list (KadClient *client, GError **error)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) objects = NULL;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "all", "b", TRUE);
  answer = kad_client_call_root (client, "Routing", "ListQueries",
                                 g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), error);
  if (answer == NULL)
    return NULL;
  objects = kad_rows_from_objects (answer);
  for (gsize i = 0; i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (objects, i);

      add_row (&rows, row);
    }
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

static const KadRows rows_of_queries = {
  .list = list,
  .columns = columns,
  .nothing = N_ ("No query runs"),
  .gone = N_ ("%s has gone"),
};

static gboolean
show (KadTool *tool, KadClient *client, GError **error)
{
  return kad_rows_show (tool, client, &rows_of_queries, error);
}

static gboolean
watch (KadTool *tool, KadClient *client, GError **error)
{
  return kad_rows_watch (tool, client, &rows_of_queries, error);
}

KadExit
kad_cmd_queries (KadTool *tool)
{
  return kad_arguments_has (tool->arguments, "watch") ? kad_client_run_endless (tool, watch)
                                                      : kad_client_run (tool, show);
}

/* ---- one query ---- */

/* By the end of its path, or the whole of it. */
static GVariant *
find (KadClient *client, const char *id, GError **error)
{
  g_autoptr (GVariant) rows = list (client, error);
  g_autofree char *shown = NULL;

  for (gsize i = 0; rows != NULL && i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      const char *its_id = "";
      const char *path = "";

      g_variant_lookup (row, "id", "&s", &its_id);
      g_variant_lookup (row, "path", "&s", &path);
      if (g_str_equal (its_id, id) || (g_str_equal (path, id) && its_id[0] != '\0'))
        return g_steal_pointer (&row);
    }
  if (rows == NULL)
    return NULL;
  shown = kad_escape_peer_text (id, -1, MAX_SHOWN);
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
               _ ("No query is called “%s”; “kad queries” lists them"), shown);
  return NULL;
}

static const KadViewColumn step_columns[] = {
  { N_ ("AFTER"), "at_us", KAD_CELL_RTT },
  { N_ ("STEP"), "step", KAD_CELL_TEXT },
  { N_ ("PEER"), "peer", KAD_CELL_ID },
  { N_ ("DISTANCE"), "distance_bits", KAD_CELL_TEXT },
  { N_ ("TOOK"), "took_us", KAD_CELL_RTT },
  { N_ ("DETAIL"), "detail", KAD_CELL_TEXT },
  { NULL },
};

static void
add_step (KadView *view, GVariant *step)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) whole = NULL;
  gint64 at_us;
  guint32 distance, took_us;
  const char *what, *peer, *detail;

  g_variant_get (step, "(xuu&s&s&s)", &at_us, &distance, &took_us, &what, &peer, &detail);
  add (&row, "at_us", g_variant_new_int64 (at_us));
  add (&row, "step", g_variant_new_string (what));
  add (&row, "peer", g_variant_new_string (peer));
  add (&row, "distance_bits", g_variant_new_uint32 (distance));
  add (&row, "took_us", g_variant_new_uint32 (took_us));
  add (&row, "detail", g_variant_new_string (detail));
  whole = g_variant_ref_sink (g_variant_builder_end (&row));
  kad_view_add (view, whole);
}

static gboolean
show_steps (KadTool *tool, KadClient *client, const char *path, GError **error)
{
  g_autoptr (KadView) view = kad_view_new (tool, step_columns);
  guint32 next = 0;

  for (;;)
    {
      g_autoptr (GVariant) answer
          = kad_client_call (client, path, "Query", "GetSteps", g_variant_new ("(u)", next), error);
      g_autoptr (GVariant) steps = NULL;
      gsize n;

      if (answer == NULL)
        return FALSE;
      steps = g_variant_get_child_value (answer, 1);
      n = g_variant_n_children (steps);
      for (gsize i = 0; i < n; i++)
        {
          g_autoptr (GVariant) step = g_variant_get_child_value (steps, i);

          add_step (view, step);
        }
      if (n == 0)
        break;
      next += (guint32) n;
    }
  kad_view_print (view);
  return TRUE;
}

static gboolean
query (KadTool *tool, KadClient *client, GError **error)
{
  g_autoptr (GVariant) row = find (client, kad_arguments_get_word (tool->arguments, 0), error);
  const char *path = "";

  if (row == NULL)
    return FALSE;
  if (kad_output_is_json (tool->output))
    kad_output_json (tool->output, NULL, row);
  else
    kad_human_print (tool->output, row);
  g_variant_lookup (row, "path", "&s", &path);
  return !kad_arguments_has (tool->arguments, "steps") || show_steps (tool, client, path, error);
}

KadExit
kad_cmd_query (KadTool *tool)
{
  return kad_client_run (tool, query);
}
