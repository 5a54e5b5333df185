/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dials.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-network.h"
#include "kad-swarm-testing.h"
#include "kad-transport.h"

/* ---- a transport whose ports say what becomes of a dial ---- */

enum
{
  PORT_PEER = 1,    /* the wanted peer answers */
  PORT_REFUSED = 2, /* nobody */
  PORT_NEVER = 3,   /* no answer at all */
  PORT_OTHER = 4,   /* another peer answers */
  PORT_SILENT = 5,  /* connects, then says nothing */
  PORT_GARBAGE = 6, /* connects, then speaks something else */
};

typedef struct _Lab Lab;

#define TEST_TYPE_TRANSPORT (test_transport_get_type ())
G_DECLARE_FINAL_TYPE (TestTransport, test_transport, TEST, TRANSPORT, KadTransport)

struct _TestTransport
{
  KadTransport parent_instance;
  Lab *lab;
  GString *dialled; /* ports, a space behind each */
};

G_DEFINE_FINAL_TYPE (TestTransport, test_transport, KAD_TYPE_TRANSPORT)

struct _Lab
{
  Pair pair; /* a dials, b answers */
  Side other;
  KadDials *dials;
  TestTransport *transport;
  GPtrArray *transports;
  GPtrArray *sessions; /* (element-type KadPeerSession) */
  GPtrArray *answers;  /* (element-type KadConnection) of those who are dialled */
  GArray *fds;
  GQueue told;      /* (element-type Told) */
  gboolean refuses; /* to make connections */
};

typedef struct
{
  Lab *lab;
  const char *name;
  KadPeerSession *session;
  GError *error;
} Told;

static gboolean
can_dial (KadTransport *transport, const KadMultiaddr *address)
{
  return TRUE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_task_return_error_if_cancelled (user_data);
  return G_SOURCE_REMOVE;
}

static void
answer_as (Lab *lab, Side *side, int fd)
{
  KadConnection *kept = side->connection;

  g_ptr_array_add (lab->answers, side_connect (side, fd, KAD_ROLE_RESPONDER, NULL));
  side->connection = kept;
}

static KadLink *
connect_to (Lab *lab, KadMultiaddr *address, guint16 port)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  if (port == PORT_PEER)
    answer_as (lab, &lab->pair.b, fds[1]);
  else if (port == PORT_OTHER)
    answer_as (lab, &lab->other, fds[1]);
  else
    g_array_append_val (lab->fds, fds[1]);
  if (port == PORT_GARBAGE)
    g_assert_cmpint (write (fds[1], "\x05nope\n", 6), ==, 6);
  return kad_link_new_for_fd (fds[0], NULL, address);
}

static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  TestTransport *self = TEST_TRANSPORT (transport);
  g_autoptr (GTask) task = g_task_new (transport, cancellable, callback, user_data);
  guint16 port = 0;

  kad_multiaddr_get_port (address, &port);
  g_string_append_printf (self->dialled, "%u ", port);
  if (port == PORT_REFUSED)
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_DIAL_FAILED, "refused");
  else if (port == PORT_NEVER)
    {
      g_autoptr (GSource) source = g_cancellable_source_new (cancellable);

      g_task_attach_source (task, source, G_SOURCE_FUNC (on_cancelled));
    }
  else
    g_task_return_pointer (task, connect_to (self->lab, address, port), g_object_unref);
}

static KadLink *
dial_finish (KadTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_transport_finalize (GObject *object)
{
  g_string_free (TEST_TRANSPORT (object)->dialled, TRUE);
  G_OBJECT_CLASS (test_transport_parent_class)->finalize (object);
}

static void
test_transport_class_init (TestTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_transport_finalize;
  KAD_TRANSPORT_CLASS (klass)->can_dial = can_dial;
  KAD_TRANSPORT_CLASS (klass)->dial_async = dial_async;
  KAD_TRANSPORT_CLASS (klass)->dial_finish = dial_finish;
}

static void
test_transport_init (TestTransport *self)
{
  self->dialled = g_string_new (NULL);
}

/* ---- the dialling side ---- */

static void
ours_opened (KadConnection *connection, gpointer user_data)
{
  kad_dials_session_opened (((Lab *) user_data)->dials, kad_connection_get_data (connection));
}

static void
ours_closed (KadConnection *connection, const GError *reason, gpointer user_data)
{
  Lab *lab = user_data;

  g_ptr_array_remove_fast (lab->pair.dirty, connection);
  if (lab->dials != NULL)
    kad_dials_session_closed (lab->dials, kad_connection_get_data (connection), reason);
}

static void
ours_dirty (KadConnection *connection, gpointer user_data)
{
  Lab *lab = user_data;

  g_ptr_array_add (lab->pair.dirty, connection);
  kad_reactor_wake (lab->pair.reactor);
}

static gconstpointer
ours_lookup (KadConnection *connection, const char *name, gpointer user_data)
{
  return NULL;
}

static const KadConnectionDelegate ours = {
  .opened = ours_opened,
  .closed = ours_closed,
  .dirty = ours_dirty,
  .lookup = ours_lookup,
};

static KadPeerSession *
connect_link (gpointer user_data, KadLink *link, const KadPeerId *expected, const char *reason,
              GError **error)
{
  Lab *lab = user_data;
  guint8 secret[32];
  KadConnection *connection;

  if (lab->refuses)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED, "full");
      return NULL;
    }
  randombytes_buf (secret, sizeof secret);
  connection
      = kad_connection_new (lab->pair.reactor, link, KAD_ROLE_INITIATOR, lab->pair.a.identity,
                            secret, expected, reason, &ours, lab, error);
  g_assert_nonnull (connection);
  g_ptr_array_add (lab->sessions, kad_peer_session_new (connection));
  return lab->sessions->pdata[lab->sessions->len - 1];
}

static const KadDialsDelegate dials_delegate = { .connect = connect_link };

static void
told_free (gpointer data)
{
  Told *told = data;

  g_clear_error (&told->error);
  g_free (told);
}

static void
on_dialled (gpointer user_data, KadPeerSession *session, const GError *error)
{
  Told *told = user_data;

  g_assert_true ((session == NULL) == (error != NULL));
  told->session = session;
  told->error = error == NULL ? NULL : g_error_copy (error);
  g_queue_push_tail (&told->lab->told, told);
}

static void
lab_init_with_dials (Lab *lab, guint per_address)
{
  KadLimits limits;

  kad_limits_init (&limits);
  limits.values[KAD_LIMIT_DIALS_PER_ADDRESS] = per_address;
  *lab = (Lab){ 0 };
  pair_init_bare (&lab->pair, TRUE, TRUE);
  g_main_context_push_thread_default (lab->pair.context);
  side_init (&lab->other, &lab->pair, KAD_KEY_TYPE_ED25519, TRUE);
  lab->transport = g_object_new (TEST_TYPE_TRANSPORT, NULL);
  lab->transport->lab = lab;
  lab->transports = g_ptr_array_new ();
  g_ptr_array_add (lab->transports, lab->transport);
  lab->sessions = g_ptr_array_new ();
  lab->answers = g_ptr_array_new ();
  lab->fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_queue_init (&lab->told);
  lab->dials = kad_dials_new (lab->pair.reactor, lab->transports, &limits, &dials_delegate, lab);
}

/* With so many dials of one address that the tests of everything else do not meet the limit. */
static void
lab_init (Lab *lab)
{
  lab_init_with_dials (lab, 64);
}

static void
lab_clear (Lab *lab)
{
  guint told = g_queue_get_length (&lab->told);

  g_clear_pointer (&lab->dials, kad_dials_free);
  g_assert_cmpuint (g_queue_get_length (&lab->told), ==, told);
  for (guint i = 0; i < lab->sessions->len; i++)
    {
      KadPeerSession *session = lab->sessions->pdata[i];

      kad_connection_close (session->connection, g_error_new_literal (G_IO_ERROR, 0, "over"));
      kad_peer_session_free (session);
    }
  for (guint i = 0; i < lab->answers->len; i++)
    {
      kad_connection_close (lab->answers->pdata[i], g_error_new_literal (G_IO_ERROR, 0, "over"));
      kad_connection_free (lab->answers->pdata[i]);
    }
  for (guint i = 0; i < lab->fds->len; i++)
    close (g_array_index (lab->fds, int, i));
  while (g_main_context_iteration (lab->pair.context, FALSE))
    ;
  g_queue_clear_full (&lab->told, told_free);
  g_main_context_pop_thread_default (lab->pair.context);
  g_array_unref (lab->fds);
  g_ptr_array_unref (lab->sessions);
  g_ptr_array_unref (lab->answers);
  side_clear (&lab->other);
  pair_clear (&lab->pair);
  g_ptr_array_unref (lab->transports);
  g_object_unref (lab->transport);
}

static Told *
dial_text (Lab *lab, const char *text, gint64 timeout_us, gboolean is_patient)
{
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  Told *told = g_new0 (Told, 1);

  told->lab = lab;
  told->name = text;
  g_ptr_array_add (addresses, kad_multiaddr_new_from_string (text, NULL));
  kad_dials_dial (lab->dials, side_get_peer (&lab->pair.b), addresses,
                  kad_reactor_update_now (lab->pair.reactor) + timeout_us, "test", is_patient,
                  on_dialled, told);
  return told;
}

/* @ports: digits. */
static Told *
dial (Lab *lab, const char *ports, gint64 timeout_us, gboolean is_patient, const char *name)
{
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  Told *told = g_new0 (Told, 1);
  guint before = g_queue_get_length (&lab->told);

  told->lab = lab;
  told->name = name;
  for (; *ports != '\0'; ports++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%c", *ports);

      g_ptr_array_add (addresses, kad_multiaddr_new_from_string (text, NULL));
    }
  kad_dials_dial (lab->dials, side_get_peer (&lab->pair.b), addresses,
                  kad_reactor_update_now (lab->pair.reactor) + timeout_us, "test", is_patient,
                  on_dialled, told);
  g_assert_cmpuint (g_queue_get_length (&lab->told), ==, before);
  return told;
}

#define SECOND G_USEC_PER_SEC
#define run_until_told(lab, n)                                                                     \
  pair_run_until (&(lab)->pair, g_queue_get_length (&(lab)->told) == (n))

static Told *
last (Lab *lab)
{
  return g_queue_peek_tail (&lab->told);
}

/* ---- tests ---- */

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
