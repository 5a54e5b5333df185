/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ws-frame.h"

#include <string.h>

/* Reads one header as a server, or as a client. */
static gssize
read_header (KadWsReader *reader, const char *hex, KadWsStatus *status)
{
  const char *reason = NULL;
  guint8 data[64];
  gsize len = strlen (hex) / 2;
  gssize n;

  for (gsize i = 0; i < len; i++)
    data[i]
        = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  n = kad_ws_reader_read_header (reader, data, len, status, &reason);
  g_assert_true ((n < 0) == (reason != NULL));
  return n;
}

static void
test_lengths (void)
{
  static const guint64 lengths[] = { 0, 1, 125, 126, 127, 65535, 65536, KAD_MAX_WS_MESSAGE_BYTES };
  const guint8 mask[] = { 1, 2, 3, 4 };

  g_test_summary ("A header that was written is read back, and is not whole before its last byte");

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint client = 0; client < 2; client++)
      {
        guint8 header[KAD_MAX_WS_FRAME_HEADER];
        gsize len
            = kad_ws_frame_write_header (header, KAD_WS_BINARY, lengths[i], client ? mask : NULL);
        KadWsReader reader = { .is_client = !client };
        const char *reason = NULL;
        KadWsStatus status;

        for (gsize cut = 0; cut < len; cut++)
          g_assert_cmpint (kad_ws_reader_read_header (&reader, header, cut, &status, &reason), ==,
                           0);
        g_assert_cmpint (kad_ws_reader_read_header (&reader, header, len, &status, &reason), ==,
                         len);
        g_assert_cmpuint (reader.left, ==, lengths[i]);
        g_assert_true (reader.is_final);
        g_assert_false (reader.is_in_message);
      }
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *hex;
    gboolean is_client;
    KadWsStatus status;
  } refused[] = {
    { "c280", FALSE, KAD_WS_STATUS_PROTOCOL },    /* an extension's bit */
    { "8200", FALSE, KAD_WS_STATUS_PROTOCOL },    /* not masked */
    { "8280", TRUE, KAD_WS_STATUS_PROTOCOL },     /* masked */
    { "8180", FALSE, KAD_WS_STATUS_UNSUPPORTED }, /* text */
    { "8380", FALSE, KAD_WS_STATUS_PROTOCOL },    /* reserved opcodes */
    { "8b80", FALSE, KAD_WS_STATUS_PROTOCOL },
    { "8f80", FALSE, KAD_WS_STATUS_PROTOCOL },
    { "8080", FALSE, KAD_WS_STATUS_PROTOCOL },                        /* continues nothing */
    { "0980", FALSE, KAD_WS_STATUS_PROTOCOL },                        /* half a Ping */
    { "89fe", FALSE, KAD_WS_STATUS_PROTOCOL },                        /* a long Ping */
    { "82ffffffffffffffffff00000000", FALSE, KAD_WS_STATUS_TOO_BIG }, /* 64 bits of length */
    { "82ff7fffffffffffffff00000000", FALSE, KAD_WS_STATUS_TOO_BIG },
    { "82ff000000000100000100000000", FALSE, KAD_WS_STATUS_TOO_BIG }, /* one byte too many */
    { "827f0000000001000001", TRUE, KAD_WS_STATUS_TOO_BIG },
  };

  g_test_summary ("Frames that may not come are refused, with the status that RFC 6455 has for it");

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      KadWsReader reader = { .is_client = refused[i].is_client };
      KadWsStatus status = 0;

      g_test_message ("%s", refused[i].hex);
      g_assert_cmpint (read_header (&reader, refused[i].hex, &status), ==, -1);
      g_assert_cmpint (status, ==, refused[i].status);
    }
}

static void
test_fragments (void)
{
  KadWsReader reader = { .is_client = TRUE };
  KadWsStatus status;
  guint8 byte = 0;

  g_test_summary (
      "Fragments of one message are counted, control frames between them are not, and a "
      "new message counts anew");

  for (guint round = 0; round < 2; round++)
    {
      g_assert_cmpint (read_header (&reader, "0201", &status), ==, 2);
      kad_ws_reader_take (&reader, &byte, &byte, 1);
      for (guint i = 2; i < KAD_MAX_WS_FRAGMENTS; i++)
        {
          g_assert_cmpint (read_header (&reader, "0001", &status), ==, 2);
          kad_ws_reader_take (&reader, &byte, &byte, 1);
          g_assert_cmpint (read_header (&reader, "8900", &status), ==, 2);
        }
      g_assert_cmpint (read_header (&reader, "8200", &status), ==, -1);
      g_assert_cmpint (read_header (&reader, round == 0 ? "8000" : "0000", &status), ==, 2);
    }
  g_assert_cmpint (read_header (&reader, "8000", &status), ==, -1);
  g_assert_cmpint (status, ==, KAD_WS_STATUS_TOO_BIG);
}

static void
test_message_bytes (void)
{
  KadWsReader reader = { .is_client = TRUE };
  KadWsStatus status;

  g_test_summary ("The bytes of all fragments of a message count together");

  g_assert_cmpint (read_header (&reader, "027f0000000001000000", &status), ==, 10);
  reader.left = 0;
  g_assert_cmpint (read_header (&reader, "0000", &status), ==, 2);
  g_assert_cmpint (read_header (&reader, "8001", &status), ==, -1);
  g_assert_cmpint (status, ==, KAD_WS_STATUS_TOO_BIG);
}

static void
test_masking (void)
{
  static const guint8 mask[] = { 0x37, 0xfa, 0x21, 0x3d };
  guint8 plain[300], whole[300], parts[300];

  g_test_summary ("A mask goes on where the last piece ended, wherever that is");

  for (guint i = 0; i < sizeof plain; i++)
    {
      plain[i] = (guint8) (i * 7);
      whole[i] = plain[i] ^ mask[i % 4];
    }
  for (gsize cut = 0; cut <= 40; cut++)
    {
      KadWsReader reader = { .left = sizeof plain };

      memcpy (reader.mask, mask, sizeof mask);
      kad_ws_reader_take (&reader, parts, whole, cut);
      kad_ws_reader_take (&reader, parts + cut, whole + cut, 1);
      kad_ws_reader_take (&reader, parts + cut + 1, whole + cut + 1, sizeof plain - cut - 1);
      g_assert_cmpmem (parts, sizeof parts, plain, sizeof plain);
      g_assert_cmpuint (reader.left, ==, 0);
    }
}

static void
test_any_bytes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6455);

  g_test_summary ("Any two bytes and any length after them are read or refused, and keep the "
                  "bounds");

  for (guint i = 0; i < 500000; i++)
    {
      KadWsReader reader = { .is_client = i % 2 };
      guint8 data[KAD_MAX_WS_FRAME_HEADER];
      const char *reason = NULL;
      KadWsStatus status;
      gssize n;

      for (guint j = 0; j < sizeof data; j++)
        data[j] = j == 0 ? (guint8) i : j == 1 ? (guint8) (i >> 8) : (guint8) g_rand_int (random);
      n = kad_ws_reader_read_header (&reader, data, g_rand_int_range (random, 0, sizeof data + 1),
                                     &status, &reason);
      g_assert_cmpint (n, <=, KAD_MAX_WS_FRAME_HEADER);
      g_assert_cmpuint (reader.left, <=, KAD_MAX_WS_MESSAGE_BYTES);
      if (n > 0 && reader.opcode >= KAD_WS_CLOSE)
        g_assert_cmpuint (reader.left, <=, KAD_MAX_WS_CONTROL_BYTES);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ws-frame/lengths", test_lengths);
  g_test_add_func ("/ws-frame/refusals", test_refusals);
  g_test_add_func ("/ws-frame/fragments", test_fragments);
  g_test_add_func ("/ws-frame/message-bytes", test_message_bytes);
  g_test_add_func ("/ws-frame/masking", test_masking);
  g_test_add_func ("/ws-frame/any-bytes", test_any_bytes);
  return g_test_run ();
}
