/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-exchange.h"

#include <gio/gio.h>
#include <string.h>

#include "kad-error.h"
#include "kad-identify.h"
#include "kad-ping.h"
#include "kad-swarm-testing.h"

/* A pair whose sides both run the exchange; tests replace what side b serves. */
typedef struct _Lab Lab;

typedef struct
{
  Lab *lab;
  Side *side;
  KadExchange *exchange;
  const KadStreamProtocol *served[4];
  gboolean says_nothing;
  guint pushes;
  char *pushed_agent;
  char *agent;
} Party;

struct _Lab
{
  Pair pair;
  Party a;
  Party b;
  guint told;
  GError *error;
  KadIdentity *identity;
  gint64 rtt_us;
  gboolean closes; /* its connection, when it is told */
};

static GBytes *
build_identify (gpointer user_data, KadConnection *connection)
{
  Party *party = user_data;
  g_autoptr (KadIdentity) identity = kad_identity_new ();
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  const char *const protocols[] = { "/test/one", NULL };

  if (party->says_nothing)
    return NULL;
  identity->peer = *side_get_peer (party->side);
  identity->agent = g_strdup (party->agent);
  identity->protocols = g_strdupv ((char **) protocols);
  identity->observed = kad_multiaddr_ref (kad_connection_get_remote_address (connection));
  g_assert_true (kad_identify_encode (identity, party->side->key, 1, &out, &error));
  return g_bytes_new (kad_buffer_peek (&out), kad_buffer_get_length (&out));
}

static void
on_pushed (gpointer user_data, KadConnection *connection, const KadIdentity *identity)
{
  Party *party = user_data;

  party->pushes++;
  g_free (party->pushed_agent);
  party->pushed_agent = g_strdup (identity->agent);
}

static const KadExchangeDelegate delegate = {
  .build_identify = build_identify,
  .pushed = on_pushed,
};

static void
party_init (Party *party, Lab *lab, Side *side, const char *agent)
{
  *party = (Party){ .lab = lab, .side = side, .agent = g_strdup (agent) };
  party->exchange = kad_exchange_new (lab->pair.reactor, &delegate, party);
  party->served[0] = kad_exchange_lookup (party->exchange, KAD_IDENTIFY_PROTOCOL);
  party->served[1] = kad_exchange_lookup (party->exchange, KAD_IDENTIFY_PUSH_PROTOCOL);
  party->served[2] = kad_exchange_lookup (party->exchange, KAD_PING_PROTOCOL);
  side->protocols = party->served;
}

static void
party_clear (Party *party)
{
  kad_exchange_free (party->exchange);
  g_free (party->agent);
  g_free (party->pushed_agent);
}

static void
lab_init (Lab *lab)
{
  *lab = (Lab){ .rtt_us = -2 };
  pair_init (&lab->pair);
  party_init (&lab->a, lab, &lab->pair.a, "a/1");
  party_init (&lab->b, lab, &lab->pair.b, "b/2");
}

static void
lab_clear (Lab *lab)
{
  guint told = lab->told;

  kad_connection_close (lab->pair.a.connection, g_error_new_literal (G_IO_ERROR, 0, "over"));
  kad_connection_close (lab->pair.b.connection, g_error_new_literal (G_IO_ERROR, 0, "over"));
  party_clear (&lab->a);
  party_clear (&lab->b);
  g_assert_cmpuint (lab->told, ==, told);
  pair_clear (&lab->pair);
  g_clear_error (&lab->error);
  g_clear_pointer (&lab->identity, kad_identity_free);
}

static void
note (Lab *lab, const GError *error)
{
  lab->told++;
  g_clear_error (&lab->error);
  lab->error = error == NULL ? NULL : g_error_copy (error);
  if (lab->closes)
    kad_connection_close (lab->pair.a.connection, g_error_new_literal (G_IO_ERROR, 0, "told"));
}

static void
on_identify (gpointer user_data, KadConnection *connection, KadIdentity *identity,
             const GError *error)
{
  Lab *lab = user_data;

  g_assert_true ((identity == NULL) == (error != NULL));
  g_clear_pointer (&lab->identity, kad_identity_free);
  lab->identity = identity == NULL ? NULL : kad_identity_copy (identity);
  note (lab, error);
}

static void
on_ping (gpointer user_data, KadConnection *connection, gint64 rtt_us, const GError *error)
{
  Lab *lab = user_data;

  g_assert_true ((rtt_us == -1) == (error != NULL));
  lab->rtt_us = rtt_us;
  note (lab, error);
}

static void
ping (Lab *lab, gint64 timeout_us)
{
  guint8 random[KAD_PING_BYTES];

  randombytes_buf (random, sizeof random);
  kad_exchange_ping (lab->a.exchange, lab->pair.a.connection, random,
                     kad_reactor_update_now (lab->pair.reactor) + timeout_us, on_ping, lab);
  g_assert_cmpint (lab->rtt_us, ==, -2);
}

/* ---- protocols that misbehave ---- */

static gboolean
bad_accepted (KadStream *stream, gpointer user_data)
{
  return TRUE;
}

static void
bad_closed (KadStream *stream, const GError *reason)
{
}

static void
silent_readable (KadStream *stream)
{
  gsize len;

  kad_stream_peek (stream, &len);
  kad_stream_consume (stream, len);
}

static void
wrong_echo_readable (KadStream *stream)
{
  guint8 wrong[KAD_PING_BYTES] = { 0 };
  gsize len;

  kad_stream_peek (stream, &len);
  if (len < KAD_PING_BYTES)
    return;
  kad_stream_consume (stream, len);
  g_assert_true (kad_stream_write (stream, wrong, sizeof wrong));
}

static void
half_echo_readable (KadStream *stream)
{
  const guint8 *data;
  gsize len;

  data = kad_stream_peek (stream, &len);
  if (len < KAD_PING_BYTES)
    return;
  g_assert_true (kad_stream_write (stream, data, KAD_PING_BYTES / 2));
  kad_stream_consume (stream, len);
  kad_stream_release (stream);
}

static gboolean
nonsense_accepted (KadStream *stream, gpointer user_data)
{
  return kad_stream_write (stream, (const guint8 *) "\x05\xff\xff\xff\xff\xff", 6);
}

static gboolean
ending_accepted (KadStream *stream, gpointer user_data)
{
  kad_stream_shutdown (stream);
  return TRUE;
}

#define BAD(accept, read)                                                                          \
  {                                                                                                \
    .accepted = accept, .readable = read, .closed = bad_closed                                     \
  }

static void
serve_badly (Lab *lab, KadStreamProtocol *protocol, const char *name)
{
  protocol->name = name;
  lab->b.served[0] = protocol;
  lab->b.served[1] = lab->b.served[2] = NULL;
}

/* ---- identify ---- */

static void
test_identify_both_ways (void)
{
  Lab lab;
  g_autofree char *observed = NULL;

  g_test_summary ("Each side learns who the other says it is, and how it is seen");

  lab_init (&lab);
  kad_exchange_identify (lab.a.exchange, lab.pair.a.connection, on_identify, &lab);
  g_assert_cmpuint (lab.told, ==, 0);
  pair_run_until (&lab.pair, lab.told == 1);
  g_assert_no_error (lab.error);
  g_assert_cmpstr (lab.identity->agent, ==, "b/2");
  g_assert_true (kad_identity_has_protocol (lab.identity, "/test/one"));
  observed = kad_multiaddr_to_string (lab.identity->observed);
  g_assert_cmpstr (observed, ==, "/ip4/127.0.0.1/tcp/1");

  kad_exchange_identify (lab.b.exchange, lab.pair.b.connection, on_identify, &lab);
  pair_run_until (&lab.pair, lab.told == 2);
  g_assert_no_error (lab.error);
  g_assert_cmpstr (lab.identity->agent, ==, "a/1");
  pair_run_until (&lab.pair, kad_connection_get_n_streams (lab.pair.a.connection) == 0);
  lab_clear (&lab);
}

static void
test_identify_silent (void)
{
  KadStreamProtocol silent = BAD (bad_accepted, silent_readable);
  Lab lab;
  gint64 begun_us = g_get_monotonic_time ();

  g_test_summary ("A peer that accepts identify and says nothing: Timeout after five seconds");

  lab_init (&lab);
  serve_badly (&lab, &silent, KAD_IDENTIFY_PROTOCOL);
  kad_exchange_identify (lab.a.exchange, lab.pair.a.connection, on_identify, &lab);
  pair_run_until (&lab.pair, lab.told == 1);
  g_assert_error (lab.error, KAD_ERROR, KAD_ERROR_TIMEOUT);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, KAD_IDENTIFY_TIMEOUT_US);
  g_assert_cmpuint (kad_connection_get_n_streams (lab.pair.a.connection), ==, 0);
  lab_clear (&lab);
}

static void
test_identify_fails (void)
{
  KadStreamProtocol nonsense = BAD (nonsense_accepted, silent_readable);
  KadStreamProtocol ending = BAD (ending_accepted, silent_readable);
  Lab lab;

  g_test_summary ("Nonsense, an empty answer, a reset and a refusal are errors, told once");

  lab_init (&lab);
  serve_badly (&lab, &nonsense, KAD_IDENTIFY_PROTOCOL);
  kad_exchange_identify (lab.a.exchange, lab.pair.a.connection, on_identify, &lab);
  pair_run_until (&lab.pair, lab.told == 1);
  g_assert_nonnull (lab.error);

  serve_badly (&lab, &ending, KAD_IDENTIFY_PROTOCOL);
  kad_exchange_identify (lab.a.exchange, lab.pair.a.connection, on_identify, &lab);
  pair_run_until (&lab.pair, lab.told == 2);
  g_assert_nonnull (lab.error);

  lab.b.served[0] = kad_exchange_lookup (lab.b.exchange, KAD_IDENTIFY_PROTOCOL);
  lab.b.says_nothing = TRUE;
  kad_exchange_identify (lab.a.exchange, lab.pair.a.connection, on_identify, &lab);
  pair_run_until (&lab.pair, lab.told == 3);
  g_assert_error (lab.error, KAD_ERROR, KAD_ERROR_CLOSED);

  lab.b.served[0] = NULL;
  kad_exchange_identify (lab.a.exchange, lab.pair.a.connection, on_identify, &lab);
  pair_run_until (&lab.pair, lab.told == 4);
  g_assert_error (lab.error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_assert_cmpuint (lab.pair.a.closed + lab.pair.b.closed, ==, 0);
  lab_clear (&lab);
}

static void
test_push (void)
{
  Lab lab;

  g_test_summary ("A push reaches the other side's delegate, each time, and leaves no stream");

  lab_init (&lab);
  kad_exchange_push (lab.b.exchange, lab.pair.b.connection);
  pair_run_until (&lab.pair, lab.a.pushes == 1);
  g_assert_cmpstr (lab.a.pushed_agent, ==, "b/2");
  g_free (lab.b.agent);
  lab.b.agent = g_strdup ("b/3");
  kad_exchange_push (lab.b.exchange, lab.pair.b.connection);
  pair_run_until (&lab.pair, lab.a.pushes == 2);
  g_assert_cmpstr (lab.a.pushed_agent, ==, "b/3");
  g_assert_cmpuint (lab.b.pushes, ==, 0);
  pair_run_until (&lab.pair, kad_connection_get_n_streams (lab.pair.a.connection) == 0
                                 && kad_connection_get_n_streams (lab.pair.b.connection) == 0);
  lab_clear (&lab);
}

static void
test_push_that_is_refused (void)
{
  Lab lab;

  g_test_summary ("Who does not take pushes, or has nothing to say, costs a stream and no more");

  lab_init (&lab);
  lab.a.served[0] = NULL;
  kad_exchange_push (lab.b.exchange, lab.pair.b.connection);
  pair_run_until (&lab.pair, kad_connection_get_n_streams (lab.pair.b.connection) == 0);
  lab.b.says_nothing = TRUE;
  kad_exchange_push (lab.b.exchange, lab.pair.b.connection);
  g_assert_cmpuint (kad_connection_get_n_streams (lab.pair.b.connection), ==, 0);
  g_assert_cmpuint (lab.a.pushes, ==, 0);
  g_assert_cmpuint (lab.pair.a.closed + lab.pair.b.closed, ==, 0);
  lab_clear (&lab);
}

static void
test_push_that_never_ends (void)
{
  KadStreamProtocol pusher = BAD (NULL, silent_readable);
  Lab lab;
  KadStream *stream;
  gint64 begun_us = g_get_monotonic_time ();

  g_test_summary ("A push that never ends is given up");

  lab_init (&lab);
  pusher.name = KAD_IDENTIFY_PUSH_PROTOCOL;
  stream = kad_stream_open (lab.pair.b.connection, &pusher, NULL, NULL);
  g_assert_true (kad_stream_write (stream, (const guint8 *) "\x50", 1));
  pair_run_until (&lab.pair, kad_connection_get_n_streams (lab.pair.a.connection) == 1);
  pair_run_until (&lab.pair, kad_connection_get_n_streams (lab.pair.a.connection) == 0);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, KAD_IDENTIFY_TIMEOUT_US);
  g_assert_cmpuint (lab.a.pushes, ==, 0);
  lab_clear (&lab);
}

/* ---- ping ---- */

static void
test_ping_right (void)
{
  Lab lab;

  g_test_summary ("A ping that comes back has a round trip");

  lab_init (&lab);
  ping (&lab, KAD_PING_TIMEOUT_US);
  pair_run_until (&lab.pair, lab.told == 1);
  g_assert_no_error (lab.error);
  g_assert_cmpint (lab.rtt_us, >=, 0);
  pair_run_until (&lab.pair, kad_connection_get_n_streams (lab.pair.b.connection) == 0);
  lab_clear (&lab);
}

static void
test_ping_wrong (gconstpointer data)
{
  KadStreamProtocol protocols[] = {
    BAD (bad_accepted, wrong_echo_readable),
    BAD (bad_accepted, half_echo_readable),
    BAD (bad_accepted, silent_readable),
    BAD (ending_accepted, silent_readable),
  };
  static const int codes[]
      = { KAD_ERROR_PROTOCOL, KAD_ERROR_CLOSED, KAD_ERROR_TIMEOUT, KAD_ERROR_CLOSED };
  gboolean closes = GPOINTER_TO_INT (data);

  g_test_summary ("A wrong echo, half of one, none, and an end without one are errors; who is told "
                  "may close the connection");

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      Lab lab;

      lab_init (&lab);
      lab.closes = closes;
      serve_badly (&lab, &protocols[i], KAD_PING_PROTOCOL);
      ping (&lab, 100 * G_TIME_SPAN_MILLISECOND);
      pair_run_until (&lab.pair, lab.told == 1);
      g_assert_error (lab.error, KAD_ERROR, codes[i]);
      for (guint j = 0; j < 20; j++)
        g_main_context_iteration (lab.pair.context, FALSE);
      g_assert_cmpuint (lab.told, ==, 1);
      g_assert_cmpuint (lab.pair.a.closed, ==, closes);
      lab_clear (&lab);
    }
}

static void
test_connection_ends_meanwhile (void)
{
  KadStreamProtocol silent = BAD (bad_accepted, silent_readable);
  Lab lab;

  g_test_summary ("When the connection ends first, who asked hears it; afterwards, and when the "
                  "exchange goes, too");

  lab_init (&lab);
  serve_badly (&lab, &silent, KAD_PING_PROTOCOL);
  ping (&lab, KAD_PING_TIMEOUT_US);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab.pair.context, FALSE);
  kad_connection_close (lab.pair.a.connection, g_error_new_literal (G_IO_ERROR, 0, "gone"));
  g_assert_cmpuint (lab.told, ==, 1);

  lab.rtt_us = -2;
  ping (&lab, KAD_PING_TIMEOUT_US);
  g_assert_cmpuint (lab.told, ==, 1);
  pair_run_until (&lab.pair, lab.told == 2);
  g_assert_error (lab.error, KAD_ERROR, KAD_ERROR_CLOSED);

  kad_exchange_identify (lab.a.exchange, lab.pair.a.connection, on_identify, &lab);
  kad_exchange_free (g_steal_pointer (&lab.a.exchange));
  g_assert_cmpuint (lab.told, ==, 3);
  lab_clear (&lab);
}

typedef struct
{
  GByteArray *got;
  gboolean is_ended;
} Raw;

static void
raw_readable (KadStream *stream)
{
  Raw *raw = kad_stream_get_state (stream);
  const guint8 *data;
  gsize len;

  data = kad_stream_peek (stream, &len);
  g_byte_array_append (raw->got, data, len);
  kad_stream_consume (stream, len);
  raw->is_ended = kad_stream_is_remote_closed (stream);
}

static void
test_ping_server (void)
{
  static const KadStreamProtocol raw_ping = {
    .name = KAD_PING_PROTOCOL,
    .readable = raw_readable,
    .closed = bad_closed,
  };
  Lab lab;
  Raw raw = { .got = g_byte_array_new () };
  KadStream *stream;
  guint8 bytes[5 * KAD_PING_BYTES];

  g_test_summary ("Served: every whole 32 bytes come back, however they are cut, until the end");

  lab_init (&lab);
  randombytes_buf (bytes, sizeof bytes);
  stream = kad_stream_open (lab.pair.a.connection, &raw_ping, &raw, NULL);
  for (gsize at = 0, n = 1; at < sizeof bytes; at += n, n = MIN (n + 7, sizeof bytes - at))
    {
      g_assert_true (kad_stream_write (stream, bytes + at, n));
      for (guint i = 0; i < 5; i++)
        g_main_context_iteration (lab.pair.context, FALSE);
    }
  pair_run_until (&lab.pair, raw.got->len == sizeof bytes);
  g_assert_cmpmem (raw.got->data, raw.got->len, bytes, sizeof bytes);
  g_assert_true (kad_stream_write (stream, bytes, 7));
  kad_stream_shutdown (stream);
  pair_run_until (&lab.pair, raw.is_ended);
  g_assert_cmpuint (raw.got->len, ==, sizeof bytes);
  lab_clear (&lab);
  g_byte_array_unref (raw.got);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange/identify/both-ways", test_identify_both_ways);
  g_test_add_func ("/exchange/identify/fails", test_identify_fails);
  g_test_add_func ("/exchange/identify/silent", test_identify_silent);
  g_test_add_func ("/exchange/push", test_push);
  g_test_add_func ("/exchange/push-that-is-refused", test_push_that_is_refused);
  g_test_add_func ("/exchange/push-that-never-ends", test_push_that_never_ends);
  g_test_add_func ("/exchange/ping/right", test_ping_right);
  g_test_add_data_func ("/exchange/ping/wrong", GINT_TO_POINTER (FALSE), test_ping_wrong);
  g_test_add_data_func ("/exchange/ping/wrong-and-closing", GINT_TO_POINTER (TRUE),
                        test_ping_wrong);
  g_test_add_func ("/exchange/ping/server", test_ping_server);
  g_test_add_func ("/exchange/connection-ends-meanwhile", test_connection_ends_meanwhile);
  return g_test_run ();
}
