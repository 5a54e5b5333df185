/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-json-indent.h"

#include <string.h>

static void
begin_line (GString *out, guint depth)
{
  g_string_append_printf (out, "\n%*s", (int) depth * 2, "");
}

/* The string at @p, with its quotes. */
static const char *
copy_string (GString *out, const char *p)
{
  const char *start = p++;

  while (*p != '\0' && *p != '"')
    p += *p == '\\' && p[1] != '\0' ? 2 : 1;
  if (*p == '"')
    p++;
  g_string_append_len (out, start, p - start);
  return p;
}

char *
kad_json_dup_indented (const char *json)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint depth = 0;
  const char *p = json;

  while (*p != '\0')
    if (*p == '"')
      p = copy_string (out, p);
    else if ((*p == '{' && p[1] == '}') || (*p == '[' && p[1] == ']'))
      {
        g_string_append_len (out, p, 2);
        p += 2;
      }
    else
      {
        if ((*p == '}' || *p == ']') && depth > 0)
          begin_line (out, --depth);
        g_string_append_c (out, *p);
        if (*p == '{' || *p == '[')
          begin_line (out, ++depth);
        else if (*p == ',')
          begin_line (out, depth);
        else if (*p == ':')
          g_string_append_c (out, ' ');
        p++;
      }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
