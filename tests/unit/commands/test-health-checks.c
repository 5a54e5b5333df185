/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-health-checks.h"

#include "fake-swarm.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *dict = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return dict;
}

static void
assert_check (KadHealthCheck *check, KadHealthState state, const char *advice)
{
  g_autoptr (GVariant) result = NULL;

  g_test_message ("%s", check->saw);
  g_assert_cmpint (check->state, ==, state);
  g_assert_cmpstr (check->advice, ==, advice);
  result = g_variant_ref_sink (kad_health_check_end (check, "x"));
  g_assert_true (g_variant_is_of_type (result, G_VARIANT_TYPE_VARDICT));
  kad_health_check_clear (check);
}

static void
assert_listening (const char *stats, const char *reachability, KadHealthState state,
                  const char *advice)
{
  g_autoptr (GVariant) a = parse (stats);
  g_autoptr (GVariant) b = parse (reachability);
  KadHealthCheck check;

  kad_health_check_init (&check);
  kad_health_check_listening (&check, a, b);
  assert_check (&check, state, advice);
}

static void
test_listening (void)
{
  const char *nowhere = "{'listening': <@as []>}";

  g_test_summary ("A server has to listen, a client need not");

  assert_listening ("{}", "{'listening': <['/ip4/1.2.3.4/tcp/1']>}", KAD_HEALTH_OK, "");
  assert_listening ("{}", nowhere, KAD_HEALTH_FAIL, "listen");
  assert_listening ("{'node': <{'mode': <'auto'>}>}", nowhere, KAD_HEALTH_FAIL, "listen");
  assert_listening ("{'node': <{'mode': <'client'>}>}", nowhere, KAD_HEALTH_OK, "");
  assert_listening ("{}", "{}", KAD_HEALTH_FAIL, "listen");
}

static void
test_table (void)
{
  static const struct
  {
    guint n;
    KadHealthState state;
    const char *advice;
  } cases[] = {
    { 0, KAD_HEALTH_FAIL, "join" },
    { 1, KAD_HEALTH_WARN, "more-peers" },
    { 3, KAD_HEALTH_WARN, "more-peers" },
    { 4, KAD_HEALTH_OK, "" },
  };

  g_test_summary ("Nobody is a failure, a few are a warning");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'now': <{'table': <uint32 %u>}>}", cases[i].n);
      g_autoptr (GVariant) stats = parse (text);
      KadHealthCheck check;

      kad_health_check_init (&check);
      kad_health_check_table (&check, stats);
      assert_check (&check, cases[i].state, cases[i].advice);
    }
}

static void
assert_reachability (const char *mode, const char *state, const char *why, KadHealthState wanted,
                     const char *advice)
{
  g_autofree char *node = g_strdup_printf ("{'node': <{'mode': <'%s'>}>}", mode);
  g_autofree char *reach = g_strdup_printf ("{'state': <'%s'>, 'why': <'%s'>}", state, why);
  g_autoptr (GVariant) a = parse (node);
  g_autoptr (GVariant) b = parse (reach);
  KadHealthCheck check;

  kad_health_check_init (&check);
  kad_health_check_reachability (&check, a, b);
  assert_check (&check, wanted, advice);
}

static void
test_reachability (void)
{
  g_test_summary ("Who shall serve the public network has to be reached, by whatever is missing");

  assert_reachability ("auto", "public", "inbound-from-outside", KAD_HEALTH_OK, "");
  assert_reachability ("auto", "local", "listening", KAD_HEALTH_OK, "");
  assert_reachability ("client", "private", "not-listening", KAD_HEALTH_OK, "");
  assert_reachability ("server", "private", "not-listening", KAD_HEALTH_WARN, "listen");
  assert_reachability ("auto", "private", "behind-router", KAD_HEALTH_WARN, "forward-port");
  assert_reachability ("auto", "unknown", "nobody-came", KAD_HEALTH_WARN, "wait-for-inbound");
}

static void
assert_clock (gint64 now_us, gint64 step_us, gboolean has_skew, gint64 skew_us,
              KadHealthState state, const char *advice)
{
  g_autofree char *text = g_strdup_printf ("{'clock': <{'now_us': <int64 %" G_GINT64_FORMAT
                                           ">, 'largest_step_us': <int64 %" G_GINT64_FORMAT
                                           ">, 'steps': <uint64 1>}>}",
                                           now_us, step_us);
  g_autoptr (GVariant) stats = parse (text);
  KadHealthCheck check;

  kad_health_check_init (&check);
  kad_health_check_clock (&check, stats, has_skew, skew_us);
  assert_check (&check, state, advice);
}

static void
test_clock (void)
{
  const gint64 s = G_USEC_PER_SEC, now = 1790000000 * s;

  g_test_summary ("Before 2025, set by a minute, or five minutes from others: the clock is wrong");

  assert_clock (now, 0, FALSE, 0, KAD_HEALTH_OK, "");
  assert_clock (now, 2 * s, TRUE, -299 * s, KAD_HEALTH_OK, "");
  assert_clock (now, -60 * s, FALSE, 0, KAD_HEALTH_WARN, "set-clock");
  assert_clock (now, 0, TRUE, -301 * s, KAD_HEALTH_WARN, "set-clock");
  assert_clock (now, 0, TRUE, G_MAXINT64, KAD_HEALTH_WARN, "set-clock");
  assert_clock (0, 0, FALSE, 0, KAD_HEALTH_FAIL, "set-clock");
  assert_clock (1735689600 * s - 1, 0, FALSE, 0, KAD_HEALTH_FAIL, "set-clock");
}

static gboolean is_full;

/* Taken over from the C library: a disk that is full is not to be had everywhere. */
ssize_t
write (int fd, const void *data, size_t len)
{
  if (is_full)
    {
      errno = ENOSPC;
      return -1;
    }
  return syscall (SYS_write, fd, data, len);
}

static void
assert_disk (const char *folder, KadHealthState state, const char *advice)
{
  KadHealthCheck check;

  kad_health_check_init (&check);
  kad_health_check_disk (&check, folder);
  assert_check (&check, state, advice);
}

static void
test_disk (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autoptr (GDir) dir = NULL;

  g_test_summary ("A folder that is there, is missing, is a file, takes nothing, or is full");

  assert_disk (NULL, KAD_HEALTH_SKIPPED, "");
  assert_disk (missing, KAD_HEALTH_FAIL, "data-folder");
  /* What the machine has left is not ours to say. */
  if (access ("/proc/self", X_OK) == 0)
    assert_disk ("/proc/self", KAD_HEALTH_FAIL, "data-folder");
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  assert_disk (file, KAD_HEALTH_FAIL, "data-folder");
  g_unlink (file);
  is_full = TRUE;
  assert_disk (folder, KAD_HEALTH_FAIL, "disk-space");
  is_full = FALSE;
  if (getuid () != 0)
    {
      g_chmod (folder, 0500);
      assert_disk (folder, KAD_HEALTH_FAIL, "data-folder");
      g_chmod (folder, 0700);
    }

  {
    KadHealthCheck check;

    kad_health_check_init (&check);
    kad_health_check_disk (&check, folder);
    g_assert_cmpstr (check.advice, !=, "data-folder");
    kad_health_check_clear (&check);
  }
  /* Nothing of the probe is left. */
  dir = g_dir_open (folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  g_rmdir (folder);
}

static void
assert_network (const char *text, KadHealthState state, const char *advice)
{
  g_autoptr (GVariant) reachability = parse (text);
  KadHealthCheck check;

  kad_health_check_init (&check);
  kad_health_check_network (&check, reachability);
  assert_check (&check, state, advice);
}

static void
test_network (void)
{
  g_test_summary ("Without an address it is a failure, but for networks of one machine");

  assert_network ("{'online': <true>}", KAD_HEALTH_OK, "");
  assert_network ("{'online': <false>, 'state': <'local'>}", KAD_HEALTH_WARN, "connect");
  assert_network ("{'online': <false>, 'state': <'private'>}", KAD_HEALTH_FAIL, "connect");
}

static void
assert_latency (const char *rows, KadHealthState state, const char *advice)
{
  g_autofree char *text = g_strdup_printf ("{'operations': <%s>}", rows);
  g_autoptr (GVariant) stats = parse (text);
  KadHealthCheck check;

  kad_health_check_init (&check);
  kad_health_check_latency (&check, stats);
  assert_check (&check, state, advice);
}

static void
test_latency (void)
{
  g_test_summary ("The slowest command that ran often enough decides");

  assert_latency ("@aa{sv} []", KAD_HEALTH_SKIPPED, "");
  assert_latency ("[{'command': <'a'>, 'count': <uint64 2>, 'p95_us': <int64 99000000>}]",
                  KAD_HEALTH_SKIPPED, "");
  assert_latency ("[{'command': <'a'>, 'count': <uint64 3>, 'p95_us': <int64 9000000>}]",
                  KAD_HEALTH_OK, "");
  assert_latency ("[{'command': <'a'>, 'count': <uint64 3>, 'p95_us': <int64 11000000>}, "
                  "{'command': <'b'>, 'count': <uint64 9>, 'p95_us': <int64 5>}]",
                  KAD_HEALTH_WARN, "slow");
}

static void
test_lookup (void)
{
  g_autoptr (KadEvent) event = kad_event_new (KAD_EVENT_QUERY_PROGRESS);
  KadHealthCheck check;

  g_test_summary ("A lookup that found nobody fails; one that starved is a warning");

  event->outcome = KAD_OUTCOME_COMPLETED;
  kad_health_check_init (&check);
  kad_health_check_lookup (&check, event);
  assert_check (&check, KAD_HEALTH_FAIL, "silent-peers");

  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, fake_peer_new (FAKE_PEER_A, NULL));
  kad_health_check_init (&check);
  kad_health_check_lookup (&check, event);
  assert_check (&check, KAD_HEALTH_OK, "");

  event->outcome = KAD_OUTCOME_STARVED;
  kad_health_check_init (&check);
  kad_health_check_lookup (&check, event);
  assert_check (&check, KAD_HEALTH_WARN, "silent-peers");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health-checks/listening", test_listening);
  g_test_add_func ("/health-checks/table", test_table);
  g_test_add_func ("/health-checks/reachability", test_reachability);
  g_test_add_func ("/health-checks/clock", test_clock);
  g_test_add_func ("/health-checks/disk", test_disk);
  g_test_add_func ("/health-checks/network", test_network);
  g_test_add_func ("/health-checks/latency", test_latency);
  g_test_add_func ("/health-checks/lookup", test_lookup);
  return g_test_run ();
}
