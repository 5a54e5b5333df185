/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-key-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-key-text.h"
#include "kad-stdin.h"

#define SPACE " \t"

/* NULL: no key stands there. (transfer full) */
static char *
dup_key (const char *line, gsize len)
{
  g_autofree char *text = NULL;
  const char *first;

  if (len > 0 && line[len - 1] == '\r')
    len--;
  text = g_strndup (line, len);
  first = text + strspn (text, SPACE);
  return *first == '\0' || *first == '#' ? NULL : g_steal_pointer (&text);
}

/* Adds the key of a line, if one stands there. */
static gboolean
read_line (GPtrArray *keys, const char *line, gsize len, gboolean is_raw, GError **error)
{
  g_autofree char *key = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!g_utf8_validate_len (line, len, NULL))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, _ ("this is no text in UTF-8"));
      return FALSE;
    }
  key = dup_key (line, len);
  if (key == NULL)
    return TRUE;
  if (keys->len == KAD_MAX_KEY_LIST)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED, _ ("at most %d keys are possible"),
                   KAD_MAX_KEY_LIST);
      return FALSE;
    }
  bytes = kad_key_text_parse (key, KAD_KEY_USE_PROVIDER, is_raw, error);
  if (bytes == NULL)
    return FALSE;
  g_ptr_array_add (keys, g_steal_pointer (&key));
  return TRUE;
}

GStrv
kad_key_file_parse (const char *name, const char *text, gsize len, gboolean is_raw, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  const char *end = text + len;
  guint number = 1;

  for (const char *line = text; line < end; number++)
    {
      const char *newline = memchr (line, '\n', (gsize) (end - line));
      gsize line_len = (gsize) ((newline != NULL ? newline : end) - line);

      if (!read_line (keys, line, line_len, is_raw, error))
        {
          g_prefix_error (error, _ ("%s, line %u: "), name, number);
          return NULL;
        }
      line = newline != NULL ? newline + 1 : end;
    }
  g_ptr_array_add (keys, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
}

/* What waits for somebody to write can be interrupted. */
static GBytes *
read_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  GBytes *bytes;

  if (fd < 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, _ ("Cannot read %s: %s"), path,
                   g_strerror (errno));
      return NULL;
    }
  bytes = kad_stdin_read_fd (fd, path, KAD_MAX_KEY_FILE_BYTES, error);
  close (fd);
  return bytes;
}

GStrv
kad_key_file_read (const char *path, gboolean is_raw, GError **error)
{
  gboolean is_stdin = g_str_equal (path, "-");
  const char *name = is_stdin ? "stdin" : path;
  g_autoptr (GBytes) bytes
      = is_stdin ? kad_stdin_read_all (KAD_MAX_KEY_FILE_BYTES, error) : read_file (path, error);
  const char *text;
  gsize len;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &len);
  return kad_key_file_parse (name, text, len, is_raw, error);
}
