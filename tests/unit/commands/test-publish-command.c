/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static KadPublicationRow *
new_row (FakeBench *bench, guint stored, gboolean has_run)
{
  KadPublicationRow *row = kad_publication_row_copy (bench->swarm->published);

  row->stored = stored;
  row->wanted = has_run ? 20 : 0;
  row->last_run_us = has_run ? 1000 : 0;
  row->is_waiting = !has_run;
  return row;
}

/* What was asked is kept. */
static void
keep (FakeBench *bench, guint stored, gboolean has_run)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_COMPLETED;
  event->publication = new_row (bench, stored, has_run);
  fake_bench_deliver (bench, event);
}

static void
tell_run (FakeBench *bench, const char *tag, KadOutcome outcome, guint stored)
{
  KadEvent *event = kad_event_new (KAD_EVENT_PUBLICATION_CHANGED);
  KadPeerId peer;

  fake_peer_id (&peer, FAKE_PEER_B);
  event->outcome = outcome;
  event->stored = stored;
  event->wanted = 20;
  event->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_failure_free);
  g_ptr_array_add (event->failures, kad_peer_failure_new (&peer, "It was reset"));
  event->publication = new_row (bench, stored, TRUE);
  g_free (event->publication->tag);
  event->publication->tag = g_strdup (tag);
  if (stored == 0)
    g_set_error_literal (&event->publication->error, KAD_ERROR, KAD_ERROR_OFFLINE, "away");
  fake_bench_deliver (bench, event);
}

static void
test_a_key_is_provided_unless_there_is_a_value (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadPublicationRow *published;

  g_test_summary ("A text: key is hashed for a provider, taken as it is for a record");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>, 'tag': <'app'>, 'persistent': <true>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "publish provider persistent");
  published = bench.swarm->published;
  g_assert_cmpuint (g_bytes_get_size (published->key), ==, 34);
  g_assert_cmpstr (published->tag, ==, "app");
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>, 'raw-key': <true>, 'refresh': <true>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "publish provider refresh");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->published->key), ==, 1);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>, 'value_base64': <'dmFs'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "publish record");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->published->key), ==, 1);
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->published->value), ==, 3);
  g_assert_cmpstr (bench.swarm->published->tag, ==, "");
}

static void
test_done_when_it_is_kept (void)
{
  g_auto (FakeBench) bench = { 0 };
  const char *kind = NULL;

  g_test_summary (
      "Without wait, the announcement is not waited for; the result is the publication");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>}");
  tell_run (&bench, "", KAD_OUTCOME_COMPLETED, 20);
  g_assert_cmpuint (bench.n_done, ==, 0);
  keep (&bench, 0, FALSE);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpuint (bench.results->len, ==, 1);
  g_assert_true (g_variant_lookup (bench.results->pdata[0], "kind", "&s", &kind));
  g_assert_cmpstr (kind, ==, "provider");
}

static void
test_wait_waits_for_its_own_run (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GVariant) failed = NULL;

  g_test_summary ("Neither another tag's nor one that only begins; then n of k and who failed");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>, 'tag': <'app'>, 'wait': <true>}");
  keep (&bench, 0, FALSE);
  tell_run (&bench, "app", KAD_OUTCOME_RUNNING, 0);
  tell_run (&bench, "other", KAD_OUTCOME_COMPLETED, 20);
  g_assert_cmpuint (bench.n_done, ==, 0);
  tell_run (&bench, "app", KAD_OUTCOME_COMPLETED, 19);
  g_assert_cmpuint (fake_bench_get_number (&bench, "stored"), ==, 19);
  g_assert_cmpuint (fake_bench_get_number (&bench, "wanted"), ==, 20);
  failed = g_variant_lookup_value (bench.summary, "failed", NULL);
  g_assert_cmpuint (g_variant_n_children (failed), ==, 1);
  tell_run (&bench, "app", KAD_OUTCOME_COMPLETED, 20);
  g_assert_cmpuint (bench.n_done, ==, 1);
}

static void
test_wait_takes_a_run_that_ended_first (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("The announcement may end before the disk is ready, or long ago");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>, 'wait': <true>}");
  tell_run (&bench, "", KAD_OUTCOME_COMPLETED, 18);
  g_assert_cmpuint (bench.n_done, ==, 0);
  keep (&bench, 0, FALSE);
  g_assert_cmpuint (fake_bench_get_number (&bench, "stored"), ==, 18);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>, 'wait': <true>}");
  keep (&bench, 17, TRUE);
  g_assert_cmpuint (fake_bench_get_number (&bench, "stored"), ==, 17);
}

static void
test_wait_fails_when_nobody_took_it (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("With the run's reason, and that it stays published");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>, 'wait': <true>}");
  keep (&bench, 0, FALSE);
  tell_run (&bench, "", KAD_OUTCOME_FAILED, 0);
  fake_bench_assert_error (&bench, KAD_ERROR_OFFLINE);
  g_assert_nonnull (strstr (bench.error->message, "It is published"));
  g_assert_nonnull (strstr (bench.error->message, "away"));
}

static void
test_refusals_are_passed_on (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *tag = g_strnfill (256, 't');
  g_autofree char *options = g_strdup_printf ("{'key': <'text:k'>, 'tag': <'%s'>}", tag);
  g_autoptr (GError) error = fake_bench_refuse ("publish", options);

  g_test_summary ("What cannot be kept fails; a tag of 256 bytes is not even tried");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  fake_bench_init (&bench);
  fake_bench_run (&bench, "publish", "{'key': <'text:k'>}");
  fake_bench_end_with_error (&bench, g_error_new (KAD_ERROR, KAD_ERROR_LIMIT_REACHED, "full"));
  fake_bench_assert_error (&bench, KAD_ERROR_LIMIT_REACHED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/publish/kinds", test_a_key_is_provided_unless_there_is_a_value);
  g_test_add_func ("/publish/kept", test_done_when_it_is_kept);
  g_test_add_func ("/publish/wait", test_wait_waits_for_its_own_run);
  g_test_add_func ("/publish/wait-ended", test_wait_takes_a_run_that_ended_first);
  g_test_add_func ("/publish/wait-fails", test_wait_fails_when_nobody_took_it);
  g_test_add_func ("/publish/refused", test_refusals_are_passed_on);
  return g_test_run ();
}
