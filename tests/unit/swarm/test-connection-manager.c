/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-connection-manager.h"

#define SECOND G_USEC_PER_SEC
#define MINUTE (60 * (gint64) G_USEC_PER_SEC)
#define NOW (100000 * MINUTE)

/* An idle client that came an hour ago, from where nobody else is. */
static KadConnectionUse
idle_client (const char *name)
{
  return (KadConnectionUse){ .owner = (gpointer) name,
                             .opened_us = NOW - 60 * MINUTE,
                             .used_us = NOW - 30 * MINUTE,
                             .group_size = 1 };
}

static void
assert_order (KadConnectionUse *uses, guint n, const char *names)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (found, uses[i].owner);
  g_assert_cmpstr (found->str, ==, names);
}

static void
test_least_useful_first (void)
{
  KadConnectionUse uses[9];
  guint n = 0;

  g_test_summary ("Idle clients go before servers, those before streams in use, those before the "
                  "routing table; a second connection goes before all");

  uses[n] = idle_client ("table ");
  uses[n++].is_in_table = TRUE;
  uses[n] = idle_client ("waited ");
  uses[n++].is_waited_for = TRUE;
  uses[n] = idle_client ("streams ");
  uses[n++].n_streams = 1;
  uses[n] = idle_client ("server ");
  uses[n++].is_server = TRUE;
  uses[n] = idle_client ("ours ");
  uses[n++].is_outbound = TRUE;
  uses[n] = idle_client ("used ");
  uses[n++].used_us = NOW - 5 * MINUTE;
  uses[n++] = idle_client ("idle ");
  uses[n] = idle_client ("young ");
  uses[n++].opened_us = NOW - 5 * MINUTE;
  uses[n] = idle_client ("second ");
  uses[n++].is_extra = TRUE;
  g_assert_cmpuint (kad_connection_manager_choose (uses, n, n, NOW, TRUE, G_MAXINT), ==, n);
  assert_order (uses, n, "second young idle used ours server streams waited table ");
}

static void
test_idle_longest_first (void)
{
  KadConnectionUse uses[3] = { idle_client ("b"), idle_client ("a"), idle_client ("c") };

  g_test_summary ("Of equals the one goes that was idle longest");

  uses[0].used_us -= 2;
  uses[1].used_us -= 3;
  uses[2].used_us -= 1;
  g_assert_cmpuint (kad_connection_manager_choose (uses, 3, 2, NOW, TRUE, G_MAXINT), ==, 2);
  assert_order (uses, 2, "ab");
}

static void
test_some_are_never_chosen (void)
{
  KadConnectionUse uses[4] = { idle_client ("protected"), idle_client ("closest"),
                               idle_client ("new"), idle_client ("idle") };

  g_test_summary (
      "Protected and closest peers are never chosen, new ones only when room is needed");

  uses[0].is_protected = TRUE;
  uses[1].is_closest = TRUE;
  uses[2].is_new = TRUE;
  g_assert_cmpuint (kad_connection_manager_choose (uses, 4, 4, NOW, TRUE, G_MAXINT), ==, 1);
  assert_order (uses, 1, "idle");
  uses[0] = idle_client ("protected");
  uses[0].is_protected = TRUE;
  uses[1] = idle_client ("closest");
  uses[1].is_closest = TRUE;
  uses[2] = idle_client ("new");
  uses[2].is_new = TRUE;
  uses[3] = idle_client ("idle");
  g_assert_cmpuint (kad_connection_manager_choose (uses, 4, 4, NOW, FALSE, G_MAXINT), ==, 2);
  assert_order (uses, 2, "idlenew");
}

static void
test_a_crowd_goes_first (void)
{
  enum
  {
    HONEST = 200,
    SYBILS = 4000
  };
  g_autofree KadConnectionUse *uses = g_new0 (KadConnectionUse, HONEST + SYBILS);
  KadConnectionUse newcomer;

  g_test_summary ("CVE-2022-23492: thousands of one subnet compete with each other only, though "
                  "they are new and honest peers idle; a newcomer of theirs displaces no other");

  for (guint i = 0; i < HONEST + SYBILS; i++)
    {
      uses[i] = idle_client (i < HONEST ? "honest" : "sybil");
      if (i < HONEST)
        continue;
      uses[i].group_size = SYBILS;
      uses[i].opened_us = uses[i].used_us = NOW - SECOND;
      uses[i].is_server = TRUE;
      uses[i].is_new = TRUE;
    }
  newcomer = uses[HONEST];
  newcomer.opened_us = newcomer.used_us = NOW;
  newcomer.is_server = FALSE;
  for (guint i = 0; i < HONEST; i++)
    g_assert_cmpint (kad_connection_use_get_score (&uses[i], NOW), >,
                     kad_connection_use_get_score (&newcomer, NOW));
  g_assert_cmpuint (
      kad_connection_manager_choose (uses, HONEST + SYBILS, SYBILS, NOW, FALSE, G_MAXINT), ==,
      SYBILS);
  for (guint i = 0; i < SYBILS; i++)
    g_assert_cmpstr (uses[i].owner, ==, "sybil");
}

static void
test_whom_we_dialled_is_no_crowd (void)
{
  KadConnectionUse use = idle_client ("a");
  int alone = kad_connection_use_get_score (&use, NOW);

  g_test_summary ("The crowd counts against who came, not against whom we chose");

  use.group_size = 1024;
  g_assert_cmpint (kad_connection_use_get_score (&use, NOW), <, alone - 50);
  use.is_outbound = TRUE;
  g_assert_cmpint (kad_connection_use_get_score (&use, NOW), >, alone);
}

static void
test_below (void)
{
  KadConnectionUse uses[2] = { idle_client ("idle"), idle_client ("server") };
  int idle = kad_connection_use_get_score (&uses[0], NOW);

  g_test_summary ("Nobody gives way to who promises less");

  uses[1].is_server = TRUE;
  g_assert_cmpuint (kad_connection_manager_choose (uses, 2, 2, NOW, FALSE, idle), ==, 0);
  g_assert_cmpuint (kad_connection_manager_choose (uses, 2, 2, NOW, FALSE, idle + 1), ==, 1);
  g_assert_cmpuint (kad_connection_manager_choose (uses, 0, 2, NOW, FALSE, G_MAXINT), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection-manager/least-useful-first", test_least_useful_first);
  g_test_add_func ("/connection-manager/idle-longest-first", test_idle_longest_first);
  g_test_add_func ("/connection-manager/some-are-never-chosen", test_some_are_never_chosen);
  g_test_add_func ("/security/CVE-2022-23492/a-crowd-goes-first", test_a_crowd_goes_first);
  g_test_add_func ("/connection-manager/whom-we-dialled-is-no-crowd",
                   test_whom_we_dialled_is_no_crowd);
  g_test_add_func ("/connection-manager/below", test_below);
  return g_test_run ();
}
