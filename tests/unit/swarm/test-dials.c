/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dials-testing.h"

static void
test_connects (void)
{
  Lab lab;

  g_test_summary ("A dial ends with an open session of the peer");

  lab_init (&lab);
  dial (&lab, "1", 5 * SECOND, FALSE, "one");
  run_until_told (&lab, 1);
  g_assert_no_error (last (&lab)->error);
  g_assert_cmpint (kad_connection_get_state (last (&lab)->session->connection), ==,
                   KAD_CONNECTION_OPEN);
  g_assert_true (kad_peer_id_equal (kad_connection_get_peer (last (&lab)->session->connection),
                                    side_get_peer (&lab.pair.b)));
  g_assert_null (last (&lab)->session->dial);
  lab_clear (&lab);
}

static void
test_merges (void)
{
  Lab lab;

  g_test_summary ("Who asks for the same peer meanwhile waits with the first, in order");

  lab_init (&lab);
  dial (&lab, "1", 5 * SECOND, FALSE, "one");
  dial (&lab, "2", 5 * SECOND, FALSE, "two");
  dial (&lab, "1", 5 * SECOND, TRUE, "three");
  run_until_told (&lab, 3);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "1 ");
  g_assert_cmpstr (((Told *) lab.told.head->data)->name, ==, "one");
  g_assert_cmpstr (((Told *) lab.told.tail->data)->name, ==, "three");
  for (GList *l = lab.told.head; l != NULL; l = l->next)
    {
      g_assert_no_error (((Told *) l->data)->error);
      g_assert_true (((Told *) l->data)->session == last (&lab)->session);
    }
  lab_clear (&lab);
}

static void
test_names_that_others_said (void)
{
  Lab lab;

  g_test_summary ("kubo #1226: on the public network a name said by others does not lead to us");

  lab_init (&lab);
  kad_dials_set_global_names (lab.dials, TRUE);
  dial_text (&lab, "/dns4/localhost/tcp/1", 5 * SECOND, FALSE);
  run_until_told (&lab, 1);
  g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "");

  /* A person may. */
  dial_text (&lab, "/dns4/localhost/tcp/1", 5 * SECOND, TRUE);
  run_until_told (&lab, 2);
  g_assert_no_error (last (&lab)->error);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "1 ");
  lab_clear (&lab);
}

static void
test_names_under_websocket (void)
{
  static const char *const forms[] = {
    "/dns/localhost/tcp/1/wss",
    "/dns4/localhost/tcp/1/tls/ws",
    "/dns4/localhost/tcp/1/tls/sni/good.example/ws",
    "/dns4/localhost/tcp/1/ws",
  };

  g_test_summary ("kubo #1226: nor does it under WebSocket, with TLS or without");

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      Lab lab;

      lab_init (&lab);
      kad_dials_set_global_names (lab.dials, TRUE);
      dial_text (&lab, forms[i], 5 * SECOND, FALSE);
      run_until_told (&lab, 1);
      g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
      g_assert_nonnull (strstr (last (&lab)->error->message, "a name of the public network"));
      g_assert_cmpstr (lab.transport->dialled->str, ==, "");
      dial_text (&lab, forms[i], 5 * SECOND, TRUE);
      run_until_told (&lab, 2);
      g_assert_no_error (last (&lab)->error);
      g_assert_cmpstr (lab.transport->dialled->str, ==, "1 ");
      lab_clear (&lab);
    }
}

static void
test_a_persons_address_is_tried (void)
{
  Lab lab;

  g_test_summary ("An address that a person names does not wait for a dial of others");

  lab_init (&lab);
  dial (&lab, "3", 5 * SECOND, FALSE, "engine");
  dial (&lab, "1", 5 * SECOND, TRUE, "person");
  run_until_told (&lab, 1);
  g_assert_cmpstr (last (&lab)->name, ==, "person");
  g_assert_no_error (last (&lab)->error);
  dial (&lab, "3", 100 * G_TIME_SPAN_MILLISECOND, FALSE, "third");
  kad_dials_free (g_steal_pointer (&lab.dials));
  g_assert_cmpuint (g_queue_get_length (&lab.told), ==, 3);
  lab.dials = kad_dials_new (lab.pair.reactor, lab.transports, NULL, &dials_delegate, &lab);
  lab_clear (&lab);
}

static void
test_a_later_deadline_holds (void)
{
  Lab lab;
  gint64 begun_us = g_get_monotonic_time ();

  g_test_summary ("Who waits with another's dial has the time that it asked for");

  lab_init (&lab);
  dial (&lab, "3", 50 * G_TIME_SPAN_MILLISECOND, FALSE, "one");
  dial (&lab, "3", 300 * G_TIME_SPAN_MILLISECOND, FALSE, "two");
  run_until_told (&lab, 2);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 300 * G_TIME_SPAN_MILLISECOND);
  g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_TIMEOUT);
  lab_clear (&lab);
}

static void
test_another_peer_answers (void)
{
  Lab lab;

  g_test_summary (
      "Where somebody else answers, or nobody as one of us, the next address is dialled");

  lab_init (&lab);
  dial (&lab, "2461", 5 * SECOND, FALSE, "one");
  run_until_told (&lab, 1);
  g_assert_no_error (last (&lab)->error);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "2 4 2 6 2 1 ");
  lab_clear (&lab);
}

static void
test_nobody_is_the_peer (void)
{
  Lab lab;

  g_test_summary ("When every address leads elsewhere, the error says what was at each");

  lab_init (&lab);
  dial (&lab, "462", 5 * SECOND, FALSE, "one");
  run_until_told (&lab, 1);
  g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_nonnull (strstr (last (&lab)->error->message, "/ip4/127.0.0.1/tcp/4: Dialled peer"));
  g_assert_nonnull (strstr (last (&lab)->error->message, "/ip4/127.0.0.1/tcp/6: "));
  g_assert_nonnull (strstr (last (&lab)->error->message, "refused"));
  lab_clear (&lab);
}

static void
test_back_off (void)
{
  Lab lab;
  guint tries = 0;
  gint64 give_up_us = g_get_monotonic_time () + 10 * SECOND;

  g_test_summary (
      "A peer that could not be reached is left alone for a second; asking meanwhile does "
      "not lengthen that, and a person is not held back");

  lab_init (&lab);
  dial (&lab, "2", 5 * SECOND, FALSE, "one");
  run_until_told (&lab, 1);
  g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "2 ");

  while (g_str_equal (lab.transport->dialled->str, "2 "))
    {
      gint64 until_us = g_get_monotonic_time () + 100 * G_TIME_SPAN_MILLISECOND;

      dial (&lab, "2", 5 * SECOND, FALSE, "again");
      tries++;
      run_until_told (&lab, 1 + tries);
      g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
      while (g_get_monotonic_time () < until_us)
        g_usleep (1000);
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
    }
  g_assert_cmpuint (tries, >=, 3);
  g_assert_cmpuint (tries, <=, 30);

  g_string_truncate (lab.transport->dialled, 0);
  dial (&lab, "1", 5 * SECOND, TRUE, "person");
  run_until_told (&lab, 2 + tries);
  g_assert_no_error (last (&lab)->error);
  /* It lives: no back-off any more. */
  dial (&lab, "2", 5 * SECOND, FALSE, "engine");
  run_until_told (&lab, 3 + tries);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "1 2 ");
  /* It came to us. */
  kad_dials_clear_backoff (lab.dials, side_get_peer (&lab.pair.b));
  dial (&lab, "1", 5 * SECOND, FALSE, "engine");
  run_until_told (&lab, 4 + tries);
  g_assert_no_error (last (&lab)->error);
  lab_clear (&lab);
}

static void
test_our_own_limits_are_not_its_fault (void)
{
  Lab lab;

  g_test_summary ("A dial that fails because we are full does not make the peer wait");

  lab_init (&lab);
  lab.refuses = TRUE;
  dial (&lab, "1", 5 * SECOND, FALSE, "one");
  run_until_told (&lab, 1);
  g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  lab.refuses = FALSE;
  dial (&lab, "1", 5 * SECOND, FALSE, "two");
  run_until_told (&lab, 2);
  g_assert_no_error (last (&lab)->error);
  lab_clear (&lab);
}

static void
test_deadlines (void)
{
  static const char *const ports[] = { "3", "5" };

  g_test_summary ("No answer, and a handshake that never ends, are Timeout at the deadline");

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      Lab lab;

      lab_init (&lab);
      dial (&lab, ports[i], 100 * G_TIME_SPAN_MILLISECOND, TRUE, "one");
      run_until_told (&lab, 1);
      g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_TIMEOUT);
      if (i == 1)
        {
          KadPeerSession *session = lab.sessions->pdata[0];

          g_assert_nonnull (strstr (last (&lab)->error->message, "security"));
          pair_run_until (&lab.pair,
                          kad_connection_get_state (session->connection) == KAD_CONNECTION_CLOSED);
        }
      lab_clear (&lab);
    }
}

static void
test_forgotten (void)
{
  Lab lab;
  Told *one, *two;

  g_test_summary ("Who was forgotten is not told, the others are");

  lab_init (&lab);
  one = dial (&lab, "1", 5 * SECOND, FALSE, "one");
  two = dial (&lab, "1", 5 * SECOND, FALSE, "two");
  kad_dials_forget (lab.dials, one);
  run_until_told (&lab, 1);
  g_assert_true (last (&lab) == two);
  told_free (one);
  lab_clear (&lab);
}

typedef struct
{
  Lab *lab;
  gpointer victim;
  guint told;
} Killer;

static void
on_killer (gpointer user_data, KadPeerSession *session, const GError *error)
{
  Killer *killer = user_data;

  killer->told++;
  kad_dials_forget (killer->lab->dials, killer->victim);
  g_clear_pointer (&killer->victim, told_free);
}

static void
test_forgotten_while_others_are_told (void)
{
  Lab lab;
  Killer killer = { .lab = &lab };
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  g_test_summary ("One who is told may make another forget, who then is not told");

  lab_init (&lab);
  g_ptr_array_add (addresses, kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/1", NULL));
  kad_dials_dial (lab.dials, side_get_peer (&lab.pair.b), addresses,
                  kad_reactor_get_now (lab.pair.reactor) + 5 * SECOND, "test", FALSE, on_killer,
                  &killer);
  killer.victim = dial (&lab, "1", 5 * SECOND, FALSE, "victim");
  pair_run_until (&lab.pair, killer.told);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab.pair.context, FALSE);
  g_assert_cmpuint (g_queue_get_length (&lab.told), ==, 0);
  g_assert_cmpuint (killer.told, ==, 1);
  lab_clear (&lab);
}

static void
test_end_of_all (void)
{
  Lab lab;

  g_test_summary ("When the node stops, everybody who waits hears NotRunning, once");

  lab_init (&lab);
  dial (&lab, "3", 5 * SECOND, FALSE, "one");
  dial (&lab, "3", 5 * SECOND, FALSE, "two");
  dial (&lab, "35", 5 * SECOND, TRUE, "three");
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab.pair.context, FALSE);
  kad_dials_free (g_steal_pointer (&lab.dials));
  g_assert_cmpuint (g_queue_get_length (&lab.told), ==, 3);
  for (GList *l = lab.told.head; l != NULL; l = l->next)
    g_assert_error (((Told *) l->data)->error, KAD_ERROR, KAD_ERROR_NOT_RUNNING);
  lab_clear (&lab);
}

static void
test_limit (void)
{
  Lab lab;
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  Told *told;

  g_test_summary ("Past the bound of dials at once: LimitReached, told later");

  lab_init (&lab);
  g_ptr_array_add (addresses, kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/3", NULL));
  for (guint i = 0; i < kad_limit_find ("dials")->fallback; i++)
    kad_dials_dial (lab.dials, NULL, addresses,
                    kad_reactor_get_now (lab.pair.reactor) + 60 * SECOND, "test", FALSE, NULL,
                    NULL);
  told = dial (&lab, "1", 5 * SECOND, TRUE, "one");
  run_until_told (&lab, 1);
  g_assert_true (last (&lab) == told);
  g_assert_error (told->error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dials/connects", test_connects);
  g_test_add_func ("/dials/merges", test_merges);
  g_test_add_func ("/dials/names-that-others-said", test_names_that_others_said);
  g_test_add_func ("/dials/names-under-websocket", test_names_under_websocket);
  g_test_add_func ("/dials/a-persons-address-is-tried", test_a_persons_address_is_tried);
  g_test_add_func ("/dials/a-later-deadline-holds", test_a_later_deadline_holds);
  g_test_add_func ("/dials/another-peer-answers", test_another_peer_answers);
  g_test_add_func ("/dials/nobody-is-the-peer", test_nobody_is_the_peer);
  g_test_add_func ("/dials/back-off", test_back_off);
  g_test_add_func ("/dials/our-own-limits-are-not-its-fault",
                   test_our_own_limits_are_not_its_fault);
  g_test_add_func ("/dials/deadlines", test_deadlines);
  g_test_add_func ("/dials/forgotten", test_forgotten);
  g_test_add_func ("/dials/forgotten-while-others-are-told", test_forgotten_while_others_are_told);
  g_test_add_func ("/dials/end-of-all", test_end_of_all);
  g_test_add_func ("/dials/limit", test_limit);
  return g_test_run ();
}
