/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-arguments.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-suggest.h"

/* Not GOptionContext, because the options of `kad run NAME` come from the properties of a
 * command, of which a boolean one takes a value or none; and because help and the man page
 * are checked against the same tables. */

#define MAX_SHOWN 64
#define MAX_SECONDS (24 * 3600)

struct _KadArguments
{
  GPtrArray *words;   /* (element-type utf8) */
  GHashTable *values; /* (element-type utf8 GPtrArray) each NULL-terminated */
};

void
kad_arguments_free (KadArguments *self)
{
  g_ptr_array_unref (self->words);
  g_hash_table_unref (self->values);
  g_free (self);
}

/**
 * kad_option_find:
 * @tables: option tables, NULL-terminated
 * @name: a name without dashes
 * @len: its length
 *
 * Returns: (nullable): the option, of the first table that has it
 */
const KadOption *
kad_option_find (const KadOption *const *tables, const char *name, gsize len)
{
  for (guint i = 0; tables[i] != NULL; i++)
    for (const KadOption *option = tables[i]; option->name != NULL; option++)
      if (strlen (option->name) == len && strncmp (option->name, name, len) == 0)
        return option;
  return NULL;
}

static void
fail (GError **error, const char *what, const char *text)
{
  g_autofree char *shown = kad_escape_peer_text (text, -1, MAX_SHOWN);

  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "%s: %s", shown, what);
}

static GPtrArray *
ensure_values (KadArguments *self, const KadOption *option)
{
  GPtrArray *values = g_hash_table_lookup (self->values, option->name);

  if (values == NULL)
    {
      values = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (values, NULL);
      g_hash_table_insert (self->values, g_strdup (option->name), values);
    }
  return values;
}

static gboolean
is_boolean (const char *text)
{
  static const char *const words[] = { "true", "false", "yes", "no", NULL };

  return text != NULL && g_strv_contains (words, text);
}

static void
fail_unknown (const KadOption *const *tables, const char *word, GError **error)
{
  const char *name = word + strspn (word, "-");
  g_autofree char *typed = g_strndup (name, strcspn (name, "="));
  KadSuggest suggest;

  fail (error, _ ("there is no such option (a word that begins with “-” goes behind “--”)"), word);
  kad_suggest_init (&suggest, typed);
  for (guint i = 0; tables[i] != NULL; i++)
    for (const KadOption *option = tables[i]; option->name != NULL; option++)
      kad_suggest_offer (&suggest, option->name);
  if (suggest.nearest != NULL)
    {
      g_autofree char *dashed = g_strconcat ("--", suggest.nearest, NULL);

      suggest.nearest = dashed;
      kad_suggest_ask (&suggest, error);
    }
}

/* The value of the option at *@argv, which moves on past what was taken. */
static const char *
take_value (const KadOption *option, const char *inlined, const char *const **argv, GError **error)
{
  const char *word = **argv;
  const char *next = (*argv)[1];

  *argv += 1;
  if (option->kind == KAD_OPTION_FLAG && inlined != NULL)
    {
      fail (error, _ ("this option takes no value"), word);
      return NULL;
    }
  if (inlined != NULL)
    return inlined;
  if (option->kind == KAD_OPTION_FLAG || option->kind == KAD_OPTION_FORM)
    return "true";
  if (option->kind == KAD_OPTION_SWITCH && !is_boolean (next))
    return "true";
  if (next == NULL)
    {
      fail (error, _ ("this option needs a value behind it"), word);
      return NULL;
    }
  *argv += 1;
  return next;
}

static gboolean
take_option (KadArguments *self, const KadOption *const *tables, const char *const **argv,
             GError **error)
{
  const char *word = **argv;
  const char *name = word + 2;
  const char *equals = strchr (name, '=');
  gsize len = equals != NULL ? (gsize) (equals - name) : strlen (name);
  const KadOption *option
      = g_str_has_prefix (word, "--") ? kad_option_find (tables, name, len) : NULL;
  const char *value;
  GPtrArray *values;

  if (option == NULL)
    {
      fail_unknown (tables, word, error);
      return FALSE;
    }
  value = take_value (option, equals != NULL ? equals + 1 : NULL, argv, error);
  if (value == NULL)
    return FALSE;
  values = ensure_values (self, option);
  if (values->len > 1 && (option->kind == KAD_OPTION_TEXT || option->kind == KAD_OPTION_SWITCH))
    {
      fail (error, _ ("this option is given twice"), word);
      return FALSE;
    }
  g_ptr_array_insert (values, (int) values->len - 1, g_strdup (value));
  return TRUE;
}

/**
 * kad_arguments_parse:
 * @argv: what follows the name of the command, NULL-terminated
 * @tables: the options that it has, NULL-terminated
 * @error: return location
 *
 * Reads `--name VALUE`, `--name=VALUE` and words in any order; after `--` there are only words. `-`
 * is a word, `-h` is `--help`, `-v` is `--verbose`, `-l` is `--long`.
 *
 * Returns: (transfer full): what was given; %KAD_ERROR_INVALID_ARGUMENT for an unknown option, one
 *   without its value, or one given twice
 */
KadArguments *
kad_arguments_parse (const char *const *argv, const KadOption *const *tables, GError **error)
{
  g_autoptr (KadArguments) self = g_new0 (KadArguments, 1);
  gboolean only_words = FALSE;

  self->words = g_ptr_array_new_with_free_func (g_free);
  self->values
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  while (*argv != NULL)
    {
      const char *const help[] = { "--help", NULL };
      const char *const verbose[] = { "--verbose", NULL };
      const char *const longer[] = { "--long", NULL };
      const char *const *alias = g_str_equal (*argv, "-h")   ? help
                                 : g_str_equal (*argv, "-v") ? verbose
                                 : g_str_equal (*argv, "-l") ? longer
                                                             : NULL;

      if (only_words || (*argv)[0] != '-' || (*argv)[1] == '\0')
        g_ptr_array_add (self->words, g_strdup (*argv++));
      else if (g_str_equal (*argv, "--"))
        {
          only_words = TRUE;
          argv++;
        }
      else if (!take_option (self, tables, alias != NULL ? &alias : &argv, error))
        return NULL;
      else if (alias != NULL)
        argv++;
    }
  return g_steal_pointer (&self);
}

guint
kad_arguments_get_n_words (const KadArguments *self)
{
  return self->words->len;
}

const char *
kad_arguments_get_word (const KadArguments *self, guint index)
{
  return index < self->words->len ? self->words->pdata[index] : NULL;
}

gboolean
kad_arguments_has (const KadArguments *self, const char *name)
{
  return g_hash_table_contains (self->values, name);
}

const char *const *
kad_arguments_get_texts (const KadArguments *self, const char *name)
{
  static const char *const none[] = { NULL };
  GPtrArray *values = g_hash_table_lookup (self->values, name);

  return values != NULL ? (const char *const *) values->pdata : none;
}

const char *
kad_arguments_get_text (const KadArguments *self, const char *name)
{
  return kad_arguments_get_texts (self, name)[0];
}

char **
kad_arguments_dup_names (const KadArguments *self)
{
  g_autofree gpointer *names = g_hash_table_get_keys_as_array (self->values, NULL);

  return g_strdupv ((char **) names);
}

gboolean
kad_arguments_get_number (const KadArguments *self, const char *name, guint64 minimum,
                          guint64 maximum, guint64 *number, GError **error)
{
  const char *text = kad_arguments_get_text (self, name);
  g_autofree char *shown = NULL;
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  if (text == NULL || g_ascii_string_to_unsigned (text, 10, minimum, maximum, number, NULL))
    return TRUE;
  low = g_strdup_printf ("%" G_GUINT64_FORMAT, minimum);
  high = g_strdup_printf ("%" G_GUINT64_FORMAT, maximum);
  shown = kad_escape_peer_text (text, -1, MAX_SHOWN);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               _ ("--%s: “%s” is no whole number from %s to %s"), name, shown, low, high);
  return FALSE;
}

gboolean
kad_arguments_get_seconds (const KadArguments *self, const char *name, gint64 *duration_us,
                           GError **error)
{
  const char *text = kad_arguments_get_text (self, name);
  g_autofree char *shown = NULL;
  char *end = NULL;
  double seconds;

  if (text == NULL)
    return TRUE;
  seconds = g_ascii_strtod (text, &end);
  if (strspn (text, "0123456789.") == strlen (text) && *end == '\0' && seconds >= 0.001
      && seconds <= MAX_SECONDS)
    {
      *duration_us = (gint64) (seconds * G_USEC_PER_SEC);
      return TRUE;
    }
  shown = kad_escape_peer_text (text, -1, MAX_SHOWN);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               _ ("--%s: “%s” is no number of seconds from 0.001 to %d"), name, shown, MAX_SECONDS);
  return FALSE;
}
