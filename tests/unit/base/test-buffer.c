/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-buffer.h"

#include <string.h>

static void
assert_holds (const KadBuffer *buffer, const char *text)
{
  g_assert_cmpmem (kad_buffer_peek (buffer), kad_buffer_get_length (buffer), text, strlen (text));
}

static void
test_is_a_queue (void)
{
  g_auto (KadBuffer) buffer = KAD_BUFFER_INIT;

  g_test_summary ("Bytes come out in the order in which they went in");

  g_assert_cmpuint (kad_buffer_get_length (&buffer), ==, 0);
  g_assert_null (kad_buffer_peek (&buffer));
  kad_buffer_append (&buffer, NULL, 0);
  kad_buffer_append (&buffer, "hello ", 6);
  kad_buffer_append (&buffer, "world", 5);
  assert_holds (&buffer, "hello world");
  kad_buffer_consume (&buffer, 6);
  assert_holds (&buffer, "world");
  memcpy (kad_buffer_reserve (&buffer, 100), "!?", 2);
  kad_buffer_commit (&buffer, 1);
  assert_holds (&buffer, "world!");
  kad_buffer_consume (&buffer, 6);
  g_assert_cmpuint (kad_buffer_get_length (&buffer), ==, 0);
}

static void
test_survives_any_mix (void)
{
  g_auto (KadBuffer) buffer = KAD_BUFFER_INIT;
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261121);
  guint8 chunk[3000];
  guint32 written = 0, read = 0;

  g_test_summary ("Appends, reservations and consumption of all sizes keep every byte in order");

  for (guint round = 0; round < 20000; round++)
    {
      gsize len = (gsize) g_rand_int_range (rand, 0, round % 100 == 0 ? sizeof chunk : 60);
      gsize take;

      for (gsize i = 0; i < len; i++)
        chunk[i] = (guint8) (written++ * 37 >> 3);
      if (g_rand_boolean (rand))
        {
          kad_buffer_append (&buffer, chunk, len);
        }
      else
        {
          guint8 *room = kad_buffer_reserve (&buffer, len + 7);

          if (len > 0)
            memcpy (room, chunk, len);
          kad_buffer_commit (&buffer, len);
        }
      take = (gsize) g_rand_int_range (rand, 0,
                                       (gint32) MIN (kad_buffer_get_length (&buffer), 70) + 1);
      for (gsize i = 0; i < take; i++)
        g_assert_cmpuint (kad_buffer_peek (&buffer)[i], ==, (guint8) (read++ * 37 >> 3));
      kad_buffer_consume (&buffer, take);
      g_assert_cmpuint (kad_buffer_get_length (&buffer), ==, written - read);
    }
  g_assert_cmpuint (written, >, 500000);
}

static void
test_reuses_its_front (void)
{
  g_auto (KadBuffer) buffer = KAD_BUFFER_INIT;
  const guint8 chunk[100] = { 0 };

  g_test_summary ("A queue that is emptied as fast as it fills does not grow");

  kad_buffer_append (&buffer, chunk, sizeof chunk);
  for (guint i = 0; i < 10000; i++)
    {
      kad_buffer_append (&buffer, chunk, sizeof chunk);
      kad_buffer_consume (&buffer, sizeof chunk);
    }
  g_assert_cmpuint (buffer.capacity, <=, 1024);
}

static void
test_gives_memory_back (void)
{
  KadBuffer buffer = KAD_BUFFER_INIT;

  g_test_summary ("Trimming frees the storage of an empty buffer and keeps what is queued");

  kad_buffer_trim (&buffer);
  kad_buffer_append (&buffer, "x", 1);
  kad_buffer_trim (&buffer);
  assert_holds (&buffer, "x");
  kad_buffer_consume (&buffer, 1);
  g_assert_nonnull (buffer.data);
  kad_buffer_trim (&buffer);
  g_assert_null (buffer.data);
  g_assert_cmpuint (buffer.capacity, ==, 0);
  kad_buffer_append (&buffer, "again", 5);
  assert_holds (&buffer, "again");
  kad_buffer_clear (&buffer);
  g_assert_null (buffer.data);
}

static void
test_refuses_to_wrap (void)
{
  g_test_summary ("A size that no memory can hold ends the program instead of wrapping");

  if (g_test_subprocess ())
    {
      KadBuffer buffer = KAD_BUFFER_INIT;

      kad_buffer_append (&buffer, "x", 1);
      kad_buffer_reserve (&buffer, G_MAXSIZE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*cannot take*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/buffer/is-a-queue", test_is_a_queue);
  g_test_add_func ("/buffer/survives-any-mix", test_survives_any_mix);
  g_test_add_func ("/buffer/reuses-its-front", test_reuses_its_front);
  g_test_add_func ("/buffer/gives-memory-back", test_gives_memory_back);
  g_test_add_func ("/buffer/refuses-to-wrap", test_refuses_to_wrap);
  return g_test_run ();
}
