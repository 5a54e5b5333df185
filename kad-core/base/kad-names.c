/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-names.h"

#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"

#define MAX_SHOWN_BYTES 64

static char *
join_names (const char *const *names, guint n_names)
{
  GString *text = g_string_new (names[0]);

  for (guint i = 1; i < n_names; i++)
    g_string_append_printf (text, "%s%s", i + 1 < n_names ? ", " : " or ", names[i]);
  return g_string_free (text, FALSE);
}

/**
 * kad_names_parse: (skip)
 * @names: (array length=n_names): the names, by value
 * @n_names: how many
 * @what: what they name, with its article, for the message
 * @name: what may be one of them
 * @index: (out): the value, untouched on failure
 * @error: InvalidArgument; the message lists the names
 *
 * Returns: %TRUE if @name is one
 */
gboolean
kad_names_parse (const char *const *names, guint n_names, const char *what, const char *name,
                 guint *index, GError **error)
{
  g_autofree char *escaped = NULL;
  g_autofree char *choices = NULL;

  for (guint i = 0; i < n_names; i++)
    {
      if (strcmp (name, names[i]) == 0)
        {
          *index = i;
          return TRUE;
        }
    }
  escaped = kad_escape_peer_text (name, -1, MAX_SHOWN_BYTES);
  choices = join_names (names, n_names);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "“%s” is not %s: use %s", escaped,
               what, choices);
  return FALSE;
}
