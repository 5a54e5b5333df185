/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-health-checks.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kad-module.h"
#include "kad-time.h"

/* Fewer peers than this make a table that a few departures empty. */
#define FEW_PEERS 4
#define YEAR_2025_US (G_GINT64_CONSTANT (1735689600) * KAD_USEC_PER_SEC)
#define GREAT_STEP_US (60 * KAD_USEC_PER_SEC)
#define GREAT_SKEW_US (300 * KAD_USEC_PER_SEC)
#define LITTLE_SPACE_BYTES (G_GUINT64_CONSTANT (100) * 1024 * 1024)
#define NO_SPACE_BYTES (G_GUINT64_CONSTANT (8) * 1024 * 1024)
#define SLOW_US (10 * KAD_USEC_PER_SEC)
/* Of a command that was run less often nothing can be said. */
#define FEW_RUNS 3

void
kad_health_check_init (KadHealthCheck *self)
{
  *self = (KadHealthCheck){ .advice = KAD_ADVICE_NONE };
  g_variant_builder_init (&self->facts, G_VARIANT_TYPE_VARDICT);
}

void
kad_health_check_clear (KadHealthCheck *self)
{
  g_clear_pointer (&self->saw, g_free);
  g_variant_builder_clear (&self->facts);
}

void
kad_health_check_set (KadHealthCheck *self, KadHealthState state, const char *advice,
                      const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_free (self->saw);
  self->saw = g_strdup_vprintf (format, args);
  va_end (args);
  self->state = state;
  self->advice = advice;
}

GVariant *
kad_health_check_end (KadHealthCheck *self, const char *name)
{
  static const char *const states[] = { "ok", "warn", "fail", "skipped" };
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) facts = g_variant_ref_sink (g_variant_builder_end (&self->facts));

  g_variant_builder_add (&builder, "{sv}", "check", g_variant_new_string (name));
  g_variant_builder_add (&builder, "{sv}", "state", g_variant_new_string (states[self->state]));
  g_variant_builder_add (&builder, "{sv}", "saw",
                         g_variant_new_string (self->saw != NULL ? self->saw : ""));
  g_variant_builder_add (&builder, "{sv}", "advice", g_variant_new_string (self->advice));
  for (gsize i = 0; i < g_variant_n_children (facts); i++)
    {
      g_autoptr (GVariant) fact = g_variant_get_child_value (facts, i);

      g_variant_builder_add_value (&builder, fact);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
get_part (GVariant *stats, const char *name)
{
  GVariant *part = g_variant_lookup_value (stats, name, G_VARIANT_TYPE_VARDICT);

  return part != NULL ? part : g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
}

/* Who answers nobody need not be found. */
static gboolean
is_client (GVariant *stats)
{
  g_autoptr (GVariant) node = get_part (stats, "node");
  const char *mode = "";

  g_variant_lookup (node, "mode", "&s", &mode);
  return g_str_equal (mode, "client");
}

void
kad_health_check_listening (KadHealthCheck *self, GVariant *stats, GVariant *reachability)
{
  g_autofree const char **addresses = NULL;
  g_autofree char *joined = NULL;
  guint n = 0;

  if (g_variant_lookup (reachability, "listening", "^a&s", &addresses))
    n = g_strv_length ((char **) addresses);
  g_variant_builder_add (&self->facts, "{sv}", "addresses", g_variant_new ("u", n));
  if (n > 0)
    {
      joined = g_strjoinv (", ", (char **) addresses);
      kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE, "Listening on %s", joined);
    }
  else if (is_client (stats))
    kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE,
                          "Listening nowhere, as a client need not");
  else
    kad_health_check_set (self, KAD_HEALTH_FAIL, KAD_ADVICE_LISTEN,
                          "Listening nowhere: nobody can connect to this node");
}

void
kad_health_check_table (KadHealthCheck *self, GVariant *stats)
{
  g_autoptr (GVariant) now = get_part (stats, "now");
  guint n = 0, n_peers = 0;

  g_variant_lookup (now, "table", "u", &n);
  g_variant_lookup (now, "peers", "u", &n_peers);
  g_variant_builder_add (&self->facts, "{sv}", "table", g_variant_new ("u", n));
  g_variant_builder_add (&self->facts, "{sv}", "peers", g_variant_new ("u", n_peers));
  if (n == 0)
    kad_health_check_set (self, KAD_HEALTH_FAIL, KAD_ADVICE_JOIN,
                          "The routing table is empty: this node knows nobody whom it could ask");
  else if (n < FEW_PEERS)
    kad_health_check_set (self, KAD_HEALTH_WARN, KAD_ADVICE_MORE_PEERS,
                          "The routing table has %u %s only", n, n == 1 ? "peer" : "peers");
  else
    kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE,
                          "The routing table has %u peers, and %u are connected", n, n_peers);
}

static const char *
get_reach_advice (const char *why)
{
  if (g_str_equal (why, "not-listening"))
    return KAD_ADVICE_LISTEN;
  if (g_str_equal (why, "behind-router"))
    return KAD_ADVICE_FORWARD_PORT;
  return KAD_ADVICE_WAIT_FOR_INBOUND;
}

void
kad_health_check_reachability (KadHealthCheck *self, GVariant *stats, GVariant *reachability)
{
  const char *state = "unknown", *why = "", *observed = NULL;
  guint64 n_inbound = 0, n_outside = 0;
  gboolean is_fine;

  g_variant_lookup (reachability, "state", "&s", &state);
  g_variant_lookup (reachability, "why", "&s", &why);
  g_variant_lookup (reachability, "observed_address", "&s", &observed);
  g_variant_lookup (reachability, "inbound", "t", &n_inbound);
  g_variant_lookup (reachability, "inbound_from_outside", "t", &n_outside);
  g_variant_builder_add (&self->facts, "{sv}", "reachability", g_variant_new ("s", state));
  g_variant_builder_add (&self->facts, "{sv}", "why", g_variant_new ("s", why));
  g_variant_builder_add (&self->facts, "{sv}", "inbound", g_variant_new ("t", n_inbound));
  is_fine = g_str_equal (state, "public") || g_str_equal (state, "local") || is_client (stats);
  kad_health_check_set (self, is_fine ? KAD_HEALTH_OK : KAD_HEALTH_WARN,
                        is_fine ? KAD_ADVICE_NONE : get_reach_advice (why),
                        "%s (%s): %" G_GUINT64_FORMAT " %s came to this node, %" G_GUINT64_FORMAT
                        " of them from outside; seen by others at %s",
                        state, why, n_inbound, n_inbound == 1 ? "connection" : "connections",
                        n_outside, observed != NULL ? observed : "no address yet");
}

void
kad_health_check_clock (KadHealthCheck *self, GVariant *stats, gboolean has_skew, gint64 skew_us)
{
  g_autoptr (GVariant) clock = get_part (stats, "clock");
  g_autofree char *text = NULL;
  gint64 now_us = 0, step_us = 0;
  guint64 n_steps = 0;

  g_variant_lookup (clock, "now_us", "x", &now_us);
  g_variant_lookup (clock, "largest_step_us", "x", &step_us);
  g_variant_lookup (clock, "steps", "t", &n_steps);
  text = kad_wall_time_to_rfc3339 ((KadWallTime){ now_us });
  g_variant_builder_add (&self->facts, "{sv}", "now_us", g_variant_new ("x", now_us));
  g_variant_builder_add (&self->facts, "{sv}", "steps", g_variant_new ("t", n_steps));
  g_variant_builder_add (&self->facts, "{sv}", "largest_step_us", g_variant_new ("x", step_us));
  if (has_skew)
    g_variant_builder_add (&self->facts, "{sv}", "difference_us", g_variant_new ("x", skew_us));

  if (now_us < YEAR_2025_US)
    kad_health_check_set (self, KAD_HEALTH_FAIL, KAD_ADVICE_SET_CLOCK,
                          "The clock says %s, which was long ago", text);
  else if (has_skew && ABS (skew_us) > GREAT_SKEW_US)
    kad_health_check_set (self, KAD_HEALTH_WARN, KAD_ADVICE_SET_CLOCK,
                          "The clock says %s, and another node's differs by %.0f s", text,
                          (double) skew_us / KAD_USEC_PER_SEC);
  else if (ABS (step_us) >= GREAT_STEP_US)
    kad_health_check_set (self, KAD_HEALTH_WARN, KAD_ADVICE_SET_CLOCK,
                          "The clock says %s, and was set by %.0f s while this node ran", text,
                          (double) step_us / KAD_USEC_PER_SEC);
  else
    kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE, "The clock says %s%s", text,
                          has_skew ? ", as another node's does" : "");
}

void
kad_health_check_network (KadHealthCheck *self, GVariant *reachability)
{
  const char *state = "";
  gboolean is_online = FALSE;

  g_variant_lookup (reachability, "online", "b", &is_online);
  g_variant_lookup (reachability, "state", "&s", &state);
  g_variant_builder_add (&self->facts, "{sv}", "online", g_variant_new ("b", is_online));
  if (is_online)
    kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE,
                          "This machine has an address besides those of loopback");
  else
    kad_health_check_set (self, g_str_equal (state, "local") ? KAD_HEALTH_WARN : KAD_HEALTH_FAIL,
                          KAD_ADVICE_CONNECT,
                          "This machine has no address besides those of loopback and of its links");
}

void
kad_health_check_modules (KadHealthCheck *self)
{
  g_autoptr (GPtrArray) modules = kad_modules_list ();
  g_autoptr (GString) failed = g_string_new (NULL);
  guint n_failed = 0;

  for (guint i = 0; i < modules->len; i++)
    {
      const char *error = kad_module_get_error (modules->pdata[i]);

      if (error == NULL)
        continue;
      n_failed++;
      g_string_append_printf (failed, "%s%s: %s", failed->len > 0 ? "; " : "",
                              kad_module_get_file (modules->pdata[i]), error);
    }
  g_variant_builder_add (&self->facts, "{sv}", "modules", g_variant_new ("u", modules->len));
  g_variant_builder_add (&self->facts, "{sv}", "failed", g_variant_new ("u", n_failed));
  if (n_failed == 0)
    kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE, "%u modules, none of them failed",
                          modules->len);
  else
    kad_health_check_set (self, KAD_HEALTH_WARN, KAD_ADVICE_MODULES, "%u of %u modules failed: %s",
                          n_failed, modules->len, failed->str);
}

void
kad_health_check_latency (KadHealthCheck *self, GVariant *stats)
{
  g_autoptr (GVariant) operations
      = g_variant_lookup_value (stats, "operations", G_VARIANT_TYPE ("aa{sv}"));
  const char *slowest = NULL;
  gint64 worst_us = -1;

  for (gsize i = 0; operations != NULL && i < g_variant_n_children (operations); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (operations, i);
      const char *command = "";
      guint64 count = 0;
      gint64 p95_us = 0;

      g_variant_lookup (row, "command", "&s", &command);
      g_variant_lookup (row, "count", "t", &count);
      g_variant_lookup (row, "p95_us", "x", &p95_us);
      if (count < FEW_RUNS || p95_us <= worst_us)
        continue;
      worst_us = p95_us;
      slowest = g_intern_string (command);
    }
  if (slowest == NULL)
    {
      kad_health_check_set (self, KAD_HEALTH_SKIPPED, KAD_ADVICE_NONE,
                            "No command was run %d times yet", FEW_RUNS);
      return;
    }
  g_variant_builder_add (&self->facts, "{sv}", "command", g_variant_new ("s", slowest));
  g_variant_builder_add (&self->facts, "{sv}", "p95_us", g_variant_new ("x", worst_us));
  kad_health_check_set (self, worst_us > SLOW_US ? KAD_HEALTH_WARN : KAD_HEALTH_OK,
                        worst_us > SLOW_US ? KAD_ADVICE_SLOW : KAD_ADVICE_NONE,
                        "Of all commands %s takes longest: 95 of 100 runs ended within %.3f s",
                        slowest, (double) worst_us / KAD_USEC_PER_SEC);
}

static gboolean
can_write (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ".kad-health-XXXXXX", NULL);
  int fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0 && write (fd, "ok\n", 3) == 3)
    {
      g_close (fd, NULL);
      g_unlink (path);
      return TRUE;
    }
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s", g_strerror (errno));
  if (fd >= 0)
    {
      g_close (fd, NULL);
      g_unlink (path);
    }
  return FALSE;
}

void
kad_health_check_disk (KadHealthCheck *self, const char *folder)
{
  g_autoptr (GError) error = NULL;
  struct statvfs space;
  guint64 free_bytes;

  if (folder == NULL)
    {
      kad_health_check_set (self, KAD_HEALTH_SKIPPED, KAD_ADVICE_NONE,
                            "This node keeps everything in memory");
      return;
    }
  g_variant_builder_add (&self->facts, "{sv}", "folder", g_variant_new ("s", folder));
  if (!can_write (folder, &error))
    {
      kad_health_check_set (self, KAD_HEALTH_FAIL,
                            g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                                ? KAD_ADVICE_DISK_SPACE
                                : KAD_ADVICE_DATA_FOLDER,
                            "Nothing can be written in %s: %s", folder, error->message);
      return;
    }
  if (statvfs (folder, &space) != 0)
    {
      kad_health_check_set (self, KAD_HEALTH_WARN, KAD_ADVICE_DATA_FOLDER,
                            "How much is free in %s is not known: %s", folder, g_strerror (errno));
      return;
    }
  free_bytes = (guint64) space.f_bavail * space.f_frsize;
  g_variant_builder_add (&self->facts, "{sv}", "free_bytes", g_variant_new ("t", free_bytes));
  if (free_bytes < LITTLE_SPACE_BYTES)
    kad_health_check_set (self, free_bytes < NO_SPACE_BYTES ? KAD_HEALTH_FAIL : KAD_HEALTH_WARN,
                          KAD_ADVICE_DISK_SPACE, "Only %" G_GUINT64_FORMAT " bytes are free in %s",
                          free_bytes, folder);
  else
    kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE,
                          "%s can be written to, and %" G_GUINT64_FORMAT " MiB are free", folder,
                          free_bytes / (1024 * 1024));
}

void
kad_health_check_lookup (KadHealthCheck *self, const KadEvent *event)
{
  guint n = event->peers != NULL ? event->peers->len : 0;
  double seconds = (double) event->stats.duration_us / KAD_USEC_PER_SEC;

  g_variant_builder_add (&self->facts, "{sv}", "closest", g_variant_new ("u", n));
  g_variant_builder_add (&self->facts, "{sv}", "requests",
                         g_variant_new ("u", event->stats.requests));
  g_variant_builder_add (&self->facts, "{sv}", "failures",
                         g_variant_new ("u", event->stats.failures));
  g_variant_builder_add (&self->facts, "{sv}", "duration_us",
                         g_variant_new ("x", event->stats.duration_us));
  if (event->error != NULL)
    kad_health_check_set (self, KAD_HEALTH_FAIL, KAD_ADVICE_SILENT_PEERS,
                          "The lookup of this node's own id failed after %.2f s: %s", seconds,
                          event->error->message);
  else if (n == 0)
    kad_health_check_set (self, KAD_HEALTH_FAIL, KAD_ADVICE_SILENT_PEERS,
                          "The lookup of this node's own id found nobody in %.2f s", seconds);
  else if (event->outcome != KAD_OUTCOME_COMPLETED)
    kad_health_check_set (self, KAD_HEALTH_WARN, KAD_ADVICE_SILENT_PEERS,
                          "The lookup of this node's own id found %u peers in %.2f s, and %u "
                          "requests failed",
                          n, seconds, event->stats.failures);
  else
    kad_health_check_set (self, KAD_HEALTH_OK, KAD_ADVICE_NONE,
                          "The lookup of this node's own id found the %u closest %s in %.2f s", n,
                          n == 1 ? "peer" : "peers", seconds);
}
