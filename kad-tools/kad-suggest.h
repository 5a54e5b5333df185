/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longer words are no slips of the keyboard. */
#define KAD_MAX_SUGGEST_LETTERS 40

/* Which of some words a person may have meant. */
typedef struct
{
  const char *typed;
  const char *nearest; /* (nullable) borrowed from the caller of kad_suggest_offer() */
  guint distance;
} KadSuggest;

/* @typed is borrowed. */
void kad_suggest_init (KadSuggest *self, const char *typed);
/* @word: another word that there is; it has to stay as long as `nearest` is looked at. */
void kad_suggest_offer (KadSuggest *self, const char *word);
/* Adds a question to the words of @error, if something is near: "did you mean “status”?". */
void kad_suggest_ask (const KadSuggest *self, GError **error);

G_END_DECLS
