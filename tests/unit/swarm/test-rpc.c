/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-rpc.h"

#include <gio/gio.h>
#include <string.h>

#include "kad-codec.h"
#include "kad-error.h"
#include "kad-swarm-testing.h"

/* The asking side of the pair uses KadRpc; the serving side too, unless a test plays it. */
typedef struct
{
  Pair pair;
  KadRpc *client;
  KadRpc *server;
  KadRpcSession session;
  const KadStreamProtocol *served[3];
  guint n_served;
  gboolean is_refusing;
  GQueue ended; /* (element-type Ended) */
} Lab;

typedef struct
{
  KadMessage *reply;
  GBytes *raw;
  GError *error;
} Ended;

static KadMessage *
serve (gpointer user_data, KadConnection *connection, KadMessage *request, GError **error)
{
  Lab *lab = user_data;
  KadMessage *reply;

  lab->n_served++;
  if (lab->is_refusing)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, "no");
      return NULL;
    }
  if (kad_message_get_message_type (request) == KAD_MESSAGE_ADD_PROVIDER)
    return NULL;
  reply = kad_message_new (kad_message_get_message_type (request), kad_message_get_key (request));
  if (kad_message_get_record (request) != NULL)
    kad_message_set_record (reply, kad_message_get_record (request));
  return reply;
}

static void
on_ended (gpointer user_data, KadMessage *reply, GBytes *raw, const GError *error)
{
  Lab *lab = user_data;
  Ended *ended = g_new0 (Ended, 1);

  ended->reply = reply == NULL ? NULL : kad_message_ref (reply);
  ended->raw = raw == NULL ? NULL : g_bytes_ref (raw);
  ended->error = error == NULL ? NULL : g_error_copy (error);
  g_queue_push_tail (&lab->ended, ended);
}

static void
ended_free (gpointer data)
{
  Ended *ended = data;

  g_clear_pointer (&ended->reply, kad_message_unref);
  g_clear_pointer (&ended->raw, g_bytes_unref);
  g_clear_error (&ended->error);
  g_free (ended);
}

static void
lab_init (Lab *lab)
{
  *lab = (Lab){ 0 };
  pair_init (&lab->pair);
  lab->client = kad_rpc_new (lab->pair.reactor, KAD_PROTOCOL, serve, lab);
  lab->server = kad_rpc_new (lab->pair.reactor, KAD_PROTOCOL, serve, lab);
  lab->served[0] = kad_rpc_get_server (lab->server);
  lab->pair.b.protocols = lab->served;
  g_queue_init (&lab->ended);
  g_queue_init (&lab->session.waiting);
}

static void
lab_clear (Lab *lab)
{
  g_autoptr (GError) over = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "over");

  kad_connection_close (lab->pair.a.connection, g_error_copy (over));
  kad_connection_close (lab->pair.b.connection, g_error_copy (over));
  kad_rpc_session_close (&lab->session, over);
  g_assert_cmpuint (lab->session.n_streams, ==, 0);
  g_assert_null (lab->session.idle);
  pair_clear (&lab->pair);
  kad_rpc_free (lab->client);
  kad_rpc_free (lab->server);
  g_queue_clear_full (&lab->ended, ended_free);
}

static KadRpcCall *
ask_for (Lab *lab, KadMessageType type, GBytes *key, KadRecord *record, gint64 timeout_us)
{
  g_autoptr (KadMessage) request = kad_message_new (type, key);

  if (record != NULL)
    kad_message_set_record (request, record);
  return kad_rpc_call (lab->client, lab->pair.a.connection, &lab->session, request,
                       type != KAD_MESSAGE_ADD_PROVIDER, TRUE,
                       kad_reactor_update_now (lab->pair.reactor) + timeout_us, on_ended, lab);
}

static KadRpcCall *
ask_text (Lab *lab, const char *text)
{
  g_autoptr (GBytes) key = g_bytes_new (text, strlen (text));

  return ask_for (lab, KAD_MESSAGE_FIND_NODE, key, NULL, 10 * G_USEC_PER_SEC);
}

static guint
n_ended (Lab *lab)
{
  return g_queue_get_length (&lab->ended);
}

static void
test_one_after_the_other_on_one_stream (void)
{
  Lab lab;

  g_test_summary ("Requests one after the other use one stream");

  lab_init (&lab);
  for (guint i = 0; i < 5; i++)
    {
      Ended *ended;

      ask_text (&lab, "key");
      g_assert_cmpuint (n_ended (&lab), ==, i);
      pair_run_until (&lab.pair, n_ended (&lab) == i + 1);
      ended = g_queue_peek_tail (&lab.ended);
      g_assert_no_error (ended->error);
      g_assert_nonnull (ended->raw);
      g_assert_cmpint (kad_message_get_message_type (ended->reply), ==, KAD_MESSAGE_FIND_NODE);
      g_assert_cmpuint (lab.session.n_streams, ==, 1);
    }
  g_assert_cmpuint (lab.n_served, ==, 5);
  lab_clear (&lab);
}

static void
test_many_at_once_share_streams (void)
{
  Lab lab;

  g_test_summary ("Many requests at once share a bounded number of streams, and all are answered");

  lab_init (&lab);
  for (guint i = 0; i < 200; i++)
    ask_text (&lab, "key");
  g_assert_cmpuint (lab.session.n_streams, ==, KAD_MAX_RPC_STREAMS_PER_CONNECTION);
  pair_run_until (&lab.pair, n_ended (&lab) == 200);
  for (GList *l = lab.ended.head; l != NULL; l = l->next)
    g_assert_no_error (((Ended *) l->data)->error);
  g_assert_cmpuint (lab.session.n_streams, ==, 1);
  lab_clear (&lab);
}

static void
test_too_many_waiting (void)
{
  Lab lab;
  guint all = KAD_MAX_RPC_WAITING_PER_CONNECTION + KAD_MAX_RPC_STREAMS_PER_CONNECTION;
  guint refused = 0;

  g_test_summary ("More waiting requests than the bound fail at once, the others are served");

  lab_init (&lab);
  for (guint i = 0; i < all + 3; i++)
    ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == all + 3);
  for (GList *l = lab.ended.head; l != NULL; l = l->next)
    refused += g_error_matches (((Ended *) l->data)->error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_cmpuint (refused, ==, 3);
  lab_clear (&lab);
}

static void
test_add_provider_has_no_reply (void)
{
  Lab lab;
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  Ended *ended;

  g_test_summary ("rule 1: ADD_PROVIDER is done without a reply, and its stream is not used again");

  lab_init (&lab);
  ask_for (&lab, KAD_MESSAGE_ADD_PROVIDER, key, NULL, 10 * G_USEC_PER_SEC);
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  ended = g_queue_peek_tail (&lab.ended);
  g_assert_no_error (ended->error);
  g_assert_null (ended->reply);
  g_assert_null (lab.session.idle);
  ask_text (&lab, "key");
  g_assert_cmpuint (lab.session.n_streams, ==, 2);
  pair_run_until (&lab.pair, n_ended (&lab) == 2 && lab.n_served == 2);
  pair_run_until (&lab.pair, lab.session.n_streams == 1);
  lab_clear (&lab);
}

static void
test_many_without_reply (void)
{
  Lab lab;
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  guint n = KAD_MAX_RPC_STREAMS_PER_CONNECTION * 5;
  gint64 begun_us = g_get_monotonic_time ();

  g_test_summary ("Streams that linger after ADD_PROVIDER hold up nobody, and are bounded");

  lab_init (&lab);
  for (guint i = 0; i < n; i++)
    ask_for (&lab, KAD_MESSAGE_ADD_PROVIDER, key, NULL, 10 * G_USEC_PER_SEC);
  ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == n + 1);
  for (GList *l = lab.ended.head; l != NULL; l = l->next)
    g_assert_no_error (((Ended *) l->data)->error);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, <, KAD_RPC_LINGER_US);
  g_assert_cmpuint (lab.session.n_streams, <=, KAD_MAX_RPC_LINGERING_PER_CONNECTION + 1);
  pair_run_until (&lab.pair, lab.n_served == n + 1);
  pair_run_until (&lab.pair, lab.session.n_streams == 1);
  lab_clear (&lab);
}

static void
test_no_reply_opens_a_stream (void)
{
  Lab lab;
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);

  g_test_summary (
      "ADD_PROVIDER is not taken for sent by a stream on which nobody listens any more");

  lab_init (&lab);
  ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  g_assert_nonnull (lab.session.idle);
  lab.served[0] = NULL; /* the peer does not speak kad any more */
  ask_for (&lab, KAD_MESSAGE_ADD_PROVIDER, key, NULL, 10 * G_USEC_PER_SEC);
  pair_run_until (&lab.pair, n_ended (&lab) == 2);
  g_assert_error (((Ended *) g_queue_peek_tail (&lab.ended))->error, KAD_ERROR,
                  KAD_ERROR_NOT_SUPPORTED);
  lab_clear (&lab);
}

static void
test_closed_connection (void)
{
  Lab lab;

  g_test_summary ("On a closed connection a call fails, later, and also when the node goes first");

  lab_init (&lab);
  kad_connection_close (lab.pair.a.connection, g_error_new_literal (G_IO_ERROR, 0, "gone"));
  ask_text (&lab, "key");
  g_assert_cmpuint (n_ended (&lab), ==, 0);
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  g_assert_error (((Ended *) g_queue_peek_tail (&lab.ended))->error, KAD_ERROR, KAD_ERROR_CLOSED);

  ask_text (&lab, "key");
  kad_rpc_free (g_steal_pointer (&lab.client));
  g_assert_cmpuint (n_ended (&lab), ==, 2);
  lab_clear (&lab);
}

static void
test_refusal_is_a_reset (void)
{
  Lab lab;
  Ended *ended;

  g_test_summary ("A refused request ends in a reset stream, and the connection lives on");

  lab_init (&lab);
  lab.is_refusing = TRUE;
  ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  ended = g_queue_peek_tail (&lab.ended);
  g_assert_error (ended->error, KAD_ERROR, KAD_ERROR_CLOSED);
  g_assert_cmpuint (lab.session.n_streams, ==, 0);

  lab.is_refusing = FALSE;
  ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == 2);
  g_assert_no_error (((Ended *) g_queue_peek_tail (&lab.ended))->error);
  lab_clear (&lab);
}

static void
test_stale_stream_is_tried_once_more (void)
{
  Lab lab;

  g_test_summary ("A request that dies on a stale idle stream is tried on a new one");

  lab_init (&lab);
  ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  g_assert_nonnull (lab.session.idle);
  /* The remote gives up idle streams; ours does not know yet when it asks again. */
  kad_connection_sweep (lab.pair.b.connection,
                        kad_reactor_get_now (lab.pair.reactor) + KAD_RPC_SERVER_IDLE_US + 1);
  ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == 2);
  g_assert_no_error (((Ended *) g_queue_peek_tail (&lab.ended))->error);
  lab_clear (&lab);
}

static void
test_refused_protocol (void)
{
  Lab lab;

  g_test_summary ("A peer that does not speak kad: NotSupported");

  lab_init (&lab);
  lab.served[0] = NULL;
  ask_text (&lab, "key");
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  g_assert_error (((Ended *) g_queue_peek_tail (&lab.ended))->error, KAD_ERROR,
                  KAD_ERROR_NOT_SUPPORTED);
  lab_clear (&lab);
}

static void
silent_readable (KadStream *stream)
{
  gsize len;

  kad_stream_peek (stream, &len);
  kad_stream_consume (stream, len);
}

static gboolean
silent_accepted (KadStream *stream, gpointer user_data)
{
  return TRUE;
}

static void
silent_closed (KadStream *stream, const GError *reason)
{
}

static const KadStreamProtocol silent = {
  .name = KAD_PROTOCOL,
  .accepted = silent_accepted,
  .readable = silent_readable,
  .closed = silent_closed,
};

static void
test_silent_peer (void)
{
  Lab lab;
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);

  g_test_summary ("A peer that accepts and never speaks: Timeout at the deadline");

  lab_init (&lab);
  lab.served[0] = &silent;
  ask_for (&lab, KAD_MESSAGE_FIND_NODE, key, NULL, 50 * G_TIME_SPAN_MILLISECOND);
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  g_assert_error (((Ended *) g_queue_peek_tail (&lab.ended))->error, KAD_ERROR, KAD_ERROR_TIMEOUT);
  g_assert_cmpuint (lab.session.n_streams, ==, 0);
  lab_clear (&lab);
}

static void
test_cancel (void)
{
  Lab lab;
  KadRpcCall *call;

  g_test_summary ("A cancelled call is not told of anything any more");

  lab_init (&lab);
  lab.served[0] = &silent;
  call = ask_text (&lab, "key");
  kad_rpc_cancel (call);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab.pair.context, FALSE);
  g_assert_cmpuint (n_ended (&lab), ==, 0);
  g_assert_cmpuint (lab.session.n_streams, ==, 0);
  lab_clear (&lab);
}

static void
test_connection_dies (void)
{
  Lab lab;

  g_test_summary ("When the peer dies between request and answer, asking and waiting calls fail");

  lab_init (&lab);
  lab.served[0] = &silent;
  for (guint i = 0; i < 20; i++)
    ask_text (&lab, "key");
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab.pair.context, FALSE);
  kad_connection_close (lab.pair.b.connection, g_error_new_literal (G_IO_ERROR, 0, "dead"));
  pair_run_until (&lab.pair, lab.pair.a.closed);
  kad_rpc_session_close (&lab.session, lab.pair.a.reason);
  g_assert_cmpuint (n_ended (&lab), ==, 20);
  for (GList *l = lab.ended.head; l != NULL; l = l->next)
    g_assert_error (((Ended *) l->data)->error, KAD_ERROR, KAD_ERROR_CLOSED);
  lab_clear (&lab);
}

static void
test_large_record (void)
{
  Lab lab;
  g_autofree guint8 *data = g_malloc0 (60000);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (GBytes) value = g_bytes_new (data, 60000);
  g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);
  Ended *ended;

  g_test_summary ("A record of 60 kB goes and comes back");

  lab_init (&lab);
  ask_for (&lab, KAD_MESSAGE_PUT_VALUE, key, record, 10 * G_USEC_PER_SEC);
  pair_run_until (&lab.pair, n_ended (&lab) == 1);
  ended = g_queue_peek_tail (&lab.ended);
  g_assert_no_error (ended->error);
  g_assert_true (
      g_bytes_equal (kad_record_get_value (kad_message_get_record (ended->reply)), value));
  lab_clear (&lab);
}

/* ---- hand-made frames against the server ---- */

typedef struct
{
  GByteArray *got;
  guint closed;
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
raw_closed (KadStream *stream, const GError *reason)
{
  ((Raw *) kad_stream_get_state (stream))->closed++;
}

static const KadStreamProtocol raw_protocol = {
  .name = KAD_PROTOCOL,
  .readable = raw_readable,
  .closed = raw_closed,
};

static void
test_answers_after_half_close_and_pipelined (void)
{
  Lab lab;
  Raw raw = { .got = g_byte_array_new () };
  KadStream *stream;
  static const guint8 frames[] = { 2, 0x08, 4, 2, 0x08, 4, 2, 0x08, 5 };

  g_test_summary ("rule 2: several requests, then the end of the remote's side: all are answered");

  lab_init (&lab);
  stream = kad_stream_open (lab.pair.a.connection, &raw_protocol, &raw, NULL);
  g_assert_true (kad_stream_write (stream, frames, sizeof frames));
  kad_stream_shutdown (stream);
  pair_run_until (&lab.pair, raw.is_ended);
  g_assert_cmpuint (lab.n_served, ==, 3);
  g_assert_cmpuint (raw.closed, ==, 0);
  g_assert_cmpuint (raw.got->len, >=, 9);
  lab_clear (&lab);
  g_byte_array_unref (raw.got);
}

static void
test_bad_frames_reset (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
  } bad[] = {
    { "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9 },          /* a length of 2^63 */
    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 }, /* over-long */
    { "\x81\x80\x80\x02", 4 },                              /* one byte over 4 MiB */
    { "\x80\x00", 2 },                                      /* not minimal */
    { "\x02\xff\xff", 3 },                                  /* no protobuf */
    { "\x03\x12\x7f\x01", 4 },                              /* a field past the end */
  };

  g_test_summary ("Frames that are over-long, oversized or nonsense reset the stream alone");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Lab lab;
      Raw raw = { .got = g_byte_array_new () };
      KadStream *stream;

      lab_init (&lab);
      stream = kad_stream_open (lab.pair.a.connection, &raw_protocol, &raw, NULL);
      g_assert_true (kad_stream_write (stream, (const guint8 *) bad[i].bytes, bad[i].len));
      pair_run_until (&lab.pair, raw.closed);
      g_assert_cmpuint (lab.n_served, ==, 0);
      g_assert_cmpuint (lab.pair.a.closed, ==, 0);
      ask_text (&lab, "key");
      pair_run_until (&lab.pair, n_ended (&lab) == 1);
      g_assert_no_error (((Ended *) g_queue_peek_tail (&lab.ended))->error);
      lab_clear (&lab);
      g_byte_array_unref (raw.got);
    }
}

static void
test_half_a_frame_is_swept (void)
{
  Lab lab;
  Raw raw = { .got = g_byte_array_new () };
  KadStream *stream;
  static const guint8 half[] = { 200, 1, 0x08 };

  g_test_summary ("A frame that never becomes whole is given up after its time");

  lab_init (&lab);
  stream = kad_stream_open (lab.pair.a.connection, &raw_protocol, &raw, NULL);
  g_assert_true (kad_stream_write (stream, half, sizeof half));
  pair_run_until (&lab.pair, kad_stream_is_negotiated (stream));
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (lab.pair.context, FALSE);
  kad_connection_sweep (lab.pair.b.connection,
                        kad_reactor_get_now (lab.pair.reactor) + KAD_RPC_SERVER_FRAME_US + 1);
  pair_run_until (&lab.pair, raw.closed);
  lab_clear (&lab);
  g_byte_array_unref (raw.got);
}

static void
test_large_frames_have_a_budget (void)
{
  Lab lab;
  Raw raws[12];
  static const guint8 prefix[] = { 0x80, 0x80, 0x80, 0x02 }; /* 4 MiB */
  g_autofree guint8 *data = g_malloc0 (4 * 1024 * 1024);
  guint closed = 0;

  g_test_summary ("Large frames that are never whole are counted against one budget");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (raws); i++)
    {
      KadStream *stream;

      raws[i] = (Raw){ .got = g_byte_array_new () };
      stream = kad_stream_open (lab.pair.a.connection, &raw_protocol, &raws[i], NULL);
      g_assert_true (kad_stream_write (stream, prefix, sizeof prefix));
      g_assert_true (kad_stream_write (stream, data, 4 * 1024 * 1024 - 16));
    }
  for (guint i = 0; i < 20000 && closed < 4; i++)
    {
      g_main_context_iteration (lab.pair.context, FALSE);
      closed = 0;
      for (guint j = 0; j < G_N_ELEMENTS (raws); j++)
        closed += raws[j].closed;
    }
  g_assert_cmpuint (closed, >=, 4);
  lab_clear (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (raws); i++)
    g_byte_array_unref (raws[i].got);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpc/one-after-the-other-on-one-stream",
                   test_one_after_the_other_on_one_stream);
  g_test_add_func ("/rpc/many-at-once-share-streams", test_many_at_once_share_streams);
  g_test_add_func ("/rpc/too-many-waiting", test_too_many_waiting);
  g_test_add_func ("/rpc/rule-01-add-provider-has-no-reply", test_add_provider_has_no_reply);
  g_test_add_func ("/rpc/many-without-reply", test_many_without_reply);
  g_test_add_func ("/rpc/no-reply-opens-a-stream", test_no_reply_opens_a_stream);
  g_test_add_func ("/rpc/closed-connection", test_closed_connection);
  g_test_add_func ("/rpc/refusal-is-a-reset", test_refusal_is_a_reset);
  g_test_add_func ("/rpc/stale-stream-is-tried-once-more", test_stale_stream_is_tried_once_more);
  g_test_add_func ("/rpc/refused-protocol", test_refused_protocol);
  g_test_add_func ("/rpc/silent-peer", test_silent_peer);
  g_test_add_func ("/rpc/cancel", test_cancel);
  g_test_add_func ("/rpc/connection-dies", test_connection_dies);
  g_test_add_func ("/rpc/large-record", test_large_record);
  g_test_add_func ("/rpc/rule-02-answers-after-half-close-and-pipelined",
                   test_answers_after_half_close_and_pipelined);
  g_test_add_func ("/rpc/bad-frames-reset", test_bad_frames_reset);
  g_test_add_func ("/rpc/half-a-frame-is-swept", test_half_a_frame_is_swept);
  g_test_add_func ("/rpc/large-frames-have-a-budget", test_large_frames_have_a_budget);
  return g_test_run ();
}
