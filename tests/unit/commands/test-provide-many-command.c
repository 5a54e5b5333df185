/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-command-describe.h"
#include "kad-commands.h"
#include "kad-key-text.h"

/* The last event of the query number @query. */
static KadEvent *
new_end (FakeBench *bench, KadQueryId query, guint stored)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->query = query;
  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_COMPLETED;
  event->stored = stored;
  event->wanted = 20;
  event->stats.requests = 2;
  return event;
}

static void
end_query (FakeBench *bench, KadQueryId query, guint stored)
{
  fake_bench_deliver (bench, new_end (bench, query, stored));
}

static void
run_many (FakeBench *bench, guint n_keys)
{
  g_autoptr (GString) options = g_string_new ("{'keys': <[");

  for (guint i = 0; i < n_keys; i++)
    g_string_append_printf (options, "%s'text:k%u'", i > 0 ? ", " : "", i);
  g_string_append (options, "]>}");
  fake_bench_run (bench, "provide-many", options->str);
}

static void
test_each_key_is_announced_and_told (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_test_summary ("Each key is announced as start-provide does; a result for each as it ends");

  fake_bench_init (&bench);
  run_many (&bench, 2);
  g_assert_cmpuint (bench.swarm->calls->len, ==, 2);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query start-provide");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.key), ==, 34);
  g_assert_false (bench.swarm->spec.once);
  end_query (&bench, 2, 18);
  first = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (first, ==, "{'key': <'text:k1'>, 'stored': <uint32 18>, 'wanted': <uint32 20>}");
  g_assert_cmpuint (bench.n_done, ==, 0);
  g_assert_cmpstr (bench.progress->str, ==, " 0/2 1/2");
  end_query (&bench, 1, 20);
  g_assert_cmpstr (bench.progress->str, ==, " 0/2 1/2 2/2");
  second = fake_bench_dup_result (&bench, 1);
  g_assert_nonnull (strstr (second, "'text:k0'"));
  g_assert_cmpuint (bench.n_done, ==, 1);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpuint (fake_bench_get_number (&bench, "keys"), ==, 2);
  g_assert_cmpuint (fake_bench_get_number (&bench, "published"), ==, 2);
  g_assert_cmpuint (fake_bench_get_number (&bench, "failed"), ==, 0);
  g_assert_cmpuint (fake_bench_get_number (&bench, "requests"), ==, 4);
}

static void
test_eight_at_a_time (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Eight announcements are under way at most; each that ends makes room for one");

  fake_bench_init (&bench);
  run_many (&bench, 20);
  g_assert_cmpuint (bench.swarm->calls->len, ==, 8);
  end_query (&bench, 3, 20);
  g_assert_cmpuint (bench.swarm->calls->len, ==, 9);
  for (KadQueryId query = 1; query <= 20; query++)
    if (query != 3)
      end_query (&bench, query, 20);
  g_assert_cmpuint (bench.swarm->calls->len, ==, 20);
  g_assert_cmpuint (bench.results->len, ==, 20);
  g_assert_cmpuint (fake_bench_get_number (&bench, "published"), ==, 20);
}

static void
test_one_that_fails_stops_nobody (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;

  g_test_summary ("A key that nobody took is told with its error; the others go on");

  fake_bench_init (&bench);
  run_many (&bench, 10);
  end_query (&bench, 1, 0);
  result = fake_bench_dup_result (&bench, 0);
  g_assert_nonnull (strstr (result, "'stored': <uint32 0>"));
  g_assert_nonnull (strstr (result, "QuorumFailed"));
  g_assert_nonnull (strstr (result, "0 of 20"));
  g_assert_cmpuint (bench.swarm->calls->len, ==, 9);
  for (KadQueryId query = 2; query <= 10; query++)
    end_query (&bench, query, 1);
  g_assert_cmpuint (fake_bench_get_number (&bench, "published"), ==, 9);
  g_assert_cmpuint (fake_bench_get_number (&bench, "failed"), ==, 1);
}

static void
test_all_that_fail_fail_the_run (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *offline;

  g_test_summary ("If all keys fail, the run fails as the first of them did");

  fake_bench_init (&bench);
  run_many (&bench, 2);
  offline = new_end (&bench, 2, 0);
  offline->error = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED, "nobody is known");
  fake_bench_deliver (&bench, offline);
  g_assert_cmpuint (bench.n_done, ==, 0);
  end_query (&bench, 1, 0);
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_BOOTSTRAPPED);
  g_assert_cmpuint (bench.results->len, ==, 2);
}

static void
test_doubles_are_announced_once (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("The same key twice, also written in two ways, is announced once");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "provide-many",
                  "{'keys': <['text:k', 'hex:6b', 'base64:aw==', 'text:k', 'text:l']>,"
                  " 'raw_key': <true>, 'once': <true>}");
  g_assert_cmpuint (bench.swarm->calls->len, ==, 2);
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.key), ==, 1);
  g_assert_true (bench.swarm->spec.once);
  end_query (&bench, 1, 1);
  end_query (&bench, 2, 1);
  g_assert_cmpuint (fake_bench_get_number (&bench, "keys"), ==, 2);
}

static void
test_keys_come_as_a_list_or_as_lines (void)
{
  static const char *const forms[]
      = { "['text:k', 'text:l']", "[<'text:k'>, <'text:l'>]", "'text:k\\ntext:l'" };
  static const char *const no_forms[] = { "[1, 2]", "[<'text:k'>, <1>]", "7", "[b'text:k']" };

  g_test_summary ("Keys are texts, values with texts as JSON has them, or lines; nothing else");

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_auto (FakeBench) bench = { 0 };
      g_autofree char *options = g_strdup_printf ("{'keys': <%s>}", forms[i]);

      fake_bench_init (&bench);
      fake_bench_run (&bench, "provide-many", options);
      g_assert_cmpuint (bench.swarm->calls->len, ==, 2);
    }
  for (guint i = 0; i < G_N_ELEMENTS (no_forms); i++)
    {
      g_autofree char *options = g_strdup_printf ("{'keys': <%s>}", no_forms[i]);
      g_autoptr (GError) error = fake_bench_refuse ("provide-many", options);

      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, "a list of texts"));
    }
}

static void
test_keys_are_described (void)
{
  g_autoptr (GVariant) command = g_variant_ref_sink (kad_command_describe ("provide-many"));
  g_autofree char *text = g_variant_print (command, FALSE);

  g_test_summary ("The keys are told to be a list of keys");

  g_assert_nonnull (strstr (text, "'name': <'keys'>, 'type': <'as'>, 'form': <'key'>"));
}

static void
test_a_bad_key_is_named (void)
{
  g_autoptr (GError) error
      = fake_bench_refuse ("provide-many", "{'keys': <['text:k', 'no such key']>}");

  g_test_summary ("A bad key among good ones is named before anything runs");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
  g_assert_nonnull (strstr (error->message, "Key 2, “no such key”"));
}

static void
test_the_number_of_keys_is_bounded (void)
{
  g_autoptr (GError) none = fake_bench_refuse ("provide-many", "{'keys': <@as []>}");
  g_autoptr (GError) missing = fake_bench_refuse ("provide-many", NULL);
  g_autoptr (GString) options = g_string_new ("{'keys': <[");
  g_autoptr (GError) many = NULL;

  g_test_summary ("No key, and more than 4,096 of them, are refused");

  for (guint i = 0; i <= KAD_MAX_KEY_LIST; i++)
    g_string_append (options, i > 0 ? ", 'text:k'" : "'text:k'");
  g_string_append (options, "]>}");
  many = fake_bench_refuse ("provide-many", options->str);
  g_assert_error (none, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_error (missing, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_error (many, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

static void
test_its_end_ends_what_runs (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A run that is cancelled from within a result cancels what is under way, and "
                  "begins nothing more");

  fake_bench_init (&bench);
  bench.cancel_after = 1;
  run_many (&bench, 20);
  end_query (&bench, 1, 20);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
  g_assert_cmpuint (bench.results->len, ==, 1);
  g_assert_cmpuint (bench.swarm->last_id, ==, 8);
  for (guint query = 2; query <= 8; query++)
    {
      g_autofree char *call = g_strdup_printf ("cancel %u", query);

      g_assert_true (fake_swarm_has_call (bench.swarm, call));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/provide-many/each-key-is-announced-and-told",
                   test_each_key_is_announced_and_told);
  g_test_add_func ("/provide-many/eight-at-a-time", test_eight_at_a_time);
  g_test_add_func ("/provide-many/one-that-fails-stops-nobody", test_one_that_fails_stops_nobody);
  g_test_add_func ("/provide-many/all-that-fail-fail-the-run", test_all_that_fail_fail_the_run);
  g_test_add_func ("/provide-many/doubles-are-announced-once", test_doubles_are_announced_once);
  g_test_add_func ("/provide-many/keys-come-as-a-list-or-as-lines",
                   test_keys_come_as_a_list_or_as_lines);
  g_test_add_func ("/provide-many/keys-are-described", test_keys_are_described);
  g_test_add_func ("/provide-many/a-bad-key-is-named", test_a_bad_key_is_named);
  g_test_add_func ("/provide-many/the-number-of-keys-is-bounded",
                   test_the_number_of_keys_is_bounded);
  g_test_add_func ("/provide-many/its-end-ends-what-runs", test_its_end_ends_what_runs);
  return g_test_run ();
}
