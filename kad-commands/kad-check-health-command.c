/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-check-health-command.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "kad-health-checks.h"
#include "kad-time.h"

#define LONGEST_CHECK_US (10 * KAD_USEC_PER_SEC)
#define DEFAULT_TIMEOUT_MS 30000
/* With less time left than this nothing is asked any more. */
#define LEAST_TIME_US (50 * KAD_USEC_PER_MSEC)
#define PROBE_VALUE "Kad was here to check its health."

/**
 * KadCheckHealthCommand:
 *
 * Checks one thing after the other, and gives a result for each as it ends: `check`, `state` (`ok`,
 * `warn`, `fail` or `skipped`), `saw` (the facts as a sentence), `advice` (a word for what to do,
 * empty if nothing is), and what was measured. The checks, in order:
 *
 * - `listening`: `addresses`
 * - `table-size`: `table`, `peers` (connected)
 * - `self-lookup`: the closest peers to this node: `closest`, `requests`, `failures`, `duration_us`
 * - `record-round-trip`: a record with a random key is stored, and got from others: `stored`,
 *   `wanted`, `duration_us`. Only where any record is valid; others drop it after 48 hours
 * - `reachability`: `reachability` and `why`, as `show-reachability` has them; `inbound`
 * - `clock`: `now_us`, `steps`, `largest_step_us`, `difference_us` to the clock of who gave back
 *   the record
 * - `disk`: `folder`, `free_bytes`
 * - `network`: `online`
 * - `modules`: `modules`, `failed`
 * - `latency`: of all commands that ran three times the slowest, `command` and its `p95_us`
 *
 * The last line has `healthy` (nothing failed), `failed` and `warned`. Without `probe` the two
 * that send anything are skipped. Each takes 10 s at most, all of them 30 s, or the `timeout-ms`.
 */
struct _KadCheckHealthCommand
{
  KadCommandHandler parent_instance;

  gboolean asks;

  guint next;
  guint n_failed, n_warned;
  gint64 left_us; /* for what is still to be asked */
  GVariant *stats, *reachability;

  KadQueryId query; /* that the present check waits for */
  GBytes *key;      /* (nullable) of the record, as long as we may keep it */
  KadHealthCheck probe;
  gint64 probe_us;
  gboolean was_given_back;
  gboolean has_skew;
  gint64 skew_us;
};

G_DEFINE_FINAL_TYPE (KadCheckHealthCommand, kad_check_health_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_PROBE = 1,
};

typedef struct
{
  const char *name;
  /* Fills in @check; FALSE: it waits for something, and goes on by end_check(). */
  gboolean (*run) (KadCheckHealthCommand *self, KadHealthCheck *check);
  /* (nullable) an event of the query that it waits for. TRUE: @check is filled in */
  gboolean (*on_event) (KadCheckHealthCommand *self, KadEvent *event, KadHealthCheck *check);
} Check;

static const guint n_checks;

static void advance (KadCheckHealthCommand *self);

/* The caller may end the run right here. */
static void
report (KadCheckHealthCommand *self, const char *name, KadHealthCheck *check)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);

  self->n_failed += check->state == KAD_HEALTH_FAIL;
  self->n_warned += check->state == KAD_HEALTH_WARN;
  self->next++;
  kad_command_handler_report (handler, kad_health_check_end (check, name));
  kad_command_handler_set_progress (handler, self->next, n_checks);
}

/* ---- those that ask ---- */

static gint64
take_time (KadCheckHealthCommand *self, gint64 longest_us)
{
  return MIN (longest_us, self->left_us / 2);
}

/* FALSE: nothing is sent, and @check says why. */
static gboolean
may_ask (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  g_autoptr (GVariant) now = g_variant_lookup_value (self->stats, "now", G_VARIANT_TYPE_VARDICT);
  guint n_peers = 0;

  if (now != NULL)
    g_variant_lookup (now, "table", "u", &n_peers);
  if (!self->asks)
    kad_health_check_set (check, KAD_HEALTH_SKIPPED, KAD_ADVICE_NONE,
                          "Nothing was to be sent (the option probe)");
  else if (n_peers == 0)
    kad_health_check_set (check, KAD_HEALTH_SKIPPED, KAD_ADVICE_JOIN,
                          "There is nobody to ask: the routing table is empty");
  else if (self->left_us < LEAST_TIME_US)
    kad_health_check_set (check, KAD_HEALTH_SKIPPED, KAD_ADVICE_NONE, "No time was left for it");
  else
    return TRUE;
  return FALSE;
}

static void
start_query (KadCheckHealthCommand *self, const KadQuerySpec *spec)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);

  self->query = kad_swarm_start_query (kad_command_handler_get_swarm (handler), spec);
  kad_command_handler_own_query (handler, self->query);
}

static gboolean
look_up_ourselves (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  KadSwarm *swarm = kad_command_handler_get_swarm (KAD_COMMAND_HANDLER (self));
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GBytes) key = NULL;
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS };

  if (!may_ask (self, check))
    return TRUE;
  identity = kad_swarm_dup_identity (swarm);
  key = kad_peer_id_to_bytes (&identity->peer);
  spec.key = key;
  spec.timeout_us = take_time (self, LONGEST_CHECK_US);
  start_query (self, &spec);
  return FALSE;
}

static gboolean
on_lookup_event (KadCheckHealthCommand *self, KadEvent *event, KadHealthCheck *check)
{
  if (!event->is_last)
    return FALSE;
  kad_health_check_lookup (check, event);
  return TRUE;
}

/* What a put leaves with us would be announced again and again. */
static void
forget_record (KadCheckHealthCommand *self)
{
  if (self->key != NULL)
    kad_swarm_remove_record (kad_command_handler_get_swarm (KAD_COMMAND_HANDLER (self)), self->key,
                             NULL);
}

static gboolean
put_record (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  g_autoptr (GVariant) node = g_variant_lookup_value (self->stats, "node", G_VARIANT_TYPE_VARDICT);
  g_autofree char *random = g_uuid_string_random ();
  g_autofree char *key = g_strconcat ("/kad-health/", random, NULL);
  g_autoptr (GBytes) value = g_bytes_new_static (PROBE_VALUE, sizeof PROBE_VALUE - 1);
  KadQuerySpec spec = { .kind = KAD_QUERY_PUT_RECORD, .value = value, .once = TRUE };
  gboolean accepts_any = FALSE;

  if (!may_ask (self, check))
    return TRUE;
  if (node != NULL)
    g_variant_lookup (node, "accept_any", "b", &accepts_any);
  if (!accepts_any)
    {
      kad_health_check_set (check, KAD_HEALTH_SKIPPED, KAD_ADVICE_NONE,
                            "This network does not take just any record");
      return TRUE;
    }
  self->key = g_bytes_new (key, strlen (key));
  spec.key = self->key;
  spec.timeout_us = take_time (self, LONGEST_CHECK_US / 2);
  start_query (self, &spec);
  return FALSE;
}

static void
get_record (KadCheckHealthCommand *self)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_GET_RECORD, .key = self->key };

  spec.timeout_us = take_time (self, LONGEST_CHECK_US / 2);
  start_query (self, &spec);
}

static gboolean
on_put_event (KadCheckHealthCommand *self, KadEvent *event, KadHealthCheck *check)
{
  if (!event->is_last)
    return FALSE;
  forget_record (self);
  self->probe_us = event->stats.duration_us;
  g_variant_builder_add (&self->probe.facts, "{sv}", "stored", g_variant_new ("u", event->stored));
  g_variant_builder_add (&self->probe.facts, "{sv}", "wanted", g_variant_new ("u", event->wanted));
  if (event->error == NULL && event->stored > 0)
    {
      get_record (self);
      return FALSE;
    }
  kad_health_check_set (check, KAD_HEALTH_FAIL, KAD_ADVICE_NOT_STORED,
                        "A record could not be stored: %s",
                        event->error != NULL ? event->error->message : "nobody took it");
  return TRUE;
}

static void
note_given_back (KadCheckHealthCommand *self, const KadRecord *record)
{
  const char *text = kad_record_get_time_received (record);
  gsize len;
  const char *value = g_bytes_get_data (kad_record_get_value (record), &len);
  KadWallTime theirs;

  if (len == sizeof PROBE_VALUE - 1 && memcmp (value, PROBE_VALUE, len) == 0)
    self->was_given_back = TRUE;
  if (text == NULL || !kad_wall_time_parse_rfc3339 (text, &theirs))
    return;
  self->has_skew = TRUE;
  self->skew_us = g_get_real_time () - theirs.unix_us;
}

static gboolean
on_get_event (KadCheckHealthCommand *self, KadEvent *event, KadHealthCheck *check)
{
  gint64 whole_us;

  if (event->record != NULL)
    note_given_back (self, event->record);
  if (!event->is_last)
    return FALSE;
  whole_us = self->probe_us + event->stats.duration_us;
  g_variant_builder_add (&check->facts, "{sv}", "duration_us", g_variant_new ("x", whole_us));
  if (self->was_given_back)
    kad_health_check_set (check, KAD_HEALTH_OK, KAD_ADVICE_NONE,
                          "A record was stored, and given back by others, in %.2f s",
                          (double) whole_us / KAD_USEC_PER_SEC);
  else
    kad_health_check_set (check, KAD_HEALTH_FAIL, KAD_ADVICE_NOT_STORED,
                          "A record was stored, but nobody gave it back: %s",
                          event->error != NULL ? event->error->message : "nobody has it");
  return TRUE;
}

static gboolean
on_record_event (KadCheckHealthCommand *self, KadEvent *event, KadHealthCheck *check)
{
  return event->kind == KAD_QUERY_PUT_RECORD ? on_put_event (self, event, check)
                                             : on_get_event (self, event, check);
}

/* ---- the disk, which may take its time ---- */

static void
disk_free (gpointer data)
{
  kad_health_check_clear (data);
  g_free (data);
}

static void
look_at_disk (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  KadHealthCheck *check = g_new (KadHealthCheck, 1);

  kad_health_check_init (check);
  kad_health_check_disk (check, data);
  g_task_return_pointer (task, check, disk_free);
}

/* The thread holds nothing of ours: what ends with this run belongs to this thread. */
static void
on_disk (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (KadCheckHealthCommand) self = g_weak_ref_get (weak);
  KadHealthCheck *check = g_task_propagate_pointer (G_TASK (result), NULL);

  g_weak_ref_clear (weak);
  g_free (weak);
  if (self != NULL && !kad_command_handler_is_done (KAD_COMMAND_HANDLER (self)))
    {
      report (self, "disk", check);
      advance (self);
    }
  disk_free (check);
}

static gboolean
check_disk (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  g_autoptr (GVariant) node = g_variant_lookup_value (self->stats, "node", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GTask) task = NULL;
  const char *folder = NULL;
  GWeakRef *weak;

  if (node != NULL)
    g_variant_lookup (node, "data", "&s", &folder);
  if (folder == NULL)
    {
      kad_health_check_disk (check, NULL);
      return TRUE;
    }
  weak = g_new (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  task = g_task_new (NULL, NULL, on_disk, weak);
  g_task_set_source_tag (task, check_disk);
  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, look_at_disk);
  return FALSE;
}

/* ---- those that look ---- */

static gboolean
check_listening (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  kad_health_check_listening (check, self->stats, self->reachability);
  return TRUE;
}

static gboolean
check_table (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  kad_health_check_table (check, self->stats);
  return TRUE;
}

static gboolean
check_reachability (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  kad_health_check_reachability (check, self->stats, self->reachability);
  return TRUE;
}

static gboolean
check_clock (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  kad_health_check_clock (check, self->stats, self->has_skew, self->skew_us);
  return TRUE;
}

static gboolean
check_network (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  kad_health_check_network (check, self->reachability);
  return TRUE;
}

static gboolean
check_modules (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  kad_health_check_modules (check);
  return TRUE;
}

static gboolean
check_latency (KadCheckHealthCommand *self, KadHealthCheck *check)
{
  kad_health_check_latency (check, self->stats);
  return TRUE;
}

static const Check checks[] = {
  { "listening", check_listening, NULL },
  { "table-size", check_table, NULL },
  { "self-lookup", look_up_ourselves, on_lookup_event },
  { "record-round-trip", put_record, on_record_event },
  { "reachability", check_reachability, NULL },
  { "clock", check_clock, NULL },
  { "disk", check_disk, NULL },
  { "network", check_network, NULL },
  { "modules", check_modules, NULL },
  { "latency", check_latency, NULL },
};

static const guint n_checks = G_N_ELEMENTS (checks);

/* ---- one after the other ---- */

static void
finish (KadCheckHealthCommand *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "healthy", g_variant_new_boolean (self->n_failed == 0));
  g_variant_builder_add (&builder, "{sv}", "failed", g_variant_new_uint32 (self->n_failed));
  g_variant_builder_add (&builder, "{sv}", "warned", g_variant_new_uint32 (self->n_warned));
  kad_command_handler_finish (KAD_COMMAND_HANDLER (self), g_variant_builder_end (&builder));
}

static void
reset_probe (KadCheckHealthCommand *self)
{
  kad_health_check_clear (&self->probe);
  kad_health_check_init (&self->probe);
}

static void
advance (KadCheckHealthCommand *self)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);

  while (self->next < n_checks && !kad_command_handler_is_done (handler))
    {
      reset_probe (self);
      if (!checks[self->next].run (self, &self->probe))
        return;
      report (self, checks[self->next].name, &self->probe);
    }
  if (!kad_command_handler_is_done (handler))
    finish (self);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadCheckHealthCommand *self = KAD_CHECK_HEALTH_COMMAND (handler);

  self->left_us = kad_command_handler_get_timeout_us (handler);
  self->stats = kad_swarm_dup_stats (swarm);
  self->reachability = kad_swarm_dup_reachability (swarm);
  kad_command_handler_set_progress (handler, 0, n_checks);
  advance (self);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadCheckHealthCommand *self = KAD_CHECK_HEALTH_COMMAND (handler);
  const Check *check = &checks[self->next];

  if (self->query == 0 || !kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (event->is_last)
    {
      kad_command_handler_merge_stats (handler, kad_event_get_stats (event));
      self->left_us -= MAX (event->stats.duration_us, 0);
      self->query = 0;
    }
  if (!check->on_event (self, event, &self->probe))
    return KAD_EVENT_CONSUME;
  report (self, check->name, &self->probe);
  advance (self);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadCheckHealthCommand *self = KAD_CHECK_HEALTH_COMMAND (object);

  switch (id)
    {
    case PROP_PROBE:
      self->asks = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
dispose (GObject *object)
{
  KadCheckHealthCommand *self = KAD_CHECK_HEALTH_COMMAND (object);

  /* Cancelled when it was stored, but before we knew. */
  forget_record (self);
  g_clear_pointer (&self->key, g_bytes_unref);
  G_OBJECT_CLASS (kad_check_health_command_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  KadCheckHealthCommand *self = KAD_CHECK_HEALTH_COMMAND (object);

  kad_health_check_clear (&self->probe);
  g_clear_pointer (&self->stats, g_variant_unref);
  g_clear_pointer (&self->reachability, g_variant_unref);
  G_OBJECT_CLASS (kad_check_health_command_parent_class)->finalize (object);
}

static void
kad_check_health_command_class_init (KadCheckHealthCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Check the health of this node, one thing after the other");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->default_timeout_ms = DEFAULT_TIMEOUT_MS;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_PROBE,
      g_param_spec_boolean ("probe", N_ ("Probe"),
                            N_ ("Whether to run the checks that ask other nodes"), TRUE,
                            KAD_PARAM_ARGUMENT));
}

static void
kad_check_health_command_init (KadCheckHealthCommand *self)
{
  kad_health_check_init (&self->probe);
}
