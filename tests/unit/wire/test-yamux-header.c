/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yamux-test.h"

static void
test_known_bytes (void)
{
  const struct
  {
    KadYamuxHeader header;
    guint8 bytes[KAD_YAMUX_HEADER_BYTES];
  } cases[] = {
    { { KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 1 }, { 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 } },
    { { KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, 100 }, { 0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 100 } },
    { { KAD_YAMUX_WINDOW_UPDATE, 0, 99, 1000 }, { 0, 1, 0, 0, 0, 0, 0, 99, 0, 0, 3, 0xe8 } },
    { { KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, G_MAXUINT32, G_MAXUINT32 },
      { 0, 1, 0, 8, 255, 255, 255, 255, 255, 255, 255, 255 } },
    { { KAD_YAMUX_DATA, KAD_YAMUX_SYN | KAD_YAMUX_FIN, 0x01020304, 0x00040000 },
      { 0, 0, 0, 5, 1, 2, 3, 4, 0, 4, 0, 0 } },
    { { KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_PROTOCOL_ERROR },
      { 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } },
  };

  g_test_summary ("Headers are twelve bytes in network order, in both directions");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 bytes[KAD_YAMUX_HEADER_BYTES];
      KadYamuxHeader header;
      g_autoptr (GError) error = NULL;

      kad_yamux_header_encode (&cases[i].header, bytes);
      g_assert_cmpmem (bytes, sizeof bytes, cases[i].bytes, sizeof bytes);
      g_assert_true (kad_yamux_header_decode (&header, bytes, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (header.type, ==, cases[i].header.type);
      g_assert_cmphex (header.flags, ==, cases[i].header.flags);
      g_assert_cmpuint (header.stream_id, ==, cases[i].header.stream_id);
      g_assert_cmpuint (header.length, ==, cases[i].header.length);
    }
}

static void
test_bad_headers (void)
{
  const guint8 cases[][KAD_YAMUX_HEADER_BYTES] = {
    { 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 },   /* version */
    { 255, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 }, /* version of a ping */
    { 0, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 },   /* type */
    { 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, /* type */
    { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },   /* DATA of the session */
    { 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 },   /* WINDOW_UPDATE of the session */
    { 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1 },   /* DATA longer than any window */
    { 0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0 },   /* ping of a stream */
    { 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },   /* ping that asks and answers nothing */
    { 0, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0 },   /* ping that asks and answers */
    { 0, 2, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0 },   /* ping with FIN */
    { 0, 3, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0 }, /* GO_AWAY of a stream */
  };

  g_test_summary ("What needs no session to be wrong is refused");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KadYamuxHeader header;
      g_autoptr (GError) error = NULL;

      g_assert_false (kad_yamux_header_decode (&header, cases[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
    }
}

static void
test_undefined_flags (void)
{
  const guint8 bytes[] = { 0, 0, 0xff, 0xf4, 0, 0, 0, 1, 1, 0, 0, 0 };
  KadYamuxHeader header;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Flags that nobody defined are masked off; the longest window is a legal length");

  g_assert_true (kad_yamux_header_decode (&header, bytes, &error));
  g_assert_no_error (error);
  g_assert_cmphex (header.flags, ==, KAD_YAMUX_FIN);
  g_assert_cmpuint (header.length, ==, KAD_YAMUX_MAX_WINDOW);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yamux-header/known-bytes", test_known_bytes);
  g_test_add_func ("/yamux-header/bad-headers", test_bad_headers);
  g_test_add_func ("/yamux-header/undefined-flags", test_undefined_flags);
  return g_test_run ();
}
