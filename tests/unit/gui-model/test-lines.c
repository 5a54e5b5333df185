/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-contact.h"
#include "kad-gui-lines.h"

#include <string.h>
#include "kad-gui-publication.h"
#include "kad-gui-record.h"
#include "kad-gui-step.h"
#include "kad-json-reader.h"

#define ALL (KAD_GUI_LINES_EVENTS | KAD_GUI_LINES_QUERIES | KAD_GUI_LINES_ALL)
#define HEADER                                                                                     \
  "{\"kad-stream\":1,\"version\":\"9\",\"peer\":\"" SELF "\",\"started_us\":1,\"topics\":[]}"
#define SELF "12D3KooWAu1yTtD9UKG1ihtDSEZaDviCeREny1v987KUnQwkxexf"
#define A "12D3KooWELnuU1NPWaJpFkqAJGgewqBGuhT97Rx8eh3sU6StQi3e"
#define B "12D3KooWLbUPDiR9HDMDkJFTaNbHkdJhM7hhCtDrZUXQpSn7xpqj"
#define C "12D3KooWPGGAZMmjoaREjdoSvTMDCnYqbnp2Tcguy6D8TJkghxCt"

typedef struct
{
  KadGuiStore *store;
  KadGuiLines *lines;
} Fixture;

static gint64
standing_clock (gpointer user_data)
{
  return 2000000;
}

static Fixture *
fixture_new (KadGuiLinesFlags flags)
{
  Fixture *f = g_new0 (Fixture, 1);

  f->store = kad_gui_store_new ();
  kad_gui_store_set_clock (f->store, standing_clock, NULL);
  f->lines = kad_gui_lines_new (f->store, flags);
  return f;
}

static void
fixture_free (Fixture *f)
{
  kad_gui_lines_free (f->lines);
  g_assert_finalize_object (f->store);
  g_free (f);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static guint64
take (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) fields = kad_json_read_object (text, strlen (text), &error);

  g_assert_no_error (error);
  return kad_gui_lines_take (f->lines, fields, text);
}

static guint64
take_all (Fixture *f, const char *const *lines)
{
  guint64 lost = 0;

  for (; *lines != NULL; lines++)
    lost += take (f, *lines);
  kad_gui_lines_flush (f->lines);
  return lost;
}

static KadGuiContact *
find_contact (KadGuiQuery *query, const char *peer)
{
  guint n = g_list_model_get_n_items (query->contacts);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiContact) contact = g_list_model_get_item (query->contacts, i);

      if (g_str_equal (contact->peer, peer))
        return contact;
    }
  g_assert_not_reached ();
}

#define STEP(t, step, rest)                                                                        \
  "{\"t\":" t ",\"event\":\"query-step\",\"query\":4,\"kind\":\"get-record\",\"run\":2,"           \
  "\"key_base64\":\"YWJzZW50\",\"step\":\"" step "\"," rest "}"

/* ---- queries ---- */

static const char *const walk[] = {
  "{\"t\":1000,\"event\":\"query-started\",\"query\":4,\"kind\":\"get-record\",\"run\":2,"
  "\"key_base64\":\"YWJzZW50\"}",
  STEP ("1010", "heard", "\"peer\":\"" A "\",\"duration_us\":10,\"distance_bits\":3,\"heard\":1"),
  STEP ("1020", "dial", "\"peer\":\"" A "\",\"duration_us\":20,\"distance_bits\":3,\"heard\":1"),
  STEP ("1030", "send",
        "\"peer\":\"" A "\",\"duration_us\":30,\"heard\":1,\"waiting\":1,\"queried\":1"),
  STEP ("1050", "reply",
        "\"peer\":\"" A "\",\"duration_us\":50,\"rtt_us\":20,\"heard\":1,\"queried\":1"),
  STEP ("1051", "heard", "\"peer\":\"" B "\",\"from\":\"" A "\",\"duration_us\":51,\"heard\":2"),
  STEP ("1052", "heard", "\"peer\":\"" C "\",\"from\":\"" A "\",\"duration_us\":52,\"heard\":3"),
  STEP ("1053", "send", "\"peer\":\"" B "\",\"duration_us\":53,\"heard\":3"),
  STEP ("1054", "dial", "\"peer\":\"" C "\",\"duration_us\":54,\"heard\":3"),
  STEP ("1060", "reply", "\"peer\":\"" B "\",\"duration_us\":60,\"rtt_us\":7,\"heard\":3"),
  STEP ("1061", "value", "\"peer\":\"" B "\",\"duration_us\":61,\"heard\":3"),
  STEP ("1070", "fail",
        "\"peer\":\"" C "\",\"reason\":\"It is dead\",\"duration_us\":70,\"heard\":3,"
        "\"queried\":2,\"unreachable\":1"),
  STEP ("1080", "path-ended", "\"reason\":\"completed\",\"duration_us\":80,\"heard\":3"),
  "{\"t\":1081,\"event\":\"query-progress\",\"query\":4,\"kind\":\"get-record\",\"run\":2,"
  "\"results\":1,\"last\":true,\"duration_us\":81,\"heard\":3,\"waiting\":0,\"queried\":2,"
  "\"unreachable\":1,\"outcome\":\"completed\"}",
  "{\"t\":1081,\"delivery\":{\"event\":\"query-progress\",\"query\":4,\"run\":2,\"asked\":["
  "\"spy\",\"get-record\"],\"asked_runs\":[1,2],\"n_asked\":2,\"consumer\":\"get-record\","
  "\"consumer_run\":2,\"duration_us\":9}}",
  NULL,
};
static const char *const walk_end[] = {
  "{\"t\":1082,\"event\":\"query-finished\",\"query\":4,\"kind\":\"get-record\",\"run\":2,"
  "\"outcome\":\"completed\",\"requests\":2,\"successes\":2,\"failures\":1,\"duration_us\":82}",
  NULL,
};

static void
test_walk (void)
{
  g_autoptr (Fixture) f = fixture_new (KAD_GUI_LINES_QUERIES);
  KadGuiQuery *query;
  KadGuiContact *contact;

  g_test_summary ("The lines of a walk become one row with its steps and whom it met");
  g_assert_cmpuint (take_all (f, walk), ==, 0);
  query = kad_gui_store_find_query (f->store, 2);
  g_assert_nonnull (query);
  g_assert_cmpint (query->run, ==, 2);
  g_assert_cmpint (query->query, ==, 4);
  g_assert_cmpstr (query->kind, ==, "get-record");
  g_assert_cmpstr (query->command, ==, "get-record");
  g_assert_cmpstr (query->key, ==, "text:absent");
  g_assert_true (query->has_target);
  g_assert_cmpint (query->started_us, ==, 1000);
  g_assert_cmpuint (query->state, ==, KAD_GUI_QUERY_RUNNING);
  g_assert_cmpuint (query->n_results, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (query->steps), ==, 12);
  g_assert_cmpuint (g_list_model_get_n_items (query->contacts), ==, 3);

  contact = find_contact (query, A);
  g_assert_cmpstr (contact->named_by, ==, "");
  g_assert_cmpuint (contact->distance_bits, ==, 3);
  g_assert_cmpint (contact->heard_us, ==, 10);
  g_assert_cmpint (contact->dial_us, ==, 20);
  g_assert_cmpint (contact->send_us, ==, 30);
  g_assert_cmpint (contact->reply_us, ==, 50);
  g_assert_cmpint (contact->fail_us, ==, -1);
  g_assert_cmpint (contact->rtt_us, ==, 20);
  g_assert_cmpuint (contact->outcome, ==, KAD_GUI_OUTCOME_ANSWERED);
  g_assert_cmpuint (contact->n_named, ==, 2);
  g_assert_false (contact->gave);
  g_assert_true (contact->contributing);
  contact = find_contact (query, B);
  g_assert_cmpstr (contact->named_by, ==, A);
  g_assert_true (contact->gave);
  g_assert_true (contact->contributing);
  contact = find_contact (query, C);
  g_assert_cmpuint (contact->outcome, ==, KAD_GUI_OUTCOME_FAILED);
  g_assert_cmpstr (contact->reason, ==, "It is dead");
  g_assert_false (contact->contributing);

  take_all (f, walk_end);
  g_assert_cmpuint (query->state, ==, KAD_GUI_QUERY_FINISHED);
  g_assert_cmpstr (query->outcome, ==, "completed");
  g_assert_cmpint (query->duration_us, ==, 82);
  g_assert_cmpuint (query->requests, ==, 2);
  g_assert_cmpuint (query->successes, ==, 2);
  g_assert_cmpuint (query->failures, ==, 1);
  g_assert_cmpuint (query->heard, ==, 3);
  g_assert_cmpuint (query->queried, ==, 2);
  g_assert_cmpuint (query->unreachable, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_events (f->store)), ==, 0);
}

static void
test_several_of_one_run (void)
{
  static const char *const lines[] = {
    "{\"t\":1000,\"event\":\"query-started\",\"query\":7,\"kind\":\"get-providers\",\"run\":5}",
    "{\"t\":1100,\"event\":\"query-finished\",\"query\":7,\"kind\":\"get-providers\",\"run\":5,"
    "\"outcome\":\"completed\",\"requests\":4,\"successes\":3,\"failures\":1,\"duration_us\":100}",
    "{\"t\":1200,\"event\":\"query-started\",\"query\":8,\"kind\":\"find-peer\",\"run\":5}",
    "{\"t\":1250,\"event\":\"query-step\",\"query\":8,\"kind\":\"find-peer\",\"run\":5,\"step\":"
    "\"heard\",\"peer\":\"" A "\",\"duration_us\":50,\"heard\":1}",
    NULL,
  };
  static const char *const end[] = {
    "{\"t\":1300,\"event\":\"query-finished\",\"query\":8,\"kind\":\"find-peer\",\"run\":5,"
    "\"outcome\":\"failed\",\"requests\":2,\"successes\":1,\"failures\":1,\"duration_us\":100,"
    "\"error\":{\"code\":\"NotFound\",\"message\":\"Nobody knows it\"}}",
    NULL,
  };
  g_autoptr (Fixture) f = fixture_new (KAD_GUI_LINES_QUERIES);
  g_autoptr (KadGuiStep) step = NULL;
  KadGuiQuery *query;

  g_test_summary ("Several queries of one run are one row, whose time goes on");
  take_all (f, lines);
  query = kad_gui_store_find_query (f->store, 5);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (f->store)), ==, 1);
  g_assert_cmpuint (query->state, ==, KAD_GUI_QUERY_RUNNING);
  g_assert_cmpstr (query->outcome, ==, "");
  g_assert_cmpint (query->query, ==, 8);
  step = g_list_model_get_item (query->steps, 0);
  g_assert_cmpint (step->at_us, ==, 250);
  take_all (f, end);
  g_assert_cmpuint (query->state, ==, KAD_GUI_QUERY_FINISHED);
  g_assert_cmpstr (query->kind, ==, "get-providers");
  g_assert_cmpint (query->duration_us, ==, 300);
  g_assert_cmpuint (query->requests, ==, 6);
  g_assert_cmpuint (query->failures, ==, 2);
  g_assert_cmpstr (query->error_code, ==, "NotFound");
  g_assert_cmpstr (query->error_message, ==, "Nobody knows it");
}

static void
test_operation_and_upkeep (void)
{
  static const char *const lines[] = {
    "{\"t\":5000,\"event\":\"query-progress\",\"query\":11,\"kind\":\"operation\",\"run\":8,"
    "\"results\":0,\"last\":true,\"duration_us\":187,\"queried\":1,\"unreachable\":1,\"outcome\":"
    "\"failed\",\"error\":{\"code\":\"DialFailed\",\"message\":\"No\"}}",
    "{\"t\":5000,\"delivery\":{\"event\":\"query-progress\",\"query\":11,\"run\":8,\"asked\":["
    "\"dial\"],\"asked_runs\":[8],\"n_asked\":1,\"consumer\":\"dial\",\"consumer_run\":8,"
    "\"duration_us\":3}}",
    "{\"t\":6000,\"event\":\"query-started\",\"query\":12,\"kind\":\"bootstrap\",\"run\":0}",
    NULL,
  };
  g_autoptr (Fixture) f = fixture_new (KAD_GUI_LINES_QUERIES | KAD_GUI_LINES_EVENTS);
  KadGuiQuery *query;

  g_test_summary ("An operation is a row that has ended; upkeep has the number of its query");
  take_all (f, lines);
  query = kad_gui_store_find_query (f->store, 8);
  g_assert_cmpuint (query->state, ==, KAD_GUI_QUERY_FINISHED);
  g_assert_cmpstr (query->command, ==, "dial");
  g_assert_cmpstr (query->outcome, ==, "failed");
  g_assert_cmpstr (query->error_code, ==, "DialFailed");
  g_assert_cmpint (query->started_us, ==, 5000 - 187);
  g_assert_cmpint (query->duration_us, ==, 187);
  g_assert_cmpuint (query->unreachable, ==, 1);
  query = kad_gui_store_find_query (f->store, -12);
  g_assert_cmpint (query->id, ==, -12);
  g_assert_cmpint (query->run, ==, 0);
}

static void
test_own_query (void)
{
  g_autoptr (Fixture) f = fixture_new (KAD_GUI_LINES_QUERIES);
  g_autoptr (KadGuiQuery) own = kad_gui_query_new ();

  g_test_summary ("What came for a run becomes its when it is known to be our own");
  kad_gui_item_set_boolean (own, KAD_GUI_QUERY_FIELD_OWN, TRUE);
  kad_gui_item_set_uint (own, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  kad_gui_store_add_query (f->store, own);
  for (guint i = 0; i < 4; i++)
    take (f, walk[i]);
  kad_gui_lines_flush (f->lines);
  take (f, walk[4]);
  kad_gui_store_set_run (f->store, own, 2);
  take_all (f, walk + 5);
  take_all (f, walk_end);
  g_assert_true (kad_gui_store_find_query (f->store, 2) == own);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (f->store)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (own->steps), ==, 12);
  g_assert_cmpuint (g_list_model_get_n_items (own->contacts), ==, 3);
  g_assert_cmpuint (find_contact (own, A)->n_named, ==, 2);
  g_assert_true (find_contact (own, A)->contributing);
  g_assert_cmpuint (own->heard, ==, 3);
  /* Its end is told by its own object. */
  g_assert_cmpuint (own->state, ==, KAD_GUI_QUERY_RUNNING);
  g_assert_cmpuint (own->n_results, ==, 0);
}

static void
test_bounds (void)
{
  g_autoptr (Fixture) f = fixture_new (KAD_GUI_LINES_QUERIES | KAD_GUI_LINES_EVENTS);
  g_autoptr (KadGuiStep) first = NULL;
  KadGuiQuery *query;
  GListModel *events = kad_gui_store_get_events (f->store);
  g_autoptr (KadGuiEvent) event = NULL;

  g_test_summary ("Steps, contacts, queries and events are bounded, and the latest are kept");
  for (guint i = 0; i < KAD_GUI_MAX_STEPS + 5; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"t\":%u,\"event\":\"query-step\",\"query\":1,\"kind\":\"get-record\",\"run\":1,"
          "\"step\":\"heard\",\"peer\":\"peer%u\",\"duration_us\":%u}",
          1000 + i, i, i);

      take (f, text);
      if (i == 7)
        kad_gui_lines_flush (f->lines);
    }
  kad_gui_lines_flush (f->lines);
  query = kad_gui_store_find_query (f->store, 1);
  g_assert_cmpuint (g_list_model_get_n_items (query->steps), ==, KAD_GUI_MAX_STEPS);
  g_assert_cmpuint (query->dropped, ==, 5);
  first = g_list_model_get_item (query->steps, 0);
  g_assert_cmpstr (first->peer, ==, "peer5");
  g_assert_cmpuint (g_list_model_get_n_items (query->contacts), ==, KAD_GUI_MAX_CONTACTS);
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, 0);

  for (guint i = 0; i < 2 * KAD_GUI_MAX_EVENTS + 10; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"t\":%u,\"event\":\"query-finished\",\"query\":%u,\"run\":0,\"kind\":\"bootstrap\","
          "\"outcome\":\"completed\"}",
          50000 + i, 10 + i);

      take (f, text);
    }
  kad_gui_lines_flush (f->lines);
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, KAD_GUI_MAX_EVENTS);
  event = g_list_model_get_item (events, KAD_GUI_MAX_EVENTS - 1);
  g_assert_cmpint (event->number, ==, 2 * KAD_GUI_MAX_EVENTS + 10);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (f->store)), <=,
                    KAD_GUI_MAX_QUERIES + 1);
}

/* ---- events ---- */

static void
test_events (void)
{
  static const char *const lines[] = {
    "{\"t\":7,\"event\":\"listening\",\"peer\":\"" SELF "\",\"address\":\"/ip4/10.0.0.1/tcp/1\"}",
    "{\"t\":8,\"event\":\"from-the-future\",\"peer\":\"" A "\"}",
    "{\"t\":9,\"lost\":12}",
    "{\"t\":9,\"delivery\":{\"event\":\"listening\",\"n_asked\":5}}",
    NULL,
  };
  g_autoptr (Fixture) f = fixture_new (KAD_GUI_LINES_EVENTS);
  GListModel *events = kad_gui_store_get_events (f->store);
  g_autoptr (KadGuiEvent) progress = NULL;
  g_autoptr (KadGuiEvent) listening = NULL;
  g_autoptr (KadGuiEvent) future = NULL;
  g_autoptr (KadGuiEvent) lost = NULL;

  g_test_summary ("Events have words and the way that they went; a loss stands where it was");
  take_all (f, walk);
  g_assert_cmpuint (take_all (f, lines), ==, 12);
  /* Steps are no events. */
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, 5);
  progress = g_list_model_get_item (events, 1);
  g_assert_cmpint (progress->number, ==, 2);
  g_assert_cmpint (progress->query_id, ==, 2);
  g_assert_true (progress->delivered);
  g_assert_nonnull (strstr (progress->delivery_json, "\"delivery\":"));
  g_assert_cmpuint (g_strv_length (progress->asked), ==, 2);
  g_assert_cmpstr (progress->asked[0], ==, "spy");
  g_assert_cmpuint (progress->n_asked, ==, 2);
  g_assert_cmpstr (progress->consumer, ==, "get-record");
  g_assert_cmpint (progress->consumer_run, ==, 2);
  g_assert_cmpint (progress->delivery_us, ==, 9);
  g_assert_cmpstr (progress->text, ==, "The query get-record: 1 result came");
  listening = g_list_model_get_item (events, 2);
  g_assert_cmpstr (listening->text, ==, "Listening on /ip4/10.0.0.1/tcp/1");
  g_assert_cmpstr (listening->json, ==, lines[0]);
  g_assert_false (listening->delivered);
  future = g_list_model_get_item (events, 3);
  g_assert_cmpstr (future->text, ==, "from-the-future");
  g_assert_cmpstr (future->peer, ==, A);
  lost = g_list_model_get_item (events, 4);
  g_assert_cmpstr (lost->type, ==, "lost");
  g_assert_cmpint (lost->lost, ==, 12);
  g_assert_false (lost->delivered);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (f->store)), ==, 0);
}

static void
test_wrong_lines (void)
{
  static const char *const lines[] = {
    "{}",
    "{\"t\":\"x\",\"event\":7}",
    "{\"event\":\"query-step\",\"query\":-4,\"run\":-1,\"step\":[]}",
    "{\"t\":1,\"event\":\"query-started\",\"query\":1,\"key_base64\":\"***\",\"kind\":null}",
    "{\"t\":1,\"event\":\"table-added\",\"peer\":\"nobody\",\"bucket\":99999999999}",
    "{\"t\":1,\"event\":\"publication-changed\",\"publication\":{\"kind\":1}}",
    "{\"t\":1,\"event\":\"publication-removed\",\"publication\":[]}",
    "{\"t\":1,\"delivery\":{\"asked\":{\"a\":1},\"n_asked\":\"x\"}}",
    "{\"t\":1,\"event\":\"addresses-changed\",\"addresses\":[1,[],\"/ip4/1.2.3.4\"]}",
    "{\"kad-stream\":1,\"peer\":7}",
    "{\"lost\":-3}",
    NULL,
  };
  g_autoptr (Fixture) f = fixture_new (ALL);

  g_test_summary ("What is wrong in a line is passed over");
  g_assert_cmpuint (take_all (f, lines), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (f->store)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (kad_gui_store_get_peers (f->store))),
                    ==, 0);
  g_assert_cmpstr (kad_gui_store_get_status (f->store)->listen_addresses[0], ==, "/ip4/1.2.3.4");
}

/* ---- all that there is ---- */

static const char *const life[] = {
  HEADER,
  "{\"t\":1000000,\"event\":\"listening\",\"address\":\"/ip4/10.0.0.1/tcp/1\"}",
  "{\"t\":1000000,\"event\":\"query-started\",\"query\":1,\"kind\":\"bootstrap\",\"run\":0}",
  "{\"t\":1100000,\"event\":\"peer-connected\",\"peer\":\"" A "\",\"address\":"
  "\"/ip4/1.2.3.4/tcp/1\",\"reason\":\"query\"}",
  "{\"t\":1100000,\"event\":\"peer-identified\",\"peer\":\"" A "\",\"agent\":\"kad/9\"}",
  "{\"t\":1200000,\"event\":\"table-added\",\"peer\":\"" A "\",\"bucket\":2}",
  "{\"t\":1300000,\"event\":\"query-step\",\"query\":1,\"kind\":\"bootstrap\",\"run\":0,"
  "\"step\":\"reply\",\"peer\":\"" A "\",\"rtt_us\":321,\"duration_us\":5}",
  "{\"t\":1300000,\"event\":\"joined\",\"table\":1}",
  "{\"t\":1400000,\"event\":\"mode-changed\",\"mode\":\"server\"}",
  "{\"t\":1500000,\"event\":\"record-stored\",\"peer\":\"" A "\",\"from\":\"" A "\","
  "\"key_base64\":\"b3Vycw==\"}",
  "{\"t\":1500001,\"event\":\"record-stored\",\"peer\":\"" B "\",\"from\":\"" B "\","
  "\"key_base64\":\"b3Vycw==\"}",
  "{\"t\":1600000,\"event\":\"provider-stored\",\"peer\":\"" A "\",\"from\":\"" A "\","
  "\"key_base64\":\"EiB/\"}",
  "{\"t\":1700000,\"event\":\"publication-changed\",\"publication\":{\"kind\":\"record\","
  "\"key_base64\":\"bWluZQ==\",\"tag\":\"x\",\"persistent\":true,\"created_us\":5,\"stored\":0,"
  "\"wanted\":0,\"failures\":0,\"running\":true}}",
  "{\"t\":1800000,\"event\":\"publication-changed\",\"publication\":{\"kind\":\"record\","
  "\"key_base64\":\"bWluZQ==\",\"tag\":\"x\",\"persistent\":true,\"created_us\":5,\"stored\":3,"
  "\"wanted\":9,\"failures\":1,\"running\":false,\"error\":{\"code\":\"Failed\",\"message\":"
  "\"Few\"}}}",
  "{\"t\":2500000,\"event\":\"query-finished\",\"query\":1,\"kind\":\"bootstrap\",\"run\":0,"
  "\"outcome\":\"completed\"}",
  NULL,
};
static const char *const leaving[] = {
  "{\"t\":2600000,\"event\":\"peer-disconnected\",\"peer\":\"" A "\"}",
  "{\"t\":2700000,\"event\":\"table-removed\",\"peer\":\"" A "\",\"bucket\":2}",
  "{\"t\":2800000,\"event\":\"publication-removed\",\"publication\":{\"kind\":\"record\","
  "\"key_base64\":\"bWluZQ==\",\"tag\":\"x\"}}",
  NULL,
};

static void
test_all (void)
{
  g_autoptr (Fixture) f = fixture_new (ALL);
  KadGuiStatus *status = kad_gui_store_get_status (f->store);
  KadGuiPeer *peer;
  const KadGuiPoint *points;
  guint n;

  g_test_summary ("A source with nothing but lines has table, connections, status and series");
  take_all (f, life);
  g_assert_cmpstr (status->peer_id, ==, SELF);
  g_assert_cmpstr (status->version, ==, "9");
  g_assert_cmpstr (status->state, ==, "online");
  g_assert_cmpstr (status->mode, ==, "server");
  g_assert_true (status->serving);
  g_assert_cmpstr (status->listen_addresses[0], ==, "/ip4/10.0.0.1/tcp/1");
  g_assert_cmpuint (status->peer_count, ==, 1);
  g_assert_cmpuint (status->table_size, ==, 1);
  peer = kad_gui_peer_list_find (kad_gui_store_get_peers (f->store), A);
  g_assert_true (peer->connected && peer->in_table);
  g_assert_cmpstr (peer->agent, ==, "kad/9");
  g_assert_cmpstr (peer->transport, ==, "tcp");
  g_assert_cmpint (peer->rtt_us, ==, 321);
  g_assert_cmpint (peer->added_us, ==, 1200000);
  g_assert_cmpint (peer->touched_us, ==, 1300000);
  g_assert_cmpint (peer->touched_by, ==, -1);
  /* At most one point a second. */
  points = kad_gui_series_get_points (kad_gui_store_get_series (f->store, "table"), &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (points[0].at_us, ==, 1000000);
  g_assert_cmpfloat (points[0].value, ==, 0);
  g_assert_cmpint (points[1].at_us, ==, 2500000);
  g_assert_cmpfloat (points[1].value, ==, 1);
  take_all (f, leaving);
  g_assert_cmpint (peer->departed_us, ==, 2700000);
}

static void
test_kept (void)
{
  g_autoptr (Fixture) f = fixture_new (ALL);
  GListModel *publications = kad_gui_store_get_publications (f->store);
  g_autoptr (KadGuiPublication) publication = NULL;
  g_autoptr (KadGuiRecord) record = NULL;

  g_test_summary ("What is held for others is there once, and what is announced until it is not");
  take_all (f, life);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_records (f->store)), ==, 2);
  record = g_list_model_get_item (kad_gui_store_get_records (f->store), 0);
  g_assert_cmpstr (record->key, ==, "text:ours");
  g_assert_cmpstr (record->peer, ==, B);
  g_assert_cmpuint (g_list_model_get_n_items (publications), ==, 1);
  publication = g_list_model_get_item (publications, 0);
  g_assert_cmpstr (publication->key_text, ==, "text:mine");
  g_assert_cmpstr (publication->lifetime, ==, "persistent");
  g_assert_cmpuint (publication->stored, ==, 3);
  g_assert_cmpuint (publication->wanted, ==, 9);
  g_assert_cmpstr (publication->error, ==, "Few");
  take_all (f, leaving);
  g_assert_cmpuint (g_list_model_get_n_items (publications), ==, 0);
}

static void
test_recording (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("KAD_GUI_TEST_DIR"), "data", "network.ndjson", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (Fixture) f = fixture_new (ALL);
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_events = 0;
  guint n_steps = 0;
  guint n_delivered = 0;
  guint n_seen_steps = 0;
  guint n_seen_delivered = 0;

  g_test_summary ("Nothing of a recorded network is missing");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      n_events += strstr (lines[i], "\"delivery\":{") == NULL
                  && strstr (lines[i], "\"event\":\"query-step\"") == NULL && i > 0;
      n_steps += strstr (lines[i], ",\"event\":\"query-step\"") != NULL;
      n_delivered
          += strstr (lines[i], "\"delivery\":{") != NULL && strstr (lines[i], "query-step") == NULL;
      take (f, lines[i]);
      if (i % 50 == 0)
        kad_gui_lines_flush (f->lines);
    }
  kad_gui_lines_flush (f->lines);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_events (f->store)), ==, n_events);
  for (guint i = 0; i < n_events; i++)
    {
      g_autoptr (KadGuiEvent) event
          = g_list_model_get_item (kad_gui_store_get_events (f->store), i);

      n_seen_delivered += event->delivered ? 1 : 0;
      g_assert_cmpstr (event->text, !=, "");
      g_assert_cmpstr (event->text, !=, event->type);
    }
  g_assert_cmpuint (n_seen_delivered, ==, n_delivered);
  for (guint i = 0; i < g_list_model_get_n_items (kad_gui_store_get_queries (f->store)); i++)
    {
      g_autoptr (KadGuiQuery) query
          = g_list_model_get_item (kad_gui_store_get_queries (f->store), i);

      n_seen_steps += g_list_model_get_n_items (query->steps);
      g_assert_cmpuint (query->state, ==, KAD_GUI_QUERY_FINISHED);
      g_hash_table_add (rows, g_strdup (query->command));
    }
  g_assert_cmpuint (n_seen_steps, ==, n_steps);
  g_assert_true (g_hash_table_contains (rows, "publish") && g_hash_table_contains (rows, "dial")
                 && g_hash_table_contains (rows, "closest-peers"));
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_records (f->store)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_publications (f->store)), ==, 1);
  g_assert_cmpuint (kad_gui_peer_list_get_n_connected (kad_gui_store_get_peers (f->store)), ==, 0);
  g_assert_cmpuint (kad_gui_peer_list_get_table_size (kad_gui_store_get_peers (f->store)), ==, 9);
}

static void
on_table_changed (KadGuiStore *store, gpointer user_data)
{
  *(guint *) user_data += 1;
}

static void
test_glow (void)
{
  g_autoptr (Fixture) f = fixture_new (KAD_GUI_LINES_QUERIES);
  KadGuiPeer *peer;
  guint n_changes = 0;

  g_test_summary ("A peer that is seen and that a walk had to do with glows: the table is told");
  g_signal_connect (f->store, "table-changed", G_CALLBACK (on_table_changed), &n_changes);
  take_all (f, walk);
  g_assert_cmpuint (n_changes, ==, 0);
  kad_gui_peer_list_set_in_table (kad_gui_store_get_peers (f->store), B, TRUE, 1000);
  take_all (f, walk);
  g_assert_cmpuint (n_changes, ==, 1);
  peer = kad_gui_peer_list_find (kad_gui_store_get_peers (f->store), B);
  g_assert_cmpint (peer->touched_by, ==, 2);
  kad_gui_lines_flush (f->lines);
  g_assert_cmpuint (n_changes, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-model/lines/walk", test_walk);
  g_test_add_func ("/gui-model/lines/glow", test_glow);
  g_test_add_func ("/gui-model/lines/several-of-one-run", test_several_of_one_run);
  g_test_add_func ("/gui-model/lines/operation-and-upkeep", test_operation_and_upkeep);
  g_test_add_func ("/gui-model/lines/own-query", test_own_query);
  g_test_add_func ("/gui-model/lines/bounds", test_bounds);
  g_test_add_func ("/gui-model/lines/events", test_events);
  g_test_add_func ("/gui-model/lines/wrong-lines", test_wrong_lines);
  g_test_add_func ("/gui-model/lines/all", test_all);
  g_test_add_func ("/gui-model/lines/kept", test_kept);
  g_test_add_func ("/gui-model/lines/recording", test_recording);
  return g_test_run ();
}
