/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-words.h"

#include <string.h>

#include "kad-gui-result.h"
#include "kad-gui-step.h"

#define MS 1000

static KadGuiQuery *
new_query (const char *kind, gint64 duration_us)
{
  KadGuiQuery *query = kad_gui_query_new ();

  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, kind);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, "completed");
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_DURATION_US, duration_us);
  return query;
}

/* Begun and ended at these; -1: never. */
static KadGuiContact *
add (KadGuiQuery *query, const char *peer, KadGuiOutcome outcome, gint64 begin_us, gint64 end_us)
{
  g_autoptr (KadGuiContact) contact = kad_gui_contact_new ();

  kad_gui_item_set_string (contact, KAD_GUI_CONTACT_FIELD_PEER, peer);
  kad_gui_item_set_uint (contact, KAD_GUI_CONTACT_FIELD_OUTCOME, outcome);
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_DIAL_US, begin_us);
  kad_gui_item_set_int64 (contact,
                          outcome == KAD_GUI_OUTCOME_FAILED ? KAD_GUI_CONTACT_FIELD_FAIL_US
                                                            : KAD_GUI_CONTACT_FIELD_REPLY_US,
                          end_us);
  g_list_store_append (G_LIST_STORE (query->contacts), contact);
  return contact;
}

/* Two answer early, three never do, one answers after 2.9 s. */
static KadGuiQuery *
new_slow (void)
{
  KadGuiQuery *query = new_query ("get-record", 4100 * MS);

  add (query, "A", KAD_GUI_OUTCOME_ANSWERED, 0, 100 * MS);
  add (query, "B", KAD_GUI_OUTCOME_FAILED, 0, 1500 * MS);
  add (query, "C", KAD_GUI_OUTCOME_FAILED, 100 * MS, 1600 * MS);
  add (query, "D", KAD_GUI_OUTCOME_FAILED, 200 * MS, 1700 * MS);
  add (query, "E", KAD_GUI_OUTCOME_ANSWERED, 1100 * MS, 4000 * MS);
  add (query, "F", KAD_GUI_OUTCOME_HEARD, -1, -1);
  return query;
}

static void
test_tally (void)
{
  g_autoptr (KadGuiQuery) query = new_slow ();
  KadGuiQueryTally tally;

  g_test_summary ("Contacts are counted, and the time in which only the dead were waited for");
  kad_gui_query_tally (query, 4100 * MS, &tally);
  g_assert_cmpuint (tally.n_contacts, ==, 6);
  g_assert_cmpuint (tally.n_asked, ==, 5);
  g_assert_cmpuint (tally.n_answered, ==, 2);
  g_assert_cmpuint (tally.n_failed, ==, 3);
  g_assert_cmpuint (tally.n_working, ==, 0);
  g_assert_cmpint (tally.slowest_us, ==, 2900 * MS);
  g_assert_cmpstr (tally.slowest, ==, "E");
  /* From 100 ms to 1,100 ms. */
  g_assert_cmpint (tally.idle_us, ==, 1000 * MS);
}

static void
test_tally_of_nothing (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("get-record", 0);
  KadGuiQueryTally tally;

  g_test_summary ("A query without contacts counts nothing");
  kad_gui_query_tally (query, 0, &tally);
  g_assert_cmpuint (tally.n_asked, ==, 0);
  g_assert_cmpint (tally.slowest_us, ==, -1);
  g_assert_cmpint (tally.idle_us, ==, 0);
}

static void
test_story (void)
{
  g_autoptr (KadGuiQuery) query = new_slow ();
  g_autofree char *story = kad_gui_query_dup_story (query, 0);

  g_test_summary ("A slow query says why it was slow");
  g_assert_cmpstr (story, ==,
                   "Took 4.1 s: 3 peers did not answer (for 1.0 s nobody else was waited for), the "
                   "slowest answered after 2.9 s; 2 of 5 asked answered");
}

static void
test_story_of_one_that_did_not_wait (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("get-record", 200 * MS);
  g_autofree char *story = NULL;

  g_test_summary ("One that ended before all had answered says so");
  add (query, "A", KAD_GUI_OUTCOME_ANSWERED, 0, 100 * MS);
  add (query, "B", KAD_GUI_OUTCOME_WAITING, 0, -1);
  story = kad_gui_query_dup_story (query, 0);
  g_assert_cmpstr (story, ==,
                   "Took 200 ms: the slowest answered after 100 ms, 1 was still waited for at its "
                   "end; 1 of 2 asked answered");
}

static void
test_story_of_one_that_nobody_saw (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("get-record", 200 * MS);
  g_autofree char *story = NULL;

  g_test_summary ("One that ended before anybody looked says why nobody is shown");
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_QUERIED, 12);
  story = kad_gui_query_dup_story (query, 0);
  g_assert_cmpstr (story, ==,
                   "Took 200 ms. It ended before anybody looked: whom it asked is not known");
}

static void
test_story_of_answers_alone (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("get-record", 200 * MS);
  g_autofree char *story = NULL;

  g_test_summary ("Who answered was asked, also where that was not seen");
  add (query, "A", KAD_GUI_OUTCOME_ANSWERED, 0, 100 * MS);
  add (query, "B", KAD_GUI_OUTCOME_ANSWERED, -1, 150 * MS);
  story = kad_gui_query_dup_story (query, 0);
  g_assert_cmpstr (story, ==,
                   "Took 200 ms: the slowest answered after 100 ms; 2 of 2 asked answered");
}

static void
test_kinds_over_the_bus (void)
{
  g_autoptr (KadGuiQuery) find = new_query ("find-providers", 0);
  g_autoptr (KadGuiQuery) provide = new_query ("provide", 0);
  g_autofree char *found = kad_gui_query_dup_kind (find);
  g_autofree char *provided = kad_gui_query_dup_kind (provide);

  g_test_summary ("What the service calls otherwise than the commands has a name, too");
  g_assert_cmpstr (found, ==, "Get Providers");
  g_assert_true (kad_gui_query_is_lookup (find));
  g_assert_cmpstr (provided, ==, "Provide");
  g_assert_false (kad_gui_query_is_lookup (provide));
}

static void
test_story_of_a_running_one (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("get-record", 0);
  g_autofree char *story = NULL;

  g_test_summary ("One that runs says for how long, and how many it waits for");
  add (query, "A", KAD_GUI_OUTCOME_WAITING, 0, -1);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US, 10 * G_USEC_PER_SEC);
  story = kad_gui_query_dup_story (query, 12 * G_USEC_PER_SEC);
  g_assert_cmpstr (story, ==, "At work for 2.0 s: 1 peer is waited for; 0 of 1 asked answered");
  g_assert_cmpint (kad_gui_query_get_duration_us (query, 12 * G_USEC_PER_SEC), ==,
                   2 * G_USEC_PER_SEC);
}

static void
test_holders (void)
{
  g_autoptr (KadGuiQuery) query = new_slow ();
  g_autoptr (KadGuiResult) result = kad_gui_result_new ();
  g_autofree char *before = kad_gui_query_dup_findings (query);
  g_autofree char *after = NULL;

  g_test_summary ("A query for a record says which peers hold it, each once");
  g_assert_cmpstr (before, ==, "Nothing was found");
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_FROM, "A");
  g_list_store_append (G_LIST_STORE (query->results), result);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (KadGuiContact) contact = g_list_model_get_item (query->contacts, i);

      kad_gui_item_set_boolean (contact, KAD_GUI_CONTACT_FIELD_GAVE, i != 5);
    }
  after = kad_gui_query_dup_findings (query);
  g_assert_cmpstr (after, ==, "5 peers hold it: A, B, C and 2 more");
}

static void
test_outcomes (void)
{
  static const struct
  {
    const char *outcome;
    const char *error_code;
    gboolean is_failed;
  } cases[] = {
    { "completed", "", FALSE },    { "starved", "", FALSE }, { "cancelled", "Cancelled", FALSE },
    { "timed-out", "", TRUE },     { "failed", "", TRUE },   { "completed", "NotFound", TRUE },
    { "something-new", "", FALSE }
  };
  g_autoptr (KadGuiQuery) query = new_query ("get-record", 0);

  g_test_summary ("Who cancels a query has not failed; who ran out of time has");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = NULL;

      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, cases[i].outcome);
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_CODE, cases[i].error_code);
      g_assert_cmpint (kad_gui_query_is_failed (query), ==, cases[i].is_failed);
      words = kad_gui_query_dup_outcome (query);
      g_assert_cmpstr (words, !=, "");
      g_assert_nonnull (kad_gui_query_get_outcome_icon (query));
    }
}

static void
test_upkeep (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("refresh", 0);

  g_test_summary ("A query of no run is the node's own, unless it was begun here");
  g_assert_true (kad_gui_query_is_upkeep (query));
  kad_gui_item_set_boolean (query, KAD_GUI_QUERY_FIELD_OWN, TRUE);
  g_assert_false (kad_gui_query_is_upkeep (query));
  kad_gui_item_set_boolean (query, KAD_GUI_QUERY_FIELD_OWN, FALSE);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_RUN, 7);
  g_assert_false (kad_gui_query_is_upkeep (query));
}

static void
test_what_looks_for_nothing (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("bootstrap", 0);
  g_autofree char *findings = kad_gui_query_dup_findings (query);
  g_autofree char *operation = NULL;

  g_test_summary ("What looks for nothing has found nothing without a word; operations are told by "
                  "their command");
  g_assert_cmpstr (findings, ==, "");
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, "operation");
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_COMMAND, "publish");
  operation = kad_gui_query_dup_kind (query);
  g_assert_cmpstr (operation, ==, "Publish");
}

static void
test_peers_are_escaped (void)
{
  g_autoptr (KadGuiQuery) query = new_query ("\033[31mevil", 0);
  KadGuiContact *contact = add (query, "A", KAD_GUI_OUTCOME_FAILED, 0, 1);
  g_autofree char *kind = kad_gui_query_dup_kind (query);
  g_autofree char *outcome = NULL;

  g_test_summary ("What others say is escaped");
  kad_gui_item_set_string (contact, KAD_GUI_CONTACT_FIELD_REASON, "\033]0;x\007");
  outcome = kad_gui_contact_dup_outcome (contact);
  g_assert_null (strchr (kind, '\033'));
  g_assert_null (strchr (outcome, '\033'));
  g_assert_null (strchr (outcome, '\007'));
}

static void
test_json (void)
{
  g_autoptr (KadGuiQuery) query = new_slow ();
  g_autofree char *json = kad_gui_query_dup_json (query);

  g_test_summary ("A query is one JSON object with its lists");
  g_assert_true (g_str_has_prefix (json, "{"));
  g_assert_nonnull (strstr (json, "\"contacts\":[{"));
  g_assert_nonnull (strstr (json, "\"steps\":[]"));
  g_assert_true (g_str_has_suffix (json, "\"results\":[]}"));
}

static void
test_details (void)
{
  g_autoptr (KadGuiQuery) query = new_slow ();
  g_autoptr (KadGuiContact) contact = g_list_model_get_item (query->contacts, 4);
  g_autofree char *details = NULL;

  g_test_summary ("A contact tells when it began and how long it took");
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_SEND_US, 1600 * MS);
  kad_gui_item_set_uint (contact, KAD_GUI_CONTACT_FIELD_DISTANCE_BITS, 9);
  details = kad_gui_contact_dup_details (contact, 4100 * MS);
  g_assert_cmpstr (details, ==,
                   "E\nAnswered\nIt was in our table\n9 bits in common with the target\n"
                   "Begun after 1.1 s\nDialled for 500 ms\nWaited for 2.4 s");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/query-words/tally", test_tally);
  g_test_add_func ("/gui/query-words/tally-of-nothing", test_tally_of_nothing);
  g_test_add_func ("/gui/query-words/story", test_story);
  g_test_add_func ("/gui/query-words/story-of-one-that-did-not-wait",
                   test_story_of_one_that_did_not_wait);
  g_test_add_func ("/gui/query-words/story-of-one-that-nobody-saw",
                   test_story_of_one_that_nobody_saw);
  g_test_add_func ("/gui/query-words/story-of-answers-alone", test_story_of_answers_alone);
  g_test_add_func ("/gui/query-words/kinds-over-the-bus", test_kinds_over_the_bus);
  g_test_add_func ("/gui/query-words/story-of-a-running-one", test_story_of_a_running_one);
  g_test_add_func ("/gui/query-words/holders", test_holders);
  g_test_add_func ("/gui/query-words/outcomes", test_outcomes);
  g_test_add_func ("/gui/query-words/upkeep", test_upkeep);
  g_test_add_func ("/gui/query-words/what-looks-for-nothing", test_what_looks_for_nothing);
  g_test_add_func ("/gui/query-words/peers-are-escaped", test_peers_are_escaped);
  g_test_add_func ("/gui/query-words/json", test_json);
  g_test_add_func ("/gui/query-words/details", test_details);
  return g_test_run ();
}
