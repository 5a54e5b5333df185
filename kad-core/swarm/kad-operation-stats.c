/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-operation-stats.h"

#include "kad-error.h"
#include "kad-latency.h"

#define OTHERS "other"

typedef struct
{
  char *command;
  guint64 n_failed, n_cancelled;
  KadLatency latency;
} Operation;

struct _KadOperationStats
{
  GHashTable *by_name; /* utf8 in the operation -> Operation (owned) */
};

static void
operation_free (gpointer data)
{
  Operation *self = data;

  g_free (self->command);
  g_free (self);
}

KadOperationStats *
kad_operation_stats_new (void)
{
  KadOperationStats *self = g_new0 (KadOperationStats, 1);

  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, operation_free);
  return self;
}

void
kad_operation_stats_free (KadOperationStats *self)
{
  g_hash_table_unref (self->by_name);
  g_free (self);
}

static Operation *
ensure (KadOperationStats *self, const char *command)
{
  Operation *operation = g_hash_table_lookup (self->by_name, command);

  if (operation != NULL)
    return operation;
  if (g_hash_table_size (self->by_name) >= KAD_MAX_OPERATION_NAMES - 1
      && !g_str_equal (command, OTHERS))
    return ensure (self, OTHERS);
  operation = g_new0 (Operation, 1);
  operation->command = g_strdup (command);
  g_hash_table_insert (self->by_name, operation->command, operation);
  return operation;
}

void
kad_operation_stats_note (KadOperationStats *self, const char *command, gint64 duration_us,
                          const GError *error)
{
  Operation *operation = ensure (self, command);

  kad_latency_add (&operation->latency, duration_us);
  if (g_error_matches (error, KAD_ERROR, KAD_ERROR_CANCELLED))
    operation->n_cancelled++;
  else if (error != NULL)
    operation->n_failed++;
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static void
print_operation (GVariantBuilder *rows, const Operation *operation)
{
  const KadLatency *latency = &operation->latency;
  const struct
  {
    const char *name;
    gint64 value;
  } durations[] = {
    { "mean_us", kad_latency_get_mean (latency) },
    { "p50_us", kad_latency_get_quantile (latency, 0.5) },
    { "p95_us", kad_latency_get_quantile (latency, 0.95) },
    { "min_us", latency->min_us },
    { "max_us", latency->max_us },
  };

  g_variant_builder_open (rows, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (rows, "{sv}", "command", g_variant_new_string (operation->command));
  g_variant_builder_add (rows, "{sv}", "count", g_variant_new_uint64 (latency->count));
  g_variant_builder_add (rows, "{sv}", "failures", g_variant_new_uint64 (operation->n_failed));
  g_variant_builder_add (rows, "{sv}", "cancelled", g_variant_new_uint64 (operation->n_cancelled));
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    g_variant_builder_add (rows, "{sv}", durations[i].name,
                           g_variant_new_int64 (durations[i].value));
  g_variant_builder_close (rows);
}

GVariant *
kad_operation_stats_print (KadOperationStats *self)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  guint n_names;
  g_autofree gpointer *names = g_hash_table_get_keys_as_array (self->by_name, &n_names);

  g_qsort_with_data (names, (gint) n_names, sizeof *names, compare_names, NULL);
  for (guint i = 0; i < n_names; i++)
    print_operation (&rows, g_hash_table_lookup (self->by_name, names[i]));
  return g_variant_builder_end (&rows);
}
