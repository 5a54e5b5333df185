/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-figures.h"

static double
to_number (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return (double) g_variant_get_uint64 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_variant_get_double (value);
  return 0;
}

static double
read_number (GVariant *stats, const char *group, const char *name)
{
  g_autoptr (GVariant) dict = g_variant_lookup_value (stats, group, G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) value = dict != NULL ? g_variant_lookup_value (dict, name, NULL) : NULL;

  return value != NULL ? to_number (value) : 0;
}

/* All requests of "served" or "asked", whatever came of them. */
static double
read_requests (GVariant *stats, const char *which)
{
  g_autoptr (GVariant) requests
      = g_variant_lookup_value (stats, "requests", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) types
      = requests != NULL ? g_variant_lookup_value (requests, which, G_VARIANT_TYPE_VARDICT) : NULL;
  GVariantIter iter;
  const char *name;
  GVariant *boxed;
  double sum = 0;

  if (types == NULL)
    return 0;
  g_variant_iter_init (&iter, types);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) counts G_GNUC_UNUSED = boxed;

      sum += read_number (types, name, "ok") + read_number (types, name, "failed");
    }
  return sum;
}

void
kad_node_figures_read (GVariant *stats, gint64 at_us, KadFigures *figures)
{
  figures->at_us = at_us;
  figures->values[KAD_FIGURE_PEERS] = read_number (stats, "now", "peers");
  figures->values[KAD_FIGURE_TABLE] = read_number (stats, "now", "table");
  figures->values[KAD_FIGURE_QUERIES] = read_number (stats, "now", "queries");
  figures->values[KAD_FIGURE_BYTES_IN] = read_number (stats, "traffic", "in_bytes");
  figures->values[KAD_FIGURE_BYTES_OUT] = read_number (stats, "traffic", "out_bytes");
  figures->values[KAD_FIGURE_REQUESTS_IN] = read_requests (stats, "served");
  figures->values[KAD_FIGURE_REQUESTS_OUT] = read_requests (stats, "asked");
  figures->values[KAD_FIGURE_NETWORK_SIZE] = read_number (stats, "network_size", "estimate");
}

GVariant *
kad_node_figures_print (const KadFigures *figures)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < KAD_FIGURE_NETWORK_SIZE; i++)
    g_variant_builder_add (&builder, "{sv}", kad_figure_get_name (i),
                           kad_figure_is_counter (i)
                               ? g_variant_new_uint64 ((guint64) figures->values[i])
                               : g_variant_new_uint32 ((guint32) figures->values[i]));
  return g_variant_builder_end (&builder);
}
