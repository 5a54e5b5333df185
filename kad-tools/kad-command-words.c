/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-words.h"

#include <glib/gi18n.h>

#include "kad-command-registry.h"
#include "kad-error.h"
#include "kad-escape.h"

#define MAX_SHOWN 64

static const char *
find_argument_name (GParamSpec *pspec)
{
  if ((pspec->flags & KAD_PARAM_KEY) != 0)
    return N_ ("KEY");
  if ((pspec->flags & KAD_PARAM_ENDPOINT) != 0)
    return N_ ("PEER");
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return N_ ("TEXT");
  if (pspec->value_type == G_TYPE_BYTES)
    return N_ ("BYTES");
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return NULL;
  return N_ ("N");
}

static const char *
intern_base64_name (const char *name)
{
  g_autofree char *base64 = g_strconcat (name, "-base64", NULL);

  return g_intern_string (base64);
}

KadOption *
kad_command_words_new_table (const char *command)
{
  g_autoptr (GArray) table = g_array_new (TRUE, TRUE, sizeof (KadOption));
  g_autofree GParamSpec **options = NULL;
  guint n_options;

  options = kad_command_registry_list_options (command, &n_options);
  for (guint i = 0; i < n_options; i++)
    {
      KadOption option = {
        .name = options[i]->name,
        .kind = G_IS_PARAM_SPEC_BOOLEAN (options[i]) ? KAD_OPTION_SWITCH : KAD_OPTION_TEXT,
        .argument = find_argument_name (options[i]),
        .help = g_param_spec_get_blurb (options[i]),
      };

      g_array_append_val (table, option);
      if (options[i]->value_type != G_TYPE_BYTES)
        continue;
      option.name = intern_base64_name (options[i]->name);
      option.argument = N_ ("BASE64");
      g_array_append_val (table, option);
    }
  return (KadOption *) g_array_free (g_steal_pointer (&table), FALSE);
}

gboolean
kad_command_words_has_option (const char *command, const char *name)
{
  g_autofree GParamSpec **options = NULL;
  guint n_options;

  options = kad_command_registry_list_options (command, &n_options);
  for (guint i = 0; i < n_options; i++)
    if (g_str_equal (options[i]->name, name))
      return TRUE;
  return FALSE;
}

/* The options that are given by name. */
static void
read_options (const KadArguments *arguments, const KadOption *table, GVariantDict *dict)
{
  for (; table->name != NULL; table++)
    if (kad_arguments_has (arguments, table->name))
      g_variant_dict_insert (dict, table->name, "s",
                             kad_arguments_get_text (arguments, table->name));
}

static gboolean
is_taken (GVariantDict *dict, GParamSpec *pspec)
{
  g_autofree char *base64 = g_strconcat (pspec->name, "-base64", NULL);

  return g_variant_dict_contains (dict, pspec->name) || g_variant_dict_contains (dict, base64);
}

/* All words from @first on. */
static void
insert_list (const KadArguments *arguments, guint first, const char *name, GVariantDict *dict)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = first; i < kad_arguments_get_n_words (arguments); i++)
    g_strv_builder_add (words, kad_arguments_get_word (arguments, i));
  list = g_strv_builder_end (words);
  g_variant_dict_insert (dict, name, "^as", list);
}

/* Each word goes to the first option that is not given by name; a list takes the rest. */
static gboolean
read_words (const KadArguments *arguments, const char *command, guint first_word,
            GVariantDict *dict, GError **error)
{
  g_autofree GParamSpec **options = NULL;
  guint n_options;
  guint next = 0;

  options = kad_command_registry_list_options (command, &n_options);
  for (guint i = first_word; i < kad_arguments_get_n_words (arguments); i++)
    {
      const char *word = kad_arguments_get_word (arguments, i);
      g_autofree char *shown = NULL;

      while (next < n_options && is_taken (dict, options[next]))
        next++;
      if (next < n_options && options[next]->value_type == G_TYPE_STRV)
        {
          insert_list (arguments, i, options[next]->name, dict);
          return TRUE;
        }
      if (next < n_options && options[next]->owner_type != KAD_TYPE_COMMAND_HANDLER)
        {
          g_variant_dict_insert (dict, options[next]->name, "s", word);
          continue;
        }
      shown = kad_escape_peer_text (word, -1, MAX_SHOWN);
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   _ ("“%s” is one word more than %s takes"), shown, command);
      return FALSE;
    }
  return TRUE;
}

GVariant *
kad_command_words_read (const KadArguments *arguments, const char *command, guint first_word,
                        GError **error)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  g_autofree KadOption *table = kad_command_words_new_table (command);

  read_options (arguments, table, dict);
  if (!read_words (arguments, command, first_word, dict, error))
    return NULL;
  return g_variant_dict_end (dict);
}
