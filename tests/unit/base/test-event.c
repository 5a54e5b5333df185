/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-event.h"

#include "kad-error.h"

#define PEER "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"

static void
test_types_have_names (void)
{
  static const char *const names[] = {
    "query-progress",    "query-started",       "query-step",
    "query-finished",    "peer-connected",      "peer-disconnected",
    "peer-identified",   "address-found",       "table-added",
    "table-removed",     "provider-stored",     "record-stored",
    "request-served",    "listening",           "joined",
    "join-failed",       "mode-changed",        "module-failed",
    "addresses-changed", "publication-changed", "publication-removed",
    "resumed",           "clock-stepped",       "run-progress",
  };

  g_test_summary ("Each type of event has its name of cli.md");

  g_assert_cmpuint (G_N_ELEMENTS (names), ==, KAD_N_EVENT_TYPES);
  for (guint i = 0; i < KAD_N_EVENT_TYPES; i++)
    g_assert_cmpstr (kad_event_type_get_name ((KadEventType) i), ==, names[i]);
  g_assert_cmpstr (kad_event_type_get_name (KAD_EVENT_QUERY_FINISHED), ==, "query-finished");
  g_assert_cmpstr (kad_event_type_get_name (KAD_EVENT_RECORD_STORED), ==, "record-stored");
  g_assert_cmpstr (kad_event_type_get_name (KAD_EVENT_MODULE_FAILED), ==, "module-failed");
}

static void
test_outcomes_and_steps_have_names (void)
{
  static const char *const outcomes[]
      = { "running", "completed", "stopped", "starved", "timed-out", "cancelled", "failed" };
  static const char *const steps[] = { "dial", "send", "reply", "fail", "heard" };

  g_test_summary ("Each outcome and each step has its own name");

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    g_assert_cmpstr (kad_outcome_get_name ((KadOutcome) i), ==, outcomes[i]);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_cmpstr (kad_step_get_name ((KadStep) i), ==, steps[i]);
}

static void
test_begins_empty (void)
{
  g_autoptr (KadEvent) event = kad_event_new (KAD_EVENT_JOINED);

  g_test_summary ("A new event carries nothing but its type");

  g_assert_cmpint (event->type, ==, KAD_EVENT_JOINED);
  g_assert_cmpuint (event->query, ==, 0);
  g_assert_false (kad_peer_id_is_set (&event->peer));
  g_assert_null (event->peers);
  g_assert_null (event->error);
  g_assert_false (kad_event_is_last_step (event));
  g_assert_cmpuint (kad_event_get_stats (event)->requests, ==, 0);
}

static void
test_progress_belongs_to_its_query (void)
{
  g_autoptr (KadEvent) progress = kad_event_new_progress (7, KAD_QUERY_GET_RECORD);
  g_autoptr (KadEvent) started = kad_event_new (KAD_EVENT_QUERY_STARTED);
  g_autoptr (KadEvent) of_none = kad_event_new (KAD_EVENT_QUERY_PROGRESS);

  g_test_summary ("Only progress of the very query is its progress");

  started->query = 7;
  g_assert_cmpint (progress->kind, ==, KAD_QUERY_GET_RECORD);
  g_assert_true (kad_event_is_query_progress (progress, 7));
  g_assert_false (kad_event_is_query_progress (progress, 8));
  g_assert_false (kad_event_is_query_progress (progress, 0));
  g_assert_false (kad_event_is_query_progress (started, 7));
  g_assert_false (kad_event_is_query_progress (of_none, 0));
  progress->is_last = TRUE;
  progress->stats.requests = 3;
  g_assert_true (kad_event_is_last_step (progress));
  g_assert_cmpuint (kad_event_get_stats (progress)->requests, ==, 3);
}

static void
test_failure_names_peer_and_reason (void)
{
  KadPeerId peer;
  KadPeerFailure *failure;

  g_test_summary ("A failure has its own copy of who and why");

  g_assert_true (kad_peer_id_parse (&peer, PEER, NULL));
  failure = kad_peer_failure_new (&peer, "timed out");
  g_assert_true (kad_peer_id_equal (&failure->peer, &peer));
  g_assert_cmpstr (failure->reason, ==, "timed out");
  kad_peer_failure_free (failure);
}

static gboolean finalized;

static void
on_freed (gpointer data)
{
  finalized = TRUE;
}

/* Every field filled: the leak checker sees what is not freed. */
static KadEvent *
new_full_event (void)
{
  KadEvent *event = kad_event_new_progress (1, KAD_QUERY_PUT_RECORD);
  g_autoptr (KadPeerInfo) info = NULL;

  g_assert_true (kad_peer_id_parse (&event->peer, PEER, NULL));
  info = kad_peer_info_new (&event->peer);
  event->key = g_bytes_new_with_free_func ("key", 3, on_freed, NULL);
  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, kad_peer_info_ref (info));
  event->record = kad_record_new (event->key, event->key, "now");
  event->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_failure_free);
  g_ptr_array_add (event->failures, kad_peer_failure_new (&event->peer, "reset"));
  event->message = kad_message_new (KAD_MESSAGE_PUT_VALUE, event->key);
  event->raw = g_bytes_ref (event->key);
  event->identity = kad_identity_new ();
  event->address = kad_multiaddr_new_from_string ("/ip4/10.0.0.1/tcp/1", NULL);
  event->text = g_strdup ("text");
  event->error = g_error_new_literal (KAD_ERROR, KAD_ERROR_FAILED, "failed");
  return event;
}

static void
test_last_reference_frees_everything (void)
{
  KadEvent *event = new_full_event ();

  g_test_summary ("What an event carries lives until its last reference goes, and no longer");

  finalized = FALSE;
  g_assert_true (kad_event_ref (event) == event);
  kad_event_unref (event);
  g_assert_false (finalized);
  g_assert_cmpstr (event->text, ==, "text");
  kad_event_unref (event);
  g_assert_true (finalized);
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  KadEvent *event = kad_event_new (KAD_EVENT_LISTENING);

  g_test_summary ("The type is boxed: a value holds a reference");

  g_value_init (&value, KAD_TYPE_EVENT);
  g_value_set_boxed (&value, event);
  g_assert_true (g_value_get_boxed (&value) == event);
  kad_event_unref (event);
  g_assert_cmpint (((KadEvent *) g_value_get_boxed (&value))->type, ==, KAD_EVENT_LISTENING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/types-have-names", test_types_have_names);
  g_test_add_func ("/event/outcomes-and-steps-have-names", test_outcomes_and_steps_have_names);
  g_test_add_func ("/event/begins-empty", test_begins_empty);
  g_test_add_func ("/event/progress-belongs-to-its-query", test_progress_belongs_to_its_query);
  g_test_add_func ("/event/failure-names-peer-and-reason", test_failure_names_peer_and_reason);
  g_test_add_func ("/event/last-reference-frees-everything", test_last_reference_frees_everything);
  g_test_add_func ("/event/boxed", test_boxed);
  return g_test_run ();
}
