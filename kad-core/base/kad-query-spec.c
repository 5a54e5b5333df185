/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-query-spec.h"

#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"

#define MAX_SHOWN_BYTES 64

/* A query has the name of the command that asks for it. */
static const char *const kind_names[] = {
  "closest-peers", "find-peer", "get-record", "put-record", "get-providers",
  "start-provide", "bootstrap", "refresh",    "operation",
};

G_STATIC_ASSERT (G_N_ELEMENTS (kind_names) == KAD_QUERY_OPERATION + 1);

/**
 * kad_query_kind_get_name:
 * @kind: a kind of query
 *
 * Returns: (transfer none): the name of the command that asks for it; `refresh`
 *   for the engine's own
 */
const char *
kad_query_kind_get_name (KadQueryKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

/**
 * kad_quorum_parse: (skip)
 * @text: `one`, `majority`, `all` or a number from 1 on
 * @quorum: (out): the number, or %KAD_QUORUM_MAJORITY or %KAD_QUORUM_ALL;
 *   untouched on failure
 * @error: InvalidArgument
 *
 * Reads how many peers must do what is asked.
 *
 * Returns: %TRUE on success
 */
gboolean
kad_quorum_parse (const char *text, guint *quorum, GError **error)
{
  g_autofree char *escaped = NULL;
  guint64 number;

  g_return_val_if_fail (text != NULL && quorum != NULL, FALSE);

  if (strcmp (text, "one") == 0)
    *quorum = 1;
  else if (strcmp (text, "majority") == 0)
    *quorum = KAD_QUORUM_MAJORITY;
  else if (strcmp (text, "all") == 0)
    *quorum = KAD_QUORUM_ALL;
  else if (g_ascii_isdigit (text[0])
           && g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, &number, NULL))
    *quorum = (guint) number;
  else
    {
      escaped = kad_escape_peer_text (text, -1, MAX_SHOWN_BYTES);
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "“%s” is no quorum: use one, majority, all or a number from 1 on", escaped);
      return FALSE;
    }
  return TRUE;
}
