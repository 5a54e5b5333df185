/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KAD_OPTION_FLAG,   /* --name */
  KAD_OPTION_FORM,   /* --name, or --name=VALUE */
  KAD_OPTION_SWITCH, /* --name, or --name true|false */
  KAD_OPTION_TEXT,   /* --name VALUE, once */
  KAD_OPTION_TEXTS,  /* --name VALUE, as often as wanted */
} KadOptionKind;

/* An option of the command line. Tables of these end with a NULL name. */
typedef struct
{
  const char *name; /* without the dashes */
  KadOptionKind kind;
  const char *argument; /* what its value is called, translatable; NULL for a flag */
  const char *help;     /* one line, translatable */
} KadOption;

/* What stands on a command line: words, and options with their values. */
typedef struct _KadArguments KadArguments;

/* @tables: option tables, NULL-terminated. InvalidArgument says what is wrong in words. */
KadArguments *kad_arguments_parse (const char *const *argv, const KadOption *const *tables,
                                   GError **error);
void kad_arguments_free (KadArguments *self);

guint kad_arguments_get_n_words (const KadArguments *self);
/* NULL past the end. */
const char *kad_arguments_get_word (const KadArguments *self, guint index);
gboolean kad_arguments_has (const KadArguments *self, const char *name);
/* NULL if it is not given. */
const char *kad_arguments_get_text (const KadArguments *self, const char *name);
/* (array zero-terminated=1), empty if it is not given. */
const char *const *kad_arguments_get_texts (const KadArguments *self, const char *name);
/* (transfer full): the options that are given */
char **kad_arguments_dup_names (const KadArguments *self);
/* FALSE with an error if it is given and is no such number; @number stays if it is not given. */
gboolean kad_arguments_get_number (const KadArguments *self, const char *name, guint64 minimum,
                                   guint64 maximum, guint64 *number, GError **error);
/* Seconds with or without a fraction, as microseconds. */
gboolean kad_arguments_get_seconds (const KadArguments *self, const char *name, gint64 *duration_us,
                                    GError **error);
/* The row of an option in some tables. */
const KadOption *kad_option_find (const KadOption *const *tables, const char *name, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadArguments, kad_arguments_free)

G_END_DECLS
