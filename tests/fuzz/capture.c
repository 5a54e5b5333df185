/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capture FOLDER NAME IP PORT: talks to a node on loopback, ours, go's or js's, as a small peer of
 * the DHT would, and writes what the node said into FOLDER, in the form of the targets' inputs. For
 * make-corpus.py; no part of the product, and not of the suite. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz-keys.h"
#include "kad-codec.h"
#include "kad-error.h"
#include "kad-frame.h"
#include "kad-identify.h"
#include "kad-upgrader.h"
#include "kad-yamux.h"

#define QUIET_MS 700

typedef struct
{
  const char *folder;
  const char *name;
  int fd;
  KadNoiseSession session;
  KadYamux *yamux;
  KadBuffer raw;      /* came before it was secured */
  KadBuffer in;       /* sealed, not opened */
  KadBuffer plain;    /* all that came, opened */
  GPtrArray *streams; /* (element-type Talk) */
} Capture;

typedef struct
{
  KadYamuxStream *stream;
  const char *what;
  KadBuffer came;
} Talk;

static void
save (Capture *self, const char *target, const char *what, const guint8 *head, gsize head_len,
      const guint8 *data, gsize len)
{
  g_autofree char *name = g_strdup_printf ("session-%s-%s", self->name, what);
  g_autofree char *folder = g_build_filename (self->folder, target, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (len == 0)
    return;
  g_byte_array_append (bytes, head, (guint) head_len);
  g_byte_array_append (bytes, data, (guint) MIN (len, 4096));
  g_mkdir_with_parents (folder, 0755);
  g_file_set_contents (path, (const char *) bytes->data, bytes->len, &error);
  g_assert_no_error (error);
}

static void
write_all (Capture *self, KadBuffer *out)
{
  while (kad_buffer_get_length (out) > 0)
    {
      gssize n = write (self->fd, kad_buffer_peek (out), kad_buffer_get_length (out));

      g_assert_cmpint (n, >, 0);
      kad_buffer_consume (out, (gsize) n);
    }
}

/* Waits a moment; FALSE: nothing came. */
static gboolean
read_some (Capture *self, KadBuffer *out)
{
  struct pollfd poll_fd = { self->fd, POLLIN, 0 };
  gssize n;

  if (poll (&poll_fd, 1, QUIET_MS) != 1)
    return FALSE;
  n = read (self->fd, kad_buffer_reserve (out, 65536), 65536);
  if (n <= 0)
    return FALSE;
  kad_buffer_commit (out, (gsize) n);
  return TRUE;
}

static void
dial (Capture *self, const char *ip, const char *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((guint16) atoi (port)) };

  g_assert_cmpint (inet_pton (AF_INET, ip, &address.sin_addr), ==, 1);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (self->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
}

static void
upgrade (Capture *self)
{
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };
  static const guint8 secret[32] = { 3 }, ephemeral[32] = { 4 };
  g_autoptr (KadNoiseIdentity) identity
      = kad_noise_identity_new (fuzz_key (1), secret, muxers, NULL);
  g_autoptr (KadUpgrader) upgrader
      = kad_upgrader_new (KAD_ROLE_INITIATOR, identity, ephemeral, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_auto (KadBuffer) in = KAD_BUFFER_INIT;
  KadWireStatus status = KAD_WIRE_MORE;
  static const guint8 initiator[] = { 1, 255 }, responder[] = { 0, 255 };

  kad_upgrader_start (upgrader, &out);
  save (self, "upgrader", "ours", responder, sizeof responder, kad_buffer_peek (&out),
        kad_buffer_get_length (&out));
  while (status == KAD_WIRE_MORE)
    {
      gsize used = 0, before = kad_buffer_get_length (&in);
      g_autoptr (GError) error = NULL;

      write_all (self, &out);
      g_assert_true (read_some (self, &in));
      kad_buffer_append (&self->raw, kad_buffer_peek (&in) + before,
                         kad_buffer_get_length (&in) - before);
      status = kad_upgrader_feed (upgrader, kad_buffer_peek (&in), kad_buffer_get_length (&in),
                                  &used, &out, &error);
      g_assert_no_error (error);
      kad_buffer_consume (&in, used);
    }
  write_all (self, &out);
  save (self, "upgrader", "handshake", initiator, sizeof initiator, kad_buffer_peek (&self->raw),
        kad_buffer_get_length (&self->raw));
  kad_upgrader_take_session (upgrader, &self->session, &self->plain);
  kad_buffer_append (&self->in, kad_buffer_peek (&in), kad_buffer_get_length (&in));
  self->yamux = kad_yamux_new (KAD_ROLE_INITIATOR, 4 * 1024 * 1024);
}

static void
flush (Capture *self)
{
  KadBuffer *output = kad_yamux_get_output (self->yamux);
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;

  g_assert_true (kad_noise_session_seal (&self->session, kad_buffer_peek (output),
                                         kad_buffer_get_length (output), &sealed, NULL));
  kad_buffer_consume (output, kad_buffer_get_length (output));
  write_all (self, &sealed);
}

static Talk *
find_talk (Capture *self, KadYamuxStream *stream)
{
  for (guint i = 0; i < self->streams->len; i++)
    if (((Talk *) self->streams->pdata[i])->stream == stream)
      return self->streams->pdata[i];
  return NULL;
}

static Talk *
talk_new (Capture *self, KadYamuxStream *stream, const char *what)
{
  Talk *talk = g_new0 (Talk, 1);

  talk->stream = stream;
  talk->what = what;
  kad_yamux_stream_set_user_data (stream, talk);
  g_ptr_array_add (self->streams, talk);
  return talk;
}

static void
take_events (Capture *self)
{
  KadYamuxEvent event;

  while (kad_yamux_next_event (self->yamux, &event))
    {
      Talk *talk;
      const guint8 *data;
      gsize len;

      if (event.stream == NULL)
        continue;
      talk = find_talk (self, event.stream);
      if (event.type == KAD_YAMUX_STREAM_OPENED)
        {
          /* Agrees to whatever it wants, so that it goes on. */
          static const guint8 hello[] = "\x13/multistream/1.0.0\n";

          talk_new (self, event.stream, "theirs");
          kad_yamux_stream_write (self->yamux, event.stream, hello, sizeof hello - 1);
        }
      if (talk == NULL || event.type != KAD_YAMUX_STREAM_READABLE)
        continue;
      data = kad_yamux_stream_peek (event.stream, &len);
      kad_buffer_append (&talk->came, data, len);
      kad_yamux_stream_consume (self->yamux, event.stream, len, 1);
    }
}

/* Until the node has nothing more to say. */
static void
listen_to_it (Capture *self)
{
  do
    {
      gsize used = 0, before;

      before = kad_buffer_get_length (&self->plain);
      g_assert_true (kad_noise_session_open (&self->session, kad_buffer_peek (&self->in),
                                             kad_buffer_get_length (&self->in), &used, &self->plain,
                                             NULL));
      kad_buffer_consume (&self->in, used);
      if (!kad_yamux_feed (self->yamux, kad_buffer_peek (&self->plain) + before,
                           kad_buffer_get_length (&self->plain) - before, 1, NULL))
        return;
      take_events (self);
      flush (self);
    }
  while (read_some (self, &self->in));
}

static void
ask (Capture *self, const char *what, const char *protocol, const guint8 *data, gsize len)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autofree char *line = g_strdup_printf ("%s\n", protocol);
  KadYamuxStream *stream = kad_yamux_open (self->yamux, NULL);

  talk_new (self, stream, what);
  kad_buffer_append (&out, "\x13/multistream/1.0.0\n", 20);
  kad_frame_append_prefix (&out, strlen (line));
  kad_buffer_append (&out, line, strlen (line));
  kad_buffer_append (&out, data, len);
  kad_yamux_stream_write (self->yamux, stream, kad_buffer_peek (&out),
                          kad_buffer_get_length (&out));
  flush (self);
  listen_to_it (self);
}

static void
ask_kad (Capture *self, const char *what, KadMessageType type, const char *text,
         gboolean has_record)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GBytes) key = g_bytes_new (text, strlen (text));
  g_autoptr (KadMessage) message = kad_message_new (type, key);

  if (has_record)
    {
      g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
      g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);

      kad_message_set_record (message, record);
    }
  if (type == KAD_MESSAGE_ADD_PROVIDER)
    {
      g_autoptr (KadMultiaddr) address
          = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/9", NULL);
      KadPeerInfo *info = kad_peer_info_new (fuzz_peer (1));

      kad_peer_info_add_address (info, address);
      kad_message_take_provider (message, info);
    }
  g_assert_true (kad_codec_encode (message, 16384, &out, NULL));
  save (self, "rpc-reader", what, (const guint8 *) "\xfe", 1, kad_buffer_peek (&out),
        MIN (kad_buffer_get_length (&out), 63));
  ask (self, what, KAD_PROTOCOL, kad_buffer_peek (&out), kad_buffer_get_length (&out));
}

/* Skips the two lines of the negotiation. */
static const guint8 *
after_negotiation (const KadBuffer *came, gsize *len)
{
  const guint8 *data = kad_buffer_peek (came), *frame;
  gsize frame_len, used;

  *len = kad_buffer_get_length (came);
  for (guint n = 0; n < 2; n++)
    {
      if (kad_frame_peek (data, *len, 1024, &frame, &frame_len, &used, NULL) != KAD_WIRE_DONE)
        return NULL;
      data += used;
      *len -= used;
    }
  return data;
}

static void
save_talk (Capture *self, const Talk *talk, guint number)
{
  static const guint8 initiator[] = { 1, 255 }, responder[] = { 0, 255 }, step[] = { 255 };
  g_autofree char *what = g_strdup_printf ("%u-%s", number, talk->what);
  gboolean is_theirs = g_str_equal (talk->what, "theirs");
  const guint8 *data, *frame;
  gsize len, frame_len, used;

  save (self, "multistream", what, is_theirs ? responder : initiator, 2,
        kad_buffer_peek (&talk->came), kad_buffer_get_length (&talk->came));
  data = after_negotiation (&talk->came, &len);
  if (data == NULL || is_theirs)
    return;
  save (self, "frame", what, NULL, 0, data, len);
  if (g_str_equal (talk->what, "identify"))
    {
      save (self, "identify", what, step, 1, data, len);
      return;
    }
  if (kad_frame_peek (data, len, KAD_MAX_MESSAGE_BYTES, &frame, &frame_len, &used, NULL)
      == KAD_WIRE_DONE)
    save (self, "kad-message", what, NULL, 0, frame, frame_len);
}

int
main (int argc, char **argv)
{
  Capture self = { 0 };
  static const guint8 responder[] = { 0 };

  g_assert_cmpint (argc, ==, 5);
  g_assert_cmpint (sodium_init (), >=, 0);
  self.folder = argv[1];
  self.name = argv[2];
  self.streams = g_ptr_array_new ();
  dial (&self, argv[3], argv[4]);
  upgrade (&self);
  listen_to_it (&self);
  ask (&self, "identify", KAD_IDENTIFY_PROTOCOL, NULL, 0);
  ask (&self, "nonsense", "/no/such/protocol", NULL, 0);
  ask_kad (&self, "find-node", KAD_MESSAGE_FIND_NODE, "somebody", FALSE);
  ask_kad (&self, "put-value", KAD_MESSAGE_PUT_VALUE, "/v/key", TRUE);
  ask_kad (&self, "get-value", KAD_MESSAGE_GET_VALUE, "/v/key", FALSE);
  ask_kad (&self, "add-provider", KAD_MESSAGE_ADD_PROVIDER,
           "\x12\x04"
           "abcd",
           FALSE);
  ask_kad (&self, "get-providers", KAD_MESSAGE_GET_PROVIDERS,
           "\x12\x04"
           "abcd",
           FALSE);
  for (guint i = 0; i < self.streams->len; i++)
    save_talk (&self, self.streams->pdata[i], i);
  for (gsize at = 0, n = 0; at < kad_buffer_get_length (&self.plain) && n < 8; at += 255, n++)
    {
      g_autofree char *what = g_strdup_printf ("plain-%zu", n);
      gsize len = MIN (255, kad_buffer_get_length (&self.plain) - at);
      guint8 head[] = { 0, 3, (guint8) len };

      save (&self, "yamux", what, head, sizeof head, kad_buffer_peek (&self.plain) + at, len);
    }
  save (&self, "noise-session", "sealed", responder, 1, kad_buffer_peek (&self.raw),
        kad_buffer_get_length (&self.raw));
  printf ("%s: %u streams, %zu bytes\n", self.name, self.streams->len,
          (gsize) kad_buffer_get_length (&self.plain));
  close (self.fd);
  return 0;
}
