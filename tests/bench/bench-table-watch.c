/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a watcher of a table of 5,000 peers costs the service: the cache, the delta and the signal's
 * bytes, over a table of our own that changes as a busy node's does. Real time; says the share of a
 * core, and fails above 2 %. */
#include <stdlib.h>
#include <sys/resource.h>

#include "kad-table-cache.h"
#include "kad-table-delta.h"

#define N_PEERS 5000
#define CHANGES_PER_SECOND 100
#define SECONDS 65 /* two readings of all rows are in it */
#define MOST_PERCENT 2.0

static GVariant *rows[N_PEERS];
static GHashTable *by_peer;
static guint64 n_signals, n_bytes, n_rows;

static GVariant *
new_row (guint i, guint64 now)
{
  static const char *const addresses[]
      = { "/ip4/198.51.100.7/tcp/4001", "/ip4/198.51.100.7/udp/4001/quic-v1",
          "/ip6/2001:db8::7/tcp/4001", NULL };
  g_autofree char *peer = g_strdup_printf ("12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefft%08u", i);

  return g_variant_ref_sink (g_variant_new ("(suttts@asu)", peer, i % 16, (guint64) 30000, now, now,
                                            "kubo/0.30.0/", g_variant_new_strv (addresses, -1),
                                            i % 4));
}

typedef struct
{
  char **peers;
  KadTableRowsFunc func;
  gpointer user_data;
} Read;

static gboolean
answer (gpointer user_data)
{
  Read *read = user_data;
  g_autoptr (GPtrArray) got = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (guint i = 0; read->peers == NULL && i < N_PEERS; i++)
    g_ptr_array_add (got, g_variant_ref (rows[i]));
  for (guint i = 0; read->peers != NULL && read->peers[i] != NULL; i++)
    {
      guint at = GPOINTER_TO_UINT (g_hash_table_lookup (by_peer, read->peers[i]));

      g_ptr_array_add (got, g_variant_ref (rows[at]));
    }
  read->func (got, read->user_data);
  g_strfreev (read->peers);
  g_free (read);
  return G_SOURCE_REMOVE;
}

static void
read_rows (gpointer source, const char *const *peers, KadTableRowsFunc func, gpointer user_data)
{
  Read *read = g_new0 (Read, 1);

  read->peers = g_strdupv ((char **) peers);
  read->func = func;
  read->user_data = user_data;
  g_idle_add (answer, read);
}

static void
set_active (gpointer source, gboolean is_active)
{
}

static const KadTableSourceClass source_class = { read_rows, set_active };

static void
on_changed (KadTableCache *cache, const KadTableChange *changes, guint n_changes,
            gpointer user_data)
{
  KadTableDelta *delta = user_data;
  g_autoptr (GVariant) parameters = NULL;

  kad_table_delta_merge (delta, changes, n_changes);
  parameters
      = g_variant_ref_sink (kad_table_delta_steal (delta, kad_table_cache_get_serial (cache)));
  n_rows += n_changes;
  n_signals++;
  n_bytes += g_variant_get_size (parameters);
  g_variant_get_data (parameters);
}

static gboolean
churn (gpointer user_data)
{
  static guint next;

  for (guint i = 0; i < CHANGES_PER_SECOND / 10; i++)
    {
      guint at = (next += 37) % N_PEERS;
      const char *peer;

      g_variant_unref (rows[at]);
      rows[at] = new_row (at, next);
      g_variant_get_child (rows[at], 0, "&s", &peer);
      kad_table_cache_mark (user_data, peer);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_over (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static double
used_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec
         + ((double) usage.ru_utime.tv_usec + (double) usage.ru_stime.tv_usec) / 1e6;
}

int
main (void)
{
  KadTableCache *cache = kad_table_cache_new (&source_class, NULL);
  KadTableDelta *delta = kad_table_delta_new ();
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  double began, percent;

  by_peer = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < N_PEERS; i++)
    {
      char *peer;

      rows[i] = new_row (i, 0);
      g_variant_get_child (rows[i], 0, "s", &peer);
      g_hash_table_insert (by_peer, peer, GUINT_TO_POINTER (i));
    }
  kad_table_cache_watch (cache, on_changed, delta);
  g_timeout_add (100, churn, cache);
  g_timeout_add_seconds (SECONDS, on_over, loop);
  began = used_seconds ();
  g_main_loop_run (loop);
  percent = (used_seconds () - began) * 100 / SECONDS;
  g_print ("%d peers, %d changes a second, one watcher: %.3f %% of a core, %.1f signals, %.0f rows "
           "and %.0f bytes a second\n",
           N_PEERS, CHANGES_PER_SECOND, percent, (double) n_signals / SECONDS,
           (double) n_rows / SECONDS, (double) n_bytes / SECONDS);
  return percent < MOST_PERCENT ? EXIT_SUCCESS : EXIT_FAILURE;
}
