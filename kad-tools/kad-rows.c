/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-rows.h"

#include <glib/gi18n.h>

#include "kad-error.h"

#define WATCH_US G_USEC_PER_SEC

GVariant *
kad_rows_from_objects (GVariant *answer)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariantIter) iter = NULL;
  const char *path;
  GVariant *details;

  g_variant_get (answer, "(a(oa{sv}))", &iter);
  while (g_variant_iter_next (iter, "(&o@a{sv})", &path, &details))
    {
      GVariantIter members;
      GVariant *member;

      g_variant_builder_open (&rows, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&rows, "{sv}", "path", g_variant_new_string (path));
      g_variant_iter_init (&members, details);
      while ((member = g_variant_iter_next_value (&members)) != NULL)
        {
          g_variant_builder_add_value (&rows, member);
          g_variant_unref (member);
        }
      g_variant_builder_close (&rows);
      g_variant_unref (details);
    }
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

static char *
dup_gone (const KadRows *self, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (_ (self->gone), "%s", 2);

  return g_strjoinv (path, parts);
}

static void
tell_removed (KadTool *tool, const KadRows *self, GHashTable *known, GHashTable *present)
{
  GHashTableIter iter;
  const char *path;

  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    if (!g_hash_table_contains (present, path))
      {
        g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
        g_autofree char *line = dup_gone (self, path);

        g_variant_builder_add (&row, "{sv}", "path", g_variant_new_string (path));
        g_variant_builder_add (&row, "{sv}", "removed", g_variant_new_boolean (TRUE));
        if (kad_output_is_json (tool->output))
          kad_output_json (tool->output, NULL, g_variant_builder_end (&row));
        else
          kad_output_line (tool->output, line);
        g_hash_table_iter_remove (&iter);
      }
}

/* What is new or another since the last time. */
static void
tell_changes (KadTool *tool, const KadRows *self, GHashTable *known, GVariant *rows)
{
  g_autoptr (GHashTable) present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (KadView) view = kad_view_new (tool, self->columns);

  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      GVariant *old;
      const char *path = "";

      g_variant_lookup (row, "path", "&s", &path);
      old = g_hash_table_lookup (known, path);
      g_hash_table_add (present, g_strdup (path));
      if (old != NULL && g_variant_equal (old, row))
        continue;
      g_hash_table_insert (known, g_strdup (path), g_variant_ref (row));
      kad_view_add (view, row);
    }
  kad_view_print (view);
  tell_removed (tool, self, known, present);
}

gboolean
kad_rows_watch (KadTool *tool, KadClient *client, const KadRows *self, GError **error)
{
  g_autoptr (GHashTable) known
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  const gboolean never = FALSE;
  g_autoptr (GError) reason = NULL;

  do
    {
      g_autoptr (GVariant) rows = self->list (client, error);

      g_clear_error (&reason);
      if (rows == NULL)
        return FALSE;
      tell_changes (tool, self, known, rows);
      if (kad_output_is_closed (tool->output))
        return TRUE;
      kad_client_wait (client, &never, WATCH_US, &reason);
    }
  while (g_error_matches (reason, KAD_ERROR, KAD_ERROR_TIMEOUT));
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
kad_rows_show (KadTool *tool, KadClient *client, const KadRows *self, GError **error)
{
  g_autoptr (KadView) view = kad_view_new (tool, self->columns);
  g_autoptr (GVariant) rows = self->list (client, error);

  if (rows == NULL)
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

      kad_view_add (view, row);
    }
  kad_view_print (view);
  if (kad_output_is_json (tool->output))
    kad_output_json_total (tool->output, kad_view_get_n_rows (view));
  else if (kad_view_get_n_rows (view) == 0)
    kad_output_note (tool->output, "%s", _ (self->nothing));
  return TRUE;
}
