/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lookups as they are: a few peers of the table, those whom they name, some who do not answer. */
#include "kad-gui-contact.h"
#include "kad-gui-result.h"
#include "kad-gui-step.h"
#include "kad-gui-test-scene.h"
#include "kad-peer-id.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define FIRST_PEER 5000 /* contacts are peers from this number on, or of the table */
#define FROM_TABLE 4

typedef struct
{
  KadGuiQuery *query;
  guint n_contacts;
  guint n_asked; /* of them */
  gint64 duration_us;
  guint seed;
  gboolean finds;
} Walk;

static char *
dup_contact_peer (const Walk *walk, guint i)
{
  return kad_gui_test_dup_peer (i < FROM_TABLE ? 1 + i : FIRST_PEER + walk->seed * 64 + i);
}

static void
add_step (Walk *walk, gint64 at_us, const char *step, const char *peer, const char *from,
          guint distance_bits, gint64 rtt_us, const char *reason)
{
  g_autoptr (KadGuiStep) row = kad_gui_step_new ();

  if (g_list_model_get_n_items (walk->query->steps) >= KAD_GUI_MAX_STEPS)
    return;
  kad_gui_item_set_int64 (row, KAD_GUI_STEP_FIELD_AT_US, at_us);
  kad_gui_item_set_string (row, KAD_GUI_STEP_FIELD_STEP, step);
  kad_gui_item_set_string (row, KAD_GUI_STEP_FIELD_PEER, peer);
  kad_gui_item_set_string (row, KAD_GUI_STEP_FIELD_FROM, from);
  kad_gui_item_set_uint (row, KAD_GUI_STEP_FIELD_DISTANCE_BITS, distance_bits);
  kad_gui_item_set_int64 (row, KAD_GUI_STEP_FIELD_RTT_US, rtt_us);
  kad_gui_item_set_string (row, KAD_GUI_STEP_FIELD_REASON, reason);
  g_list_store_append (G_LIST_STORE (walk->query->steps), row);
}

static void
set_asked (Walk *walk, KadGuiContact *contact, guint i)
{
  gint64 begin_us = contact->heard_us + 1500;
  gint64 left_us = walk->duration_us - begin_us;
  gint64 rtt_us = MIN (left_us * 3 / 4, 20000 + (gint64) ((i * 7919 + walk->seed * 131) % 280000));
  gboolean fails = i % 5 == 3;
  guint bits = contact->distance_bits;

  /* The one that answers last makes it as slow as it is. */
  if (i == walk->n_asked / 2)
    rtt_us = left_us * 7 / 10;
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_DIAL_US, begin_us);
  add_step (walk, begin_us, "dial", contact->peer, "", bits, 0, "");
  if (fails)
    {
      kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_FAIL_US, begin_us + left_us / 2);
      kad_gui_item_set_uint (contact, KAD_GUI_CONTACT_FIELD_OUTCOME, KAD_GUI_OUTCOME_FAILED);
      kad_gui_item_set_string (contact, KAD_GUI_CONTACT_FIELD_REASON,
                               i % 2 == 0 ? "Connection refused" : "Timed out");
      add_step (walk, begin_us + left_us / 2, "fail", contact->peer, "", bits, 0, contact->reason);
      return;
    }
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_SEND_US, begin_us + rtt_us / 3);
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_REPLY_US, begin_us + rtt_us);
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_RTT_US, rtt_us * 2 / 3);
  kad_gui_item_set_uint (contact, KAD_GUI_CONTACT_FIELD_OUTCOME, KAD_GUI_OUTCOME_ANSWERED);
  add_step (walk, begin_us + rtt_us / 3, "send", contact->peer, "", bits, 0, "");
  add_step (walk, begin_us + rtt_us, "reply", contact->peer, "", bits, rtt_us * 2 / 3, "");
}

static void
add_contact (Walk *walk, guint i)
{
  g_autoptr (KadGuiContact) contact = kad_gui_contact_new ();
  g_autofree char *peer = dup_contact_peer (walk, i);
  guint parent = i < FROM_TABLE ? 0 : (i - FROM_TABLE) / 4;
  g_autofree char *from = i < FROM_TABLE ? g_strdup ("") : dup_contact_peer (walk, parent);
  KadPeerId id;
  KadKey key;

  kad_gui_item_set_string (contact, KAD_GUI_CONTACT_FIELD_PEER, peer);
  kad_gui_item_set_string (contact, KAD_GUI_CONTACT_FIELD_NAMED_BY, from);
  g_assert_true (kad_peer_id_parse (&id, peer, NULL));
  kad_key_init_from_peer (&key, &id);
  kad_gui_item_set_uint (contact, KAD_GUI_CONTACT_FIELD_DISTANCE_BITS, MIN (i / 3 + i % 3, 16));
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_HEARD_US,
                          i < FROM_TABLE ? 0 : walk->duration_us * i / (walk->n_contacts * 2));
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_DIAL_US, -1);
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_SEND_US, -1);
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_REPLY_US, -1);
  kad_gui_item_set_int64 (contact, KAD_GUI_CONTACT_FIELD_FAIL_US, -1);
  add_step (walk, contact->heard_us, "heard", peer, from, contact->distance_bits, 0, "");
  if (i < walk->n_asked)
    set_asked (walk, contact, i);
  kad_gui_item_set_uint (contact, KAD_GUI_CONTACT_FIELD_N_NAMED,
                         contact->outcome == KAD_GUI_OUTCOME_ANSWERED ? MIN (
                             4, walk->n_contacts - MIN (walk->n_contacts, 4 * i + FROM_TABLE))
                                                                      : 0);
  g_list_store_append (G_LIST_STORE (walk->query->contacts), contact);
}

static KadGuiContact *
get_contact (const Walk *walk, guint i)
{
  g_autoptr (KadGuiContact) contact = g_list_model_get_item (walk->query->contacts, i);

  return contact;
}

/* The last that answered gives what is found; it and those through whom it was found contribute. */
static void
add_result (Walk *walk)
{
  g_autoptr (KadGuiResult) result = NULL;
  guint i = walk->n_asked - 1;
  KadGuiContact *giver;
  gboolean is_record = g_str_equal (walk->query->kind, "get-record");
  g_autofree char *provider = kad_gui_test_dup_peer (77);

  while (i > 0 && get_contact (walk, i)->outcome != KAD_GUI_OUTCOME_ANSWERED)
    i--;
  giver = get_contact (walk, i);
  kad_gui_item_set_boolean (giver, KAD_GUI_CONTACT_FIELD_GAVE, TRUE);
  add_step (walk, giver->reply_us, is_record ? "value" : "provider",
            is_record ? giver->peer : provider, is_record ? "" : giver->peer, giver->distance_bits,
            0, "");
  for (;; i = i < FROM_TABLE ? 0 : (i - FROM_TABLE) / 4)
    {
      kad_gui_item_set_boolean (get_contact (walk, i), KAD_GUI_CONTACT_FIELD_CONTRIBUTING, TRUE);
      if (i < FROM_TABLE)
        break;
    }
  result = kad_gui_result_new ();
  kad_gui_test_set (result,
                    "{'number': <0>, 'kind': <'%s'>, 'peer': <'%s'>, 'from': <'%s'>, "
                    "'addresses': <['/ip4/198.51.100.77/tcp/4001']>, 'value': <'%s'>, "
                    "'text': <'%s'>, 'json': <'{\"peer\":\"%s\"}'>}",
                    is_record ? "record" : "peer", is_record ? "" : provider, giver->peer,
                    is_record ? "hello" : "", is_record ? "hello" : provider, provider);
  g_list_store_append (G_LIST_STORE (walk->query->results), result);
  kad_gui_item_set_uint (walk->query, KAD_GUI_QUERY_FIELD_N_RESULTS, 1);
}

static void
set_counts (Walk *walk)
{
  KadGuiQuery *query = walk->query;
  guint n_answered = 0, n_failed = 0;

  for (guint i = 0; i < walk->n_contacts; i++)
    {
      n_answered += get_contact (walk, i)->outcome == KAD_GUI_OUTCOME_ANSWERED;
      n_failed += get_contact (walk, i)->outcome == KAD_GUI_OUTCOME_FAILED;
    }
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_HEARD, walk->n_contacts);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_QUERIED, n_answered);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_UNREACHABLE, n_failed);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_REQUESTS, n_answered + n_failed);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_SUCCESSES, n_answered);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_FAILURES, n_failed);
}

KadGuiQuery *
kad_gui_test_add_query (KadGuiStore *store, gint64 run, const char *command, const char *key,
                        guint n_contacts, gint64 duration_us)
{
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  Walk walk = { .query = query,
                .n_contacts = n_contacts,
                .n_asked = n_contacts - n_contacts / 3,
                .duration_us = duration_us,
                .seed = (guint) ABS (run),
                .finds = g_str_has_prefix (command, "get-") };

  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, run);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_RUN, MAX (run, 0));
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_QUERY, 100 + ABS (run));
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_COMMAND, run > 0 ? command : "");
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KEY, key);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, "completed");
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_DURATION_US, duration_us);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US,
                          kad_gui_store_get_now_us (store) - (40 - run) * 7 * SECOND);
  query->has_target = TRUE;
  kad_key_init (&query->target, (const guint8 *) key, strlen (key));
  for (guint i = 0; i < n_contacts; i++)
    add_contact (&walk, i);
  set_counts (&walk);
  if (walk.finds && n_contacts > FROM_TABLE)
    add_result (&walk);
  add_step (&walk, duration_us, "path-ended", "", "", 0, 0, "completed");
  kad_gui_store_add_query (store, query);
  return query;
}

#define CID "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
#define NAME "/ipns/k51qzi5uqu5dgutdk6i1ynyzgkqngpha5xpgia3a5qqp4jsh0u4csozksxel2r"

void
kad_gui_test_fill_queries (KadGuiStore *store)
{
  g_autofree char *peer = kad_gui_test_dup_peer (5);
  KadGuiQuery *query;

  kad_gui_test_add_query (store, -3, "bootstrap", "", 22, 2100 * 1000);
  kad_gui_test_add_query (store, 11, "get-record", NAME, 9, 180 * 1000);
  kad_gui_test_add_query (store, 12, "find-peer", peer, 14, 640 * 1000);
  kad_gui_test_add_query (store, 13, "get-providers", CID, 34, 4100 * 1000);
  kad_gui_test_add_query (store, 14, "publish", CID, 30, 3300 * 1000);
  query = kad_gui_test_add_query (store, 15, "get-record", "/pk/missing", 26, 2800 * 1000);
  kad_gui_test_set (query, "{'outcome': <'starved'>, 'error_code': <'NotFound'>, 'error_message': "
                           "<'No record was found'>, 'n_results': <0>}");
  g_list_store_remove_all (G_LIST_STORE (query->results));
  query = kad_gui_test_add_query (store, 16, "get-providers", CID, 12, 900 * 1000);
  kad_gui_test_set (query, "{'outcome': <'cancelled'>}");
  kad_gui_test_add_query (store, 17, "closest-peers", CID, 28, 1500 * 1000);
  kad_gui_test_add_query (store, -4, "refresh", peer, 18, 1100 * 1000);
  query = kad_gui_test_add_query (store, 18, "find-peer", peer, 20, 10 * SECOND);
  kad_gui_test_set (query, "{'outcome': <'timed-out'>, 'error_code': <'Timeout'>, 'error_message': "
                           "<'It took longer than 10 s'>}");
  query = kad_gui_test_add_query (store, 19, "get-providers", CID, 24, 1200 * 1000);
  kad_gui_test_set (query, "{'own': <true>, 'path': <'/org/libkad/Kad1/query/1_1/t1'>}");
  query = kad_gui_test_add_query (store, 20, "closest-peers", CID, 16, 700 * 1000);
  kad_gui_test_set (query, "{'own': <true>, 'path': <'/org/libkad/Kad1/query/1_1/t2'>, "
                           "'outcome': <''>, 'state': <1>, 'waiting': <3>}");
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US,
                          kad_gui_store_get_now_us (store) - 900 * 1000);
}
