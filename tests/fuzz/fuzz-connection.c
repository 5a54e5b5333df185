/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-keys.h"
#include "kad-codec.h"
#include "kad-connection.h"
#include "kad-error.h"
#include "kad-memory-stream.h"
#include "kad-memory-transport.h"
#include "kad-reactor.h"
#include "kad-rpc.h"
#include "kad-upgrader.h"
#include "kad-yamux-header.h"

/* A whole connection over a link in memory that serves the kad protocol, and a remote that speaks
 * the lower layers by hand: raw bytes from the start or, once it is secured, frames of its own. It
 * is closed at most once and for a reason, and all that it held is given back. */

typedef struct
{
  GMainContext *context;
  KadReactor *reactor;
  KadRpc *rpc;
  KadConnection *connection;
  GPtrArray *dirty;
  GIOStream *remote;
  KadNoiseSession session;
  gboolean is_secure;
  guint opened;
  guint closed;
  gsize written;
} Lab;

static KadMessage *
serve (gpointer user_data, KadConnection *connection, KadMessage *request, GError **error)
{
  if (kad_message_get_message_type (request) == KAD_MESSAGE_PUT_VALUE)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, "Refused");
      return NULL;
    }
  if (kad_message_get_message_type (request) == KAD_MESSAGE_ADD_PROVIDER)
    return NULL;
  return kad_message_new (kad_message_get_message_type (request), kad_message_get_key (request));
}

static void
on_opened (KadConnection *connection, gpointer user_data)
{
  ((Lab *) user_data)->opened++;
}

static void
on_closed (KadConnection *connection, const GError *reason, gpointer user_data)
{
  Lab *lab = user_data;

  g_assert_nonnull (reason);
  g_assert_cmpuint (lab->closed++, ==, 0);
  g_ptr_array_remove_fast (lab->dirty, connection);
}

static void
on_dirty (KadConnection *connection, gpointer user_data)
{
  Lab *lab = user_data;

  g_ptr_array_add (lab->dirty, connection);
  kad_reactor_wake (lab->reactor);
}

static gconstpointer
on_lookup (KadConnection *connection, const char *name, gpointer user_data)
{
  Lab *lab = user_data;

  if (g_str_equal (name, kad_rpc_get_protocol_name (lab->rpc)))
    return kad_rpc_get_server (lab->rpc);
  return NULL;
}

static const KadConnectionDelegate delegate = {
  .opened = on_opened,
  .closed = on_closed,
  .dirty = on_dirty,
  .lookup = on_lookup,
};

static void
on_turn (gpointer user_data, gint64 now_us)
{
  Lab *lab = user_data;

  while (lab->dirty->len > 0)
    kad_connection_flush (g_ptr_array_steal_index_fast (lab->dirty, lab->dirty->len - 1));
}

static KadNoiseIdentity *
get_identity (guint8 number)
{
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };
  static KadNoiseIdentity *identities[3];
  guint8 secret[32];

  memset (secret, number, sizeof secret);
  if (identities[number] == NULL)
    identities[number] = kad_noise_identity_new (fuzz_key (number), secret, muxers, NULL);
  return identities[number];
}

static void
lab_init (Lab *self, KadRole role)
{
  static const guint8 secret[32] = { 7 };
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/memory/1", NULL);
  g_autoptr (KadLink) link = NULL;
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  kad_memory_transport_register_static ();
  *self = (Lab){ .context = g_main_context_new (), .dirty = g_ptr_array_new () };
  g_main_context_push_thread_default (self->context);
  self->reactor = kad_reactor_new (self->context, &error);
  g_assert_no_error (error);
  kad_reactor_set_hook (self->reactor, on_turn, self);
  self->rpc = kad_rpc_new (self->reactor, KAD_PROTOCOL, serve, self);
  kad_memory_stream_new_pair (&stream, &self->remote);
  link = kad_link_new_for_stream (stream, address, address);
  self->connection = kad_connection_new (self->reactor, link, role, get_identity (1), secret, NULL,
                                         "fuzz", &delegate, self, &error);
  g_assert_no_error (error);
}

static void
lab_clear (Lab *self)
{
  kad_connection_close (self->connection, g_error_new_literal (G_IO_ERROR, 0, "Over"));
  g_assert_cmpuint (self->closed, ==, 1);
  kad_connection_free (self->connection);
  kad_rpc_free (self->rpc);
  g_assert_cmpuint (kad_reactor_get_charged (self->reactor), ==, 0);
  kad_reactor_free (self->reactor);
  g_object_unref (self->remote);
  g_ptr_array_unref (self->dirty);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  kad_noise_session_clear (&self->session);
}

static void
turn (Lab *self)
{
  for (guint n = 0; n < 64 && g_main_context_iteration (self->context, FALSE); n++)
    ;
}

/* What the connection wrote; gives how many bytes. */
static gsize
receive (Lab *self, KadBuffer *out)
{
  GInputStream *input = g_io_stream_get_input_stream (self->remote);
  gsize total = 0;
  gssize n;

  while ((n = g_pollable_input_stream_read_nonblocking (
              G_POLLABLE_INPUT_STREAM (input), kad_buffer_reserve (out, 65536), 65536, NULL, NULL))
         > 0)
    {
      kad_buffer_commit (out, (gsize) n);
      total += (gsize) n;
    }
  self->written += total;
  return total;
}

static void
send_raw (Lab *self, const guint8 *data, gsize len)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->remote);
  guint stuck = 0;

  while (len > 0 && self->closed == 0 && stuck < 8)
    {
      gssize n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output),
                                                             data, len, NULL, NULL);

      stuck = n > 0 ? 0 : stuck + 1;
      data += MAX (n, 0);
      len -= (gsize) MAX (n, 0);
      turn (self);
    }
  turn (self);
}

/* An honest upgrade of the remote's side. */
static void
secure (Lab *self, KadRole role)
{
  static const guint8 secret[32] = { 11 };
  g_autoptr (KadUpgrader) upgrader
      = kad_upgrader_new (role, get_identity (2), secret, fuzz_peer (1));
  g_auto (KadBuffer) in = KAD_BUFFER_INIT;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  KadWireStatus status = KAD_WIRE_MORE;

  kad_upgrader_start (upgrader, &out);
  for (guint n = 0; status == KAD_WIRE_MORE; n++)
    {
      g_autoptr (GError) error = NULL;
      gsize used = 0;

      g_assert_cmpuint (n, <, 16);
      send_raw (self, kad_buffer_peek (&out), kad_buffer_get_length (&out));
      kad_buffer_clear (&out);
      receive (self, &in);
      status = kad_upgrader_feed (upgrader, kad_buffer_peek (&in), kad_buffer_get_length (&in),
                                  &used, &out, &error);
      g_assert_no_error (error);
      kad_buffer_consume (&in, used);
    }
  send_raw (self, kad_buffer_peek (&out), kad_buffer_get_length (&out));
  kad_upgrader_take_session (upgrader, &self->session, &plain);
  g_assert_cmpuint (self->opened, ==, 1);
  self->is_secure = TRUE;
}

static void
send_plain (Lab *self, const guint8 *data, gsize len)
{
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;

  if (!self->is_secure)
    {
      send_raw (self, data, len);
      return;
    }
  g_assert_true (kad_noise_session_seal (&self->session, data, len, &sealed, NULL));
  send_raw (self, kad_buffer_peek (&sealed), kad_buffer_get_length (&sealed));
}

static void
send_frame (Lab *self, guint type, guint flags, guint32 id, const guint8 *payload, gsize len)
{
  KadYamuxHeader header = { type, (guint16) flags, id, (guint32) len };
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  kad_yamux_header_encode (&header, kad_buffer_reserve (&out, KAD_YAMUX_HEADER_BYTES));
  kad_buffer_commit (&out, KAD_YAMUX_HEADER_BYTES);
  kad_buffer_append (&out, payload, len);
  send_plain (self, kad_buffer_peek (&out), kad_buffer_get_length (&out));
}

/* A stream of the kad protocol and, if the input has one, a request. */
static void
send_kad (Lab *self, FuzzInput *input)
{
  static const char hello[] = "\x13/multistream/1.0.0\n\x10/ipfs/kad/1.0.0\n";
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;
  guint choice = fuzz_byte (input);
  gsize len = fuzz_byte (input);
  const guint8 *chunk = fuzz_take (input, &len);

  kad_buffer_append (&bytes, hello, sizeof hello - 1);
  if (choice & 0x80)
    {
      guint8 prefix = (guint8) MIN (len, 127);

      kad_buffer_append (&bytes, &prefix, 1);
    }
  kad_buffer_append (&bytes, chunk, len);
  send_frame (self, KAD_YAMUX_DATA, KAD_YAMUX_SYN | (choice & 0x40 ? KAD_YAMUX_FIN : 0),
              (choice & 0x3f) * 2 + 1, kad_buffer_peek (&bytes), kad_buffer_get_length (&bytes));
}

static void
step (Lab *self, FuzzInput *input)
{
  guint op = fuzz_below (input, 6), type, flags, id;
  gsize len;
  const guint8 *bytes;

  switch (op)
    {
    case 0:
      bytes = fuzz_chunk (input, &len);
      send_raw (self, bytes, len);
      break;
    case 1:
      len = fuzz_byte (input);
      bytes = fuzz_take (input, &len);
      send_plain (self, bytes, len);
      break;
    case 2:
      type = fuzz_below (input, 4);
      flags = fuzz_below (input, 16);
      id = fuzz_byte (input);
      len = fuzz_byte (input);
      bytes = fuzz_take (input, &len);
      send_frame (self, type, flags, id, bytes, len);
      break;
    case 3:
      send_kad (self, input);
      break;
    case 4:
      kad_connection_ping (self->connection);
      turn (self);
      break;
    default:
      kad_connection_sweep (self->connection, kad_reactor_get_now (self->reactor)
                                                  + (gint64) fuzz_byte (input) * G_USEC_PER_SEC);
      turn (self);
      break;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  guint choice = fuzz_byte (&input);
  KadRole role = choice & 2 ? KAD_ROLE_INITIATOR : KAD_ROLE_RESPONDER;
  KadRole remote_role = choice & 2 ? KAD_ROLE_RESPONDER : KAD_ROLE_INITIATOR;
  g_auto (KadBuffer) drop = KAD_BUFFER_INIT;
  Lab lab;

  lab_init (&lab, role);
  turn (&lab);
  if (choice & 1)
    secure (&lab, remote_role);
  for (guint n = 0; input.len > 0 && lab.closed == 0 && n < 64; n++)
    {
      step (&lab, &input);
      if (choice & 4)
        receive (&lab, &drop);
      kad_buffer_clear (&drop);
    }
  if (!lab.is_secure)
    g_assert_cmpuint (lab.opened, ==, 0);
  receive (&lab, &drop);
  /* Answers are no larger than what was asked for, give or take. */
  g_assert_cmpuint (lab.written, <=, 64 * 1024 + size * 256);
  lab_clear (&lab);
  return 0;
}
