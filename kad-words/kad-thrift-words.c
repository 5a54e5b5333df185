/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-thrift-words.h"

#include <glib/gi18n.h>

static const struct
{
  const char *reason, *text;
} words[] = {
  { "metered", N_ ("metered connection") },
  { "power-saver", N_ ("power saver") },
  { "battery", N_ ("on battery") },
  { "low-memory", N_ ("low memory") },
};

const char *
kad_thrift_word_get (const char *reason)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].reason, reason))
      return _ (words[i].text);
  return NULL;
}

char *
kad_thrift_words_dup (const char *const *reasons)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; reasons[i] != NULL; i++)
    {
      const char *word = kad_thrift_word_get (reasons[i]);

      /* Translators: between the reasons for which a node is quiet */
      g_string_append (text, i > 0 ? _ (", ") : "");
      g_string_append (text, word != NULL ? word : reasons[i]);
    }
  return g_string_free (text, FALSE);
}
