/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_is_done_at_once (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("protect-peer ends inside of run(), with the tag that was given");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "protect-peer", "{'peer': <'" FAKE_PEER_A "'>, 'tag': <'mine'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "protect " FAKE_PEER_A " mine");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_the_tag_has_a_default (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Without a tag it is \"user\"");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "protect-peer", "{'peer': <'" FAKE_PEER_A "'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "protect " FAKE_PEER_A " user");
}

static void
test_a_refusal_is_an_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("What the swarm refuses is the run's error");

  fake_bench_init (&bench);
  bench.swarm->refusal = g_error_new (KAD_ERROR, KAD_ERROR_LIMIT_REACHED, "too many");
  fake_bench_run (&bench, "protect-peer", "{'peer': <'" FAKE_PEER_A "'>}");
  fake_bench_assert_error (&bench, KAD_ERROR_LIMIT_REACHED);
}

static void
test_an_address_alone_names_nobody (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error = fake_bench_refuse ("protect-peer", "{'peer': <'/ip4/1.2.3.4/tcp/5'>}");

  g_test_summary ("protect-peer needs a peer id, told before anything runs");

  fake_bench_init (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "names no peer"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/protect-peer/it-is-done-at-once", test_it_is_done_at_once);
  g_test_add_func ("/protect-peer/the-tag-has-a-default", test_the_tag_has_a_default);
  g_test_add_func ("/protect-peer/a-refusal-is-an-error", test_a_refusal_is_an_error);
  g_test_add_func ("/protect-peer/an-address-alone-names-nobody",
                   test_an_address_alone_names_nobody);
  return g_test_run ();
}
