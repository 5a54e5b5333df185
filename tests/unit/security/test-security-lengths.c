/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lengths that no frame has, said by a client to a server and by a server to a client, in every
 * protocol that begins its frames with one. The stream ends, the connection and the node live. */
#include "kad-attacker-testing.h"

#include "kad-identify.h"

#define MULTISTREAM "\x13/multistream/1.0.0\n"

typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;
} Length;

/* Each of these is refused by itself, whatever follows. */
static const Length lengths[] = {
  { "2^63", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 10 },
  { "2^63 - 1", "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9 },
  { "2^64 - 1", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10 },
  { "eleven bytes", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
  { "2^32", "\x80\x80\x80\x80\x10", 5 },
  { "4 MiB and one", "\x81\x80\x80\x02", 4 },
  { "zero in two bytes", "\x80\x00", 2 },
  { "five in three bytes", "\x85\x80\x00", 3 },
};

/* ---- we serve ---- */

/* What a client says on a stream before the length: up to there all is well. */
static const Length openings[] = {
  { "negotiation", "", 0 },
  { "negotiation after its header", MULTISTREAM, 20 },
  { "kad", MULTISTREAM "\x10" PROTOCOL "\n", 37 },
  { "identify push", MULTISTREAM "\x14" KAD_IDENTIFY_PUSH_PROTOCOL "\n", 41 },
};

static void
say_on_stream (Attacker *self, guint32 stream, const Length *opening, const Length *length,
               gsize cut)
{
  const gboolean is_cut = cut < length->len;
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;

  kad_buffer_append (&bytes, opening->bytes, opening->len);
  kad_buffer_append (&bytes, length->bytes, cut);
  send_frame (self, KAD_YAMUX_DATA, KAD_YAMUX_SYN | (is_cut ? KAD_YAMUX_FIN : 0), stream,
              kad_buffer_get_length (&bytes), kad_buffer_peek (&bytes),
              kad_buffer_get_length (&bytes));
}

static void
test_as_server (void)
{
  Lab lab;
  Attacker attacker;
  guint32 stream = 1;

  g_test_summary ("To a server: each length in each protocol, whole and cut at each of its bytes, "
                  "resets its stream alone");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
      for (gsize cut = 1; cut <= lengths[j].len; cut++, stream += 2)
        {
          const guint before = attacker.n_resets;

          g_test_message ("%s: %s, %" G_GSIZE_FORMAT " bytes of it", openings[i].name,
                          lengths[j].name, cut);
          say_on_stream (&attacker, stream, &openings[i], &lengths[j], cut);
          attacker_run_until (&attacker, attacker.n_resets > before || attacker.is_closed);
          g_assert_false (attacker.is_closed);
          g_assert_cmpuint (attacker.last_reset, ==, stream);
        }
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_before_noise (void)
{
  static const char *const beginnings[] = { "", MULTISTREAM };
  Lab lab;

  g_test_summary ("Before there is a secure connection each length closes it");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
      for (gsize cut = 1; cut <= lengths[j].len; cut++)
        {
          int fd = raw_connect (node_get_port (&lab.server));

          g_assert_cmpint (send (fd, beginnings[i], strlen (beginnings[i]), MSG_NOSIGNAL), >=, 0);
          g_assert_cmpint (send (fd, lengths[j].bytes, cut, MSG_NOSIGNAL), ==, cut);
          if (cut < lengths[j].len)
            shutdown (fd, SHUT_WR);
          context_run_until (lab.context, raw_is_closed (fd));
          close (fd);
        }
  lab_clear (&lab);
}

/* ---- we ask ---- */

/* What a server says before the length. */
static const Length answers[] = {
  { "negotiation", "", 0 },
  { "negotiation after its header", MULTISTREAM, 20 },
  { "kad", MULTISTREAM "\x10" PROTOCOL "\n", 37 },
};

static void
answer_stream (Attacker *self, guint32 stream, const Length *answer, const Length *length,
               gsize cut)
{
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;

  kad_buffer_append (&bytes, answer->bytes, answer->len);
  kad_buffer_append (&bytes, length->bytes, cut);
  send_frame (self, KAD_YAMUX_DATA, KAD_YAMUX_ACK | (cut < length->len ? KAD_YAMUX_FIN : 0), stream,
              kad_buffer_get_length (&bytes), kad_buffer_peek (&bytes),
              kad_buffer_get_length (&bytes));
}

static KadQueryId
ask_attacker (Attacker *self)
{
  g_autofree char *id = kad_peer_id_to_string (
      kad_public_key_get_peer_id (kad_private_key_get_public_key (self->key)));
  g_autofree char *text = g_strconcat ("/ip4/127.0.0.1/tcp/9/p2p/", id, NULL);
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (text, NULL);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_FIND_NODE, key);

  return kad_swarm_ask (KAD_SWARM (self->lab->server.network), endpoint, request, 10 * SECOND);
}

/* Our own identify stream comes first on a new connection: its answer is owed as well. */
static void
take_identify (Attacker *self)
{
  attacker_run_until (self, self->last_opened != 0);
  send_frame (self, KAD_YAMUX_DATA, KAD_YAMUX_RST, self->last_opened, 0, NULL, 0);
}

static void
test_as_client (void)
{
  Lab lab;
  Attacker attacker;

  g_test_summary ("From a server: each length in an answer, whole and cut at each of its bytes, "
                  "is an error of that one request");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  take_identify (&attacker);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
      for (gsize cut = 1; cut <= lengths[j].len; cut++)
        {
          const guint32 before = attacker.last_opened;
          KadQueryId query = ask_attacker (&attacker);
          const GError *error;

          g_test_message ("%s: %s, %" G_GSIZE_FORMAT " bytes of it", answers[i].name,
                          lengths[j].name, cut);
          attacker_run_until (&attacker, attacker.last_opened != before);
          answer_stream (&attacker, attacker.last_opened, &answers[i], &lengths[j], cut);
          attacker_run_until (&attacker, node_find_end (&lab.server, query) != NULL);
          error = node_find_end (&lab.server, query)->error;
          g_assert_nonnull (error);
          g_assert_true (
              g_error_matches (error, KAD_ERROR, KAD_ERROR_PROTOCOL)
              || (cut < lengths[j].len && g_error_matches (error, KAD_ERROR, KAD_ERROR_CLOSED)));
          g_assert_false (attacker.is_closed);
        }
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_in_identify (void)
{
  static const Length beginning = { "identify", MULTISTREAM "\x0f" KAD_IDENTIFY_PROTOCOL "\n", 36 };
  Lab lab;

  g_test_summary ("From whom we ask who it is: the question ends, the connection lives");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (gsize cut = 1; cut <= lengths[i].len; cut++)
      {
        Attacker attacker;

        attacker_init (&attacker, &lab);
        attacker_run_until (&attacker, attacker.last_opened != 0);
        answer_stream (&attacker, attacker.last_opened, &beginning, &lengths[i], cut);
        attacker_run_until (&attacker, attacker.n_own_resets == 1);
        check_lives (&attacker);
        g_assert_cmpuint (node_count (&lab.server, KAD_EVENT_PEER_IDENTIFIED), ==, 0);
        attacker_clear (&attacker);
      }
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/as-server", test_as_server);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/before-noise", test_before_noise);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/as-client", test_as_client);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/in-identify", test_in_identify);
  return g_test_run ();
}
