/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yamux-test.h"

/* Of the streams that a responder may be in the middle of. */
enum
{
  UNKNOWN_REMOTE = 7,
  OPEN_REMOTE = 1,
  RELEASED_REMOTE = 3,
  RESET_REMOTE = 5,
  UNKNOWN_LOCAL = 44,
  OPEN_LOCAL = 2,
};

static KadYamux *
make_session (void)
{
  KadYamux *session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  accept_remote_stream (session, OPEN_REMOTE);
  kad_yamux_stream_release (session, accept_remote_stream (session, RELEASED_REMOTE));
  drop_output (session);
  accept_remote_stream (session, RESET_REMOTE);
  feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, RESET_REMOTE, 0);
  assert_event (session, KAD_YAMUX_STREAM_RESET, RESET_REMOTE);
  write_zeros (session, open_stream (session), 1);
  drop_output (session);
  return session;
}

/* What no stream has credit for. */
static gboolean
must_be_refused (KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length)
{
  const gboolean resets = (flags & KAD_YAMUX_RST) != 0;
  const gboolean begins = (flags & KAD_YAMUX_SYN) != 0 && !resets;
  const gboolean is_there = id == OPEN_REMOTE || id == RELEASED_REMOTE || id == OPEN_LOCAL;

  if (type != KAD_YAMUX_DATA && type != KAD_YAMUX_WINDOW_UPDATE)
    return FALSE;
  if (type == KAD_YAMUX_DATA && length > KAD_YAMUX_MAX_WINDOW)
    return TRUE;
  if (resets || (!begins && !is_there))
    return FALSE;
  if (type == KAD_YAMUX_DATA)
    return length > KAD_YAMUX_INITIAL_WINDOW;
  return length > G_MAXUINT32 - KAD_YAMUX_INITIAL_WINDOW + 1;
}

static void
try_frame (KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length)
{
  g_autoptr (KadYamux) session = make_session ();
  g_autoptr (GError) error = NULL;
  const guint n_before = session->streams.n_entries;
  const gboolean accepted = feed_header (session, type, flags, id, length, &error);

  if (accepted && must_be_refused (type, flags, id, length))
    g_error ("type %u, flags 0x%x, stream %u, length %u was taken", type, flags, id, length);
  /* Nothing was made of a length alone. */
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (session), ==, 0);
  if (accepted)
    {
      g_assert_cmpuint (session->streams.n_entries, <=, n_before + 1);
      return;
    }
  /* The whole header was looked at before anything changed. */
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  g_assert_cmpuint (session->streams.n_entries, ==, n_before);
  assert_no_event (session);
  assert_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_PROTOCOL_ERROR);
  assert_no_frame (session);
}

static void
test_every_flag_type_and_length (void)
{
  static const guint32 ids[] = {
    0, UNKNOWN_REMOTE, OPEN_REMOTE, RELEASED_REMOTE, RESET_REMOTE, UNKNOWN_LOCAL, OPEN_LOCAL
  };
  static const guint32 lengths[]
      = { 0,          1,          262144,     262145,     16777216,  16777217,
          0x7fffffff, 0x80000000, 0xfffbffff, 0xfffc0001, 0xffffffff };

  g_test_summary ("Every type with every combination of flags, on every kind of stream, at each "
                  "length that is a limit: taken, or the end, and nothing half made");

  for (guint type = 0; type <= 5; type++)
    for (guint16 flags = 0; flags <= KAD_YAMUX_FLAGS; flags++)
      for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
        for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
          try_frame ((KadYamuxFrameType) type, flags, ids[i], lengths[j]);
}

static void
test_credit_twice (void)
{
  static const guint32 ids[] = { OPEN_REMOTE, RELEASED_REMOTE, OPEN_LOCAL };

  g_test_summary ("0xffffffff of credit, twice: to any stream that is there the end of the "
                  "session, and no stream has more credit than before");

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (KadYamux) session = make_session ();
      KadYamuxStream *stream = kad_yamux_table_lookup (&session->streams, ids[i]);
      const guint32 before = stream->send_credit;

      assert_refused (session, KAD_YAMUX_WINDOW_UPDATE, 0, ids[i], G_MAXUINT32);
      assert_refused (session, KAD_YAMUX_WINDOW_UPDATE, 0, ids[i], G_MAXUINT32);
      g_assert_cmpuint (stream->send_credit, ==, before);
      assert_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_PROTOCOL_ERROR);
    }
}

static void
test_credit_by_steps (void)
{
  g_autoptr (KadYamux) session = make_session ();
  guint64 given = KAD_YAMUX_INITIAL_WINDOW;
  guint n = 0;

  g_test_summary ("Credit that would overflow in the end ends the session at the step that does");

  for (; given + 0x10000000 <= G_MAXUINT32; given += 0x10000000, n++)
    feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, OPEN_REMOTE, 0x10000000);
  g_assert_cmpuint (n, ==, 15);
  assert_refused (session, KAD_YAMUX_WINDOW_UPDATE, 0, OPEN_REMOTE, 0x10000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/CVE-2026-32314/every-flag-type-and-length",
                   test_every_flag_type_and_length);
  g_test_add_func ("/security/CVE-2026-31814/credit-twice", test_credit_twice);
  g_test_add_func ("/security/CVE-2026-31814/credit-by-steps", test_credit_by_steps);
  return g_test_run ();
}
