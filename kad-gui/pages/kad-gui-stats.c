/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-stats.h"

GVariant *
kad_gui_stats_dup (GVariant *stats, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  g_autoptr (GVariant) at = stats != NULL ? g_variant_ref (stats) : NULL;

  for (guint i = 0; at != NULL && names[i] != NULL; i++)
    {
      GVariant *member = g_variant_is_of_type (at, G_VARIANT_TYPE_VARDICT)
                             ? g_variant_lookup_value (at, names[i], NULL)
                             : NULL;

      g_variant_unref (at);
      at = member;
    }
  return g_steal_pointer (&at);
}

gboolean
kad_gui_stats_get (GVariant *stats, const char *path, gint64 *value)
{
  g_autoptr (GVariant) member = kad_gui_stats_dup (stats, path);

  if (member == NULL)
    return FALSE;
  if (g_variant_is_of_type (member, G_VARIANT_TYPE_UINT32))
    *value = g_variant_get_uint32 (member);
  else if (g_variant_is_of_type (member, G_VARIANT_TYPE_UINT64))
    *value = (gint64) MIN (g_variant_get_uint64 (member), (guint64) G_MAXINT64);
  else if (g_variant_is_of_type (member, G_VARIANT_TYPE_INT64))
    *value = g_variant_get_int64 (member);
  else
    return FALSE;
  return TRUE;
}
