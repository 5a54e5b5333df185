/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-json-text.h"

#include <string.h>

#include "kad-escape.h"

#define MAX_BYTES 65536
#define MAX_DEPTH 16
/* A list or object that has no other in it stays on one line if it is not longer. */
#define MAX_SHORT_BYTES 60

/* Just behind the string that begins at @p, or at the end. */
static const char *
skip_string (const char *p)
{
  for (p++; *p != '\0' && *p != '"'; p++)
    if (*p == '\\' && p[1] != '\0')
      p++;
  return *p == '"' ? p + 1 : p;
}

/* How long what begins at @p is, if it is short and has nothing nested in it; else 0. */
static gsize
get_short (const char *p)
{
  const char *q = p + 1;

  while (*q != '\0' && (gsize) (q - p) < MAX_SHORT_BYTES)
    {
      if (*q == ']' || *q == '}')
        return (gsize) (q - p) + 1;
      if (*q == '[' || *q == '{')
        return 0;
      q = *q == '"' ? skip_string (q) : q + 1;
    }
  return 0;
}

static void
new_line (GString *out, guint depth)
{
  g_string_append_c (out, '\n');
  for (guint i = 0; i < MIN (depth, MAX_DEPTH); i++)
    g_string_append (out, "  ");
}

/* What is on one line: a blank after each colon and comma. */
static void
append_short (GString *out, const char *p, gsize length)
{
  const char *end = p + length;

  while (p < end)
    {
      const char *next = *p == '"' ? MIN (skip_string (p), end) : p + 1;

      g_string_append_len (out, p, next - p);
      if (*p == ',' || *p == ':')
        g_string_append_c (out, ' ');
      p = next;
    }
}

/* Escapes what could mislead; the backslashes of JSON stay as they are. */
static char *
escape (const char *json)
{
  g_autofree char *start = g_strndup (json, MAX_BYTES);
  g_auto (GStrv) parts = g_strsplit (start, "\\", -1);

  for (char **part = parts; *part != NULL; part++)
    {
      char *plain = *part;

      *part = kad_escape_peer_text (plain, -1, MAX_BYTES);
      g_free (plain);
    }
  return g_strjoinv ("\\", parts);
}

char *
kad_gui_json_text (const char *json)
{
  g_autofree char *text = escape (json);
  g_autoptr (GString) out = g_string_new (NULL);
  guint depth = 0;

  for (const char *p = text; *p != '\0';)
    {
      gboolean opens = *p == '{' || *p == '[';
      gsize length = *p == '"' ? (gsize) (skip_string (p) - p) : 1;

      if (opens && depth > 0 && get_short (p) > 0)
        {
          length = get_short (p);
          append_short (out, p, length);
          p += length;
          continue;
        }
      if (*p == '}' || *p == ']')
        new_line (out, depth = depth > 0 ? depth - 1 : 0);
      g_string_append_len (out, p, (gssize) length);
      if (opens)
        new_line (out, ++depth);
      else if (*p == ',')
        new_line (out, depth);
      else if (*p == ':')
        g_string_append_c (out, ' ');
      p += length;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
