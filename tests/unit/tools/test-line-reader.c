/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-line-reader.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GString *lines; /* each in brackets, "!" for one that was too long */
  KadLineReader *reader;
  guint free_after; /* 0: never */
  guint n_lines;
  gboolean has_ended;
} Log;

static void
on_line (const char *line, gsize len, gpointer user_data)
{
  Log *log = user_data;

  if (line == NULL)
    g_string_append_c (log->lines, '!');
  else
    g_string_append_printf (log->lines, "[%.*s]", (int) MIN (len, 16), line);
  if (++log->n_lines == log->free_after)
    g_clear_pointer (&log->reader, kad_line_reader_free);
}

static void
on_end (gpointer user_data)
{
  Log *log = user_data;

  log->has_ended = TRUE;
}

static void
write_all (int fd, const char *data, gsize len)
{
  while (len > 0)
    {
      gssize n = write (fd, data, MIN (len, 60000));

      g_assert_cmpint (n, >, 0);
      data += n;
      len -= (gsize) n;
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

/* What comes of @data, written in pieces of @piece bytes. */
static char *
read_lines (const char *data, gsize len, gsize piece, guint free_after)
{
  Log log = { .lines = g_string_new (NULL), .free_after = free_after };
  int fds[2];

  g_assert_true (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  log.reader = kad_line_reader_new (fds[0], on_line, on_end, &log);
  for (gsize done = 0; done < len; done += piece)
    write_all (fds[1], data + done, MIN (piece, len - done));
  close (fds[1]);
  while (!log.has_ended && log.reader != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&log.reader, kad_line_reader_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  close (fds[0]);
  return g_string_free (log.lines, FALSE);
}

static void
check (const char *data, const char *expected)
{
  for (gsize piece = 1; piece <= strlen (data) + 1; piece++)
    {
      g_autofree char *lines = read_lines (data, strlen (data), piece, 0);

      g_assert_cmpstr (lines, ==, expected);
    }
}

static void
test_cuts_lines (void)
{
  g_test_summary (
      "Lines are the same however the bytes come, with either end, and the last without");

  check ("", "");
  check ("a\nbb\n", "[a][bb]");
  check ("a\r\n\n\r\nb", "[a][][][b]");
  check ("\n", "[]");
}

static void
test_skips_what_is_too_long (void)
{
  gsize len = KAD_MAX_LINE_BYTES;
  g_autoptr (GString) data = g_string_new ("a\n");
  g_autofree char *lines = NULL;

  g_test_summary ("A line of the bound is taken, one of a byte more is told and skipped whole");

  g_string_set_size (data, data->len + len);
  memset (data->str + 2, 'x', len);
  g_string_append (data, "\n");
  g_string_append (data, "b\n");
  g_string_set_size (data, data->len + len + 1);
  memset (data->str + data->len - len - 1, 'y', len + 1);
  g_string_append (data, "yyy\nc\n");
  lines = read_lines (data->str, data->len, data->len, 0);
  g_assert_cmpstr (lines, ==, "[a][xxxxxxxxxxxxxxxx][b]![c]");
}

static void
test_freed_from_within (void)
{
  g_autofree char *lines = read_lines ("a\nb\nc\n", 6, 6, 2);

  g_test_summary ("Freed by what it calls, it calls nothing more");

  g_assert_cmpstr (lines, ==, "[a][b]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-reader/cuts-lines", test_cuts_lines);
  g_test_add_func ("/line-reader/skips-what-is-too-long", test_skips_what_is_too_long);
  g_test_add_func ("/line-reader/freed-from-within", test_freed_from_within);
  return g_test_run ();
}
