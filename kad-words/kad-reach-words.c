/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-reach-words.h"

#include <glib/gi18n.h>

static const struct
{
  const char *state, *why, *text;
} words[] = {
  { "local", "listening", N_ ("others in this network reach it") },
  { "local", "not-listening", N_ ("nobody reaches it: it listens nowhere") },
  { "private", "not-listening", N_ ("nobody reaches it: it listens nowhere") },
  { "public", "inbound-from-outside", N_ ("others reach it: somebody came from outside") },
  { "private", "behind-router", N_ ("nobody reaches it from outside: it is behind a router") },
  { "unknown", "nobody-came", N_ ("not known: nobody came from outside yet") },
  { "unknown", "not-running", N_ ("not known: the node does not run") },
};

char *
kad_reach_words_dup (const char *state, const char *why)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].state, state) && g_str_equal (words[i].why, why))
      return g_strdup (_ (words[i].text));
  return why[0] != '\0' ? g_strdup_printf ("%s (%s)", state, why) : g_strdup (state);
}
