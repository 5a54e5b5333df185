/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-stdin.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-record.h"
#include "kad-signals.h"

/* FALSE if a signal came first. */
static gboolean
wait_readable (int fd)
{
  struct pollfd fds[2]
      = { { .fd = fd, .events = POLLIN }, { .fd = kad_signals_get_fd (), .events = POLLIN } };

  while (poll (fds, 2, -1) < 0 && errno == EINTR)
    ;
  return fds[1].revents == 0;
}

GBytes *
kad_stdin_read_fd (int fd, const char *what, gsize max_bytes, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[4096];
  gssize n;

  do
    {
      if (!wait_readable (fd))
        {
          g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CANCELLED, _ ("Interrupted"));
          return NULL;
        }
      n = read (fd, chunk, sizeof chunk);
      if (n < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (n < 0)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, _ ("Cannot read %s: %s"), what,
                       g_strerror (errno));
          return NULL;
        }
      if ((gsize) n > max_bytes - bytes->len)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE,
                       _ ("%s may have %u bytes at most"), what, (guint) max_bytes);
          return NULL;
        }
      g_byte_array_append (bytes, chunk, (guint) n);
    }
  while (n != 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GBytes *
kad_stdin_read_all (gsize max_bytes, GError **error)
{
  return kad_stdin_read_fd (STDIN_FILENO, "stdin", max_bytes, error);
}

GVariant *
kad_stdin_take_value (const char *word, GError **error)
{
  g_autoptr (GBytes) value = NULL;

  if (word != NULL && !g_str_equal (word, "-"))
    value = g_bytes_new (word, strlen (word));
  else
    value = kad_stdin_read_all (KAD_MAX_RECORD_BYTES, error);
  return value != NULL ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, value, TRUE) : NULL;
}
