/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two nodes start, join, store, find, provide and stop; and again, with one call into the system
 * failing, for each call there is. Whatever fails, nobody crashes, hangs or complains of its
 * caller: everything works all the same, or something says in words why it does not. Once the
 * failing is over the same nodes with the same files work, and no descriptor was left behind.
 *
 * Each fault is a process of its own. malloc is not among what fails: GLib aborts by design. */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "kad-error.h"
#include "kad-node.h"
#include "kad-private-key.h"

#define HANG_S 60
#define CHILDREN 2

typedef enum
{
  OUTCOME_NONE, /* it did not live to say */
  OUTCOME_WORKED,
  OUTCOME_ERROR, /* and the text says which */
} Outcome;

/* What a child tells, in memory that is shared with it. */
typedef struct
{
  Outcome outcome;
  guint counts[FAULT_N_CLASSES];
  guint n_descriptors;
  gint64 wall_us;
  gint64 cpu_us;
  gboolean has_recovered;
  gboolean keeps_identity;
  char text[512];
} Report;

typedef struct
{
  pid_t pid;
  guint nth;
  int error;
  gboolean stays;
  FaultClass which;
  Report *report;
  char *folder;
} Child;

/* ---- in a child ---- */

typedef struct
{
  KadNode *nodes[2];
  GAsyncResult *result;
} World;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object (&((World *) user_data)->result, result);
}

static GAsyncResult *
wait_for (World *world)
{
  while (world->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return world->result;
}

static gboolean
start_node (World *world, guint number, const char *folder, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autofree char *data = g_strdup_printf ("%s/%u", folder, number);
  gboolean ok;

  if (!kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", error)
      || !kad_node_config_add_listen (config, "/ip4/0.0.0.0/tcp/0", error))
    return FALSE;
  if (number > 0)
    {
      g_auto (GStrv) addresses = kad_node_dup_addresses (world->nodes[0]);

      g_assert_nonnull (addresses[0]);
      if (!kad_node_config_add_bootstrap (config, addresses[0], error))
        return FALSE;
    }
  kad_node_config_set_mode (config, KAD_MODE_SERVER);
  kad_node_config_set_data (config, data);
  world->nodes[number] = kad_node_new (config, error);
  if (world->nodes[number] == NULL)
    return FALSE;
  kad_node_start_async (world->nodes[number], NULL, on_ready, world);
  ok = kad_node_start_finish (world->nodes[number], wait_for (world), error);
  g_clear_object (&world->result);
  return ok;
}

static gboolean
run (World *world, guint number, const char *command, const char *options, GError **error)
{
  GVariant *parsed = g_variant_parse (G_VARIANT_TYPE_VARDICT, options, NULL, NULL, NULL);
  g_autoptr (GVariant) summary = NULL;

  kad_node_run_async (world->nodes[number], command, parsed, NULL, NULL, NULL, NULL, on_ready,
                      world);
  summary = kad_node_run_finish (world->nodes[number], wait_for (world), error);
  g_clear_object (&world->result);
  return summary != NULL;
}

static gboolean
work (World *world, GError **error)
{
  static const struct
  {
    guint node;
    const char *command;
    const char *options;
  } steps[] = {
    { 1, "bootstrap", "{'timeout-ms': <uint32 5000>}" },
    { 1, "put-record", "{'key': <'/v/key'>, 'value': <'value'>, 'timeout-ms': <uint32 5000>}" },
    { 0, "get-record", "{'key': <'/v/key'>, 'timeout-ms': <uint32 5000>}" },
    { 0, "start-provide", "{'key': <'text:it'>, 'timeout-ms': <uint32 5000>}" },
    { 1, "get-providers", "{'key': <'text:it'>, 'timeout-ms': <uint32 5000>}" },
    { 1, "closest-peers", "{'key': <'text:x'>, 'timeout-ms': <uint32 5000>}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (!run (world, steps[i].node, steps[i].command, steps[i].options, error))
      {
        g_prefix_error (error, "%s: ", steps[i].command);
        return FALSE;
      }
  return TRUE;
}

static void
stop (World *world)
{
  for (guint i = 0; i < 2; i++)
    {
      if (world->nodes[i] == NULL)
        continue;
      kad_node_stop_async (world->nodes[i], on_ready, world);
      kad_node_stop_finish (world->nodes[i], wait_for (world), NULL);
      g_clear_object (&world->result);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_finalize_object (g_steal_pointer (&world->nodes[i]));
    }
}

static gboolean
play (const char *folder, GError **error)
{
  World world = { 0 };
  gboolean ok = start_node (&world, 0, folder, error) && start_node (&world, 1, folder, error)
                && work (&world, error);

  stop (&world);
  return ok;
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* What it may hold is a whole key or nothing. NULL: there is none. */
static GBytes *
read_identity (const char *folder, guint number)
{
  g_autofree char *path = g_strdup_printf ("%s/%u/identity", folder, number);
  char *data = NULL;
  gsize len;
  KadPrivateKey *key;

  if (!g_file_get_contents (path, &data, &len, NULL))
    return NULL;
  key = kad_private_key_new_from_protobuf ((const guint8 *) data, len, NULL);
  g_assert_nonnull (key);
  kad_private_key_unref (key);
  return g_bytes_new_take (data, len);
}

static gboolean
is_same_identity (GBytes *before, GBytes *after)
{
  return before == NULL || (after != NULL && g_bytes_equal (before, after));
}

static gboolean
has_only_identities (const char *folder)
{
  for (guint number = 0; number < 2; number++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u", folder, number);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        if (!g_str_equal (name, "identity") && !g_str_has_prefix (name, "kad."))
          return FALSE;
    }
  return TRUE;
}

/* The same nodes, the same files, and nothing that fails. */
static void
check_recovery (const Child *child, GBytes *const *identities)
{
  Report *report = child->report;
  g_autoptr (GError) error = NULL;

  report->keeps_identity = TRUE;
  /* What was not loaded is loaded by the next process. */
  report->has_recovered = child->which == FAULT_DLOPEN || play (child->folder, &error);
  if (error != NULL)
    g_strlcpy (report->text, error->message, sizeof report->text);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) now = read_identity (child->folder, i);

      if (!is_same_identity (identities[i], now))
        report->keeps_identity = FALSE;
    }
  if (!has_only_identities (child->folder))
    report->keeps_identity = FALSE;
}

static gint64
get_cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gint64) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC
         + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void
child_main (const Child *child)
{
  Report *report = child->report;
  GBytes *identities[2] = { NULL, NULL };
  g_autoptr (GError) error = NULL;
  gint64 begun_us = g_get_monotonic_time ();
  gboolean ok;

  alarm (HANG_S);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  /* Makes GLib start its own thread, which it does not live without. */
  g_type_ensure (G_TYPE_TASK);
  faults_begin (child->which, child->nth, child->error, child->stays);
  ok = play (child->folder, &error);
  faults_end ();
  report->wall_us = g_get_monotonic_time () - begun_us;
  report->cpu_us = get_cpu_us ();
  for (guint i = 0; i < FAULT_N_CLASSES; i++)
    report->counts[i] = faults_get_count ((FaultClass) i);
  g_assert_true (ok == (error == NULL));
  if (error != NULL)
    g_strlcpy (report->text, error->message, sizeof report->text);
  for (guint i = 0; i < 2; i++)
    identities[i] = read_identity (child->folder, i);
  check_recovery (child, (GBytes *const *) identities);
  report->n_descriptors = count_descriptors ();
  report->outcome = ok ? OUTCOME_WORKED : OUTCOME_ERROR;
  _exit (0);
}

/* ---- in the parent, which has no threads ---- */

/* The first node has an identity, the second makes one. */
static void
write_identity (const char *folder)
{
  static const guint8 seed[32] = { 1 };
  g_autofree char *parent = g_build_filename (folder, "0", NULL);
  g_autofree char *path = g_build_filename (parent, "identity", NULL);
  KadPrivateKey *key = kad_private_key_new_ed25519_from_seed (seed);
  g_autoptr (GBytes) bytes = kad_private_key_to_protobuf (key);

  g_assert_cmpint (g_mkdir (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                                           (gssize) g_bytes_get_size (bytes),
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  kad_private_key_unref (key);
}

static void
child_start (Child *self, FaultClass which, guint nth, int error, gboolean stays)
{
  self->which = which;
  self->nth = nth;
  self->error = error;
  self->stays = stays;
  self->folder = g_dir_make_tmp ("kad-faults-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  write_identity (self->folder);
  self->report
      = mmap (NULL, sizeof (Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (self->report != MAP_FAILED);
  self->pid = fork ();
  g_assert_cmpint (self->pid, >=, 0);
  if (self->pid == 0)
    child_main (self);
}

static void
child_clear (Child *self)
{
  for (guint number = 0; number < 2; number++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/%u", self->folder, number);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          g_unlink (path);
        }
      g_rmdir (folder);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  munmap (self->report, sizeof (Report));
  *self = (Child){ 0 };
}

static void
check_child (const Child *self, int status, guint n_descriptors)
{
  const Report *report = self->report;

  g_test_message ("%s %u: %s: %s %s", fault_kinds[self->which].name, self->nth,
                  g_strerror (self->error), report->outcome == OUTCOME_WORKED ? "worked" : "said",
                  report->text);
  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0 || report->outcome == OUTCOME_NONE)
    g_error ("The process of %s number %u (%s) ended with status %#x, signal %d",
             fault_kinds[self->which].name, self->nth, g_strerror (self->error), status,
             WIFSIGNALED (status) ? WTERMSIG (status) : 0);
  if (!report->has_recovered)
    g_error ("After %s number %u (%s) it does not work any more: %s", fault_kinds[self->which].name,
             self->nth, g_strerror (self->error), report->text);
  if (report->outcome == OUTCOME_ERROR)
    g_assert_cmpuint (strlen (report->text), >, 10);
  /* Who waits for something sleeps. */
  if (report->wall_us > 2 * G_USEC_PER_SEC)
    g_assert_cmpint (report->cpu_us, <, report->wall_us / 2);
  /* A signal that came in between is no reason to fail. */
  if (self->error == EINTR)
    g_assert_cmpint (report->outcome, ==, OUTCOME_WORKED);
  g_assert_true (report->keeps_identity);
  /* Where there is no eventfd GLib takes a pipe, which is one more. */
  if (self->which == FAULT_EVENTFD)
    n_descriptors++;
  if (n_descriptors > 1 && report->n_descriptors > n_descriptors)
    g_error ("%s number %u (%s) leaves descriptors behind: %u instead of %u",
             fault_kinds[self->which].name, self->nth, g_strerror (self->error),
             report->n_descriptors, n_descriptors);
}

/* Without any fault: how many calls there are, and descriptors at the end. */
static void
measure (Report *report)
{
  static Report known;
  Child child = { 0 };
  int status;

  if (known.outcome == OUTCOME_NONE)
    {
      child_start (&child, FAULT_ACCEPT, 0, 0, FALSE);
      g_assert_cmpint (waitpid (child.pid, &status, 0), ==, child.pid);
      check_child (&child, status, 0);
      g_assert_cmpint (child.report->outcome, ==, OUTCOME_WORKED);
      known = *child.report;
      child_clear (&child);
    }
  *report = known;
}

static void
finish_one (Child *children, guint n_descriptors)
{
  int status;
  pid_t pid = waitpid (-1, &status, 0);

  g_assert_cmpint (pid, >, 0);
  for (guint i = 0; i < CHILDREN; i++)
    if (children[i].pid == pid)
      {
        check_child (&children[i], status, n_descriptors);
        child_clear (&children[i]);
        return;
      }
  g_assert_not_reached ();
}

static Child *
find_free (Child *children)
{
  for (guint i = 0; i < CHILDREN; i++)
    if (children[i].pid == 0)
      return &children[i];
  return NULL;
}

typedef struct
{
  Child children[CHILDREN];
  guint running;
  Report normal;
} Crowd;

static void
crowd_finish (Crowd *self, guint left)
{
  for (; self->running > left; self->running--)
    finish_one (self->children, self->normal.n_descriptors);
}

static void
crowd_try (Crowd *self, FaultClass which, guint nth, int error, gboolean stays)
{
  crowd_finish (self, CHILDREN - 1);
  child_start (find_free (self->children), which, nth, error, stays);
  self->running++;
}

static void
test_each (gconstpointer user_data)
{
  FaultClass which = (FaultClass) GPOINTER_TO_UINT (user_data);
  const FaultKind *kind = &fault_kinds[which];
  Crowd crowd = { 0 };

  g_test_summary ("Whichever call of this kind fails, it works all the same or says why not");

  measure (&crowd.normal);
  g_test_message ("%s: %u calls", kind->name, crowd.normal.counts[which]);
  g_assert_cmpuint (crowd.normal.counts[which], >, 0);
  for (guint at = 0; kind->errors[at] != 0; at++)
    for (guint nth = 1; nth <= crowd.normal.counts[which]; nth++)
      crowd_try (&crowd, which, nth, kind->errors[at], FALSE);
  crowd_finish (&crowd, 0);
}

static void
test_all_from (gconstpointer user_data)
{
  FaultClass which = (FaultClass) GPOINTER_TO_UINT (user_data);
  const FaultKind *kind = &fault_kinds[which];
  Crowd crowd = { 0 };

  g_test_summary ("When no call of this kind works any more it says so, and does not spin");

  measure (&crowd.normal);
  /* A signal passes, and who gave up waiting is gone. */
  for (guint at = 0; kind->errors[at] != 0; at++)
    if (kind->errors[at] != EINTR && kind->errors[at] != ECONNABORTED)
      {
        guint count = crowd.normal.counts[which];

        crowd_try (&crowd, which, 1, kind->errors[at], TRUE);
        if (count > 1)
          crowd_try (&crowd, which, 1 + count / 2, kind->errors[at], TRUE);
      }
  crowd_finish (&crowd, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < FAULT_N_CLASSES; i++)
    {
      g_autofree char *each = g_strdup_printf ("/faults/%s/each", fault_kinds[i].name);
      g_autofree char *all = g_strdup_printf ("/faults/%s/from-here-on", fault_kinds[i].name);

      g_test_add_data_func (each, GUINT_TO_POINTER (i), test_each);
      /* GLib makes another pipe or ends the process where no wake-up can be had. */
      if (i != FAULT_EVENTFD)
        g_test_add_data_func (all, GUINT_TO_POINTER (i), test_all_from);
    }
  return g_test_run ();
}
