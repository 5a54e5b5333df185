/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-suggest.h"

#include <glib/gi18n.h>
#include <string.h>

/* How many slips make @typed of @word: a letter too many, one too few, another one, or two that
 * changed places. */
static guint
count_slips (const char *typed, const char *word)
{
  guint rows[3][KAD_MAX_SUGGEST_LETTERS + 1];
  gsize len = strlen (word);

  for (gsize j = 0; j <= len; j++)
    rows[0][j] = (guint) j;
  for (gsize i = 1; typed[i - 1] != '\0'; i++)
    {
      guint *row = rows[i % 3];
      const guint *above = rows[(i + 2) % 3];
      const guint *second = rows[(i + 1) % 3];

      row[0] = (guint) i;
      for (gsize j = 1; j <= len; j++)
        {
          row[j] = above[j - 1] + (typed[i - 1] != word[j - 1]);
          row[j] = MIN (row[j], MIN (above[j], row[j - 1]) + 1);
          if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
            row[j] = MIN (row[j], second[j - 2] + 1);
        }
    }
  return rows[strlen (typed) % 3][len];
}

void
kad_suggest_init (KadSuggest *self, const char *typed)
{
  *self = (KadSuggest){ .typed = typed, .distance = G_MAXUINT };
}

void
kad_suggest_offer (KadSuggest *self, const char *word)
{
  gsize typed_len = strlen (self->typed);
  guint slips;

  if (typed_len < 2 || typed_len > KAD_MAX_SUGGEST_LETTERS
      || strlen (word) > KAD_MAX_SUGGEST_LETTERS)
    return;
  slips = count_slips (self->typed, word);
  /* The beginning of a word, as far as it was typed, is no slip at all. */
  if (typed_len >= 3 && g_str_has_prefix (word, self->typed))
    slips = 0;
  if (slips > (typed_len < 4 ? 1 : typed_len < 8 ? 2 : 3) || slips >= self->distance)
    return;
  self->distance = slips;
  self->nearest = word;
}

void
kad_suggest_ask (const KadSuggest *self, GError **error)
{
  g_autofree char *words = NULL;

  if (self->nearest == NULL || error == NULL || *error == NULL)
    return;
  words = g_strdup ((*error)->message);
  g_free ((*error)->message);
  /* Translators: the first is what is wrong, as in "“statsu” is no command of kad" */
  (*error)->message = g_strdup_printf (_ ("%s; did you mean “%s”?"), words, self->nearest);
}
