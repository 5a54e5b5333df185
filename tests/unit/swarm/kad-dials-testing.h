/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "kad-dials.h"
#include "kad-error.h"
#include "kad-network.h"
#include "kad-swarm-testing.h"
#include "kad-transport.h"

G_BEGIN_DECLS

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

static inline void
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
static inline void
lab_init (Lab *lab)
{
  lab_init_with_dials (lab, 64);
}

static inline void
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

static inline Told *
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
static inline Told *
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

static inline Told *
last (Lab *lab)
{
  return g_queue_peek_tail (&lab->told);
}

G_END_DECLS
