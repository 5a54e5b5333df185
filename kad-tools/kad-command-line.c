/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-line.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-command-registry.h"
#include "kad-command-words.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-module.h"
#include "kad-node-options.h"
#include "kad-suggest.h"

#define MAX_SHOWN 64

/* ---- which command ---- */

/* Options may stand ahead of the command. Which of them takes a value is known for those that most
 * commands have. */
static guint
count_leading (const char *const *argv)
{
  static const KadOption *const tables[]
      = { kad_common_options, kad_client_options, kad_service_options,
          kad_node_options,   kad_quorum_options, NULL };
  guint n = 0;

  while (argv[n] != NULL && argv[n][0] == '-' && argv[n][1] != '\0')
    {
      const KadOption *option = kad_option_find (tables, argv[n] + MIN (strlen (argv[n]), 2),
                                                 strlen (argv[n]) - MIN (strlen (argv[n]), 2));

      n++;
      if (option != NULL && option->argument != NULL && argv[n] != NULL)
        n++;
    }
  return n;
}

static gboolean
has_word (const char *const *argv, guint n, const char *first, const char *second)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (argv[i], first) || g_strcmp0 (argv[i], second) == 0)
      return TRUE;
  return FALSE;
}

/* "find" alone is half a command. */
static char *
dup_second_words (const char *first)
{
  g_autofree char *prefix = g_strconcat (first, " ", NULL);
  g_autoptr (GString) words = g_string_new (NULL);

  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    if (g_str_has_prefix (c->name, prefix))
      g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", c->name);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* What is no command: half of one, one of the registry, or misspelt. @both: (nullable) its first
 * two words */
static void
fail_unknown (const char *first, const char *both, GError **error)
{
  g_autofree char *second_words = dup_second_words (first);
  g_autofree char *shown = kad_escape_peer_text (first, -1, MAX_SHOWN);
  KadSuggest one, two;

  kad_suggest_init (&one, first);
  kad_suggest_init (&two, both != NULL ? both : "");
  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    kad_suggest_offer (strchr (c->name, ' ') != NULL ? &two : &one, c->name);
  if (second_words[0] != '\0')
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, _ ("“%s” is half a command: use %s"),
                 shown, second_words);
  else if (kad_command_registry_lookup (first) != 0)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 _ ("“%s” is a registered command: use “kad run %s”"), shown, shown);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, _ ("“%s” is no command of kad"),
                 shown);
  if (second_words[0] != '\0' || two.distance < one.distance)
    kad_suggest_ask (&two, error);
  else
    kad_suggest_ask (&one, error);
}

static gboolean
find_command (KadCommandLine *self, const char *const *words, guint *n_words, GError **error)
{
  g_autofree char *both = words[1] != NULL ? g_strconcat (words[0], " ", words[1], NULL) : NULL;

  self->command = kad_tool_find_command (words[0]);
  *n_words = 1;
  if (self->command == NULL && both != NULL)
    {
      self->command = kad_tool_find_command (both);
      *n_words = 2;
    }
  if (self->command != NULL)
    return TRUE;
  fail_unknown (words[0], both, error);
  return FALSE;
}

gboolean
kad_command_line_split (KadCommandLine *self, const char *const *argv, GError **error)
{
  guint n_leading = count_leading (argv);
  guint n_words = 0;

  *self = (KadCommandLine){ .rest = g_ptr_array_new () };
  self->wants_version = has_word (argv, n_leading, "--version", NULL);
  self->wants_help = has_word (argv, n_leading, "--help", "-h");
  if (self->wants_version || self->wants_help)
    return TRUE;
  if (argv[n_leading] == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, _ ("No command is given"));
      return FALSE;
    }
  if (!find_command (self, argv + n_leading, &n_words, error))
    return FALSE;
  for (guint i = 0; argv[i] != NULL; i++)
    if (i < n_leading || i >= n_leading + n_words)
      g_ptr_array_add (self->rest, (gpointer) argv[i]);
  g_ptr_array_add (self->rest, NULL);
  return TRUE;
}

void
kad_command_line_clear (KadCommandLine *self)
{
  g_clear_pointer (&self->rest, g_ptr_array_unref);
}

gboolean
kad_command_line_wants_json (const char *const *argv)
{
  static const char *const forms[]
      = { "--json", "--json=short", "--json=pretty", "--json=seq", NULL };

  for (; *argv != NULL && !g_str_equal (*argv, "--"); argv++)
    if (g_strv_contains (forms, *argv))
      return TRUE;
  return FALSE;
}

void
kad_command_line_load_modules (const char *const *argv)
{
  static const char option[] = "--module-path";

  for (; *argv != NULL && !g_str_equal (*argv, "--"); argv++)
    if (g_str_has_prefix (*argv, option) && (*argv)[strlen (option)] == '=')
      kad_modules_load_folder (*argv + strlen (option) + 1);
    else if (g_str_equal (*argv, option) && argv[1] != NULL)
      kad_modules_load_folder (*++argv);
}

/* ---- its arguments ---- */

static gsize
measure_name (const char *name)
{
  return strcspn (name, "=");
}

/* Options that nobody here knows, of a command that only the service has: one with a word behind
 * it takes that as its value. */
static KadOption *
guess_table (const KadToolCommand *command, const char *const *rest)
{
  g_autoptr (GArray) table = g_array_new (TRUE, TRUE, sizeof (KadOption));

  for (; *rest != NULL && !g_str_equal (*rest, "--"); rest++)
    {
      const char *name = *rest + 2;
      g_autofree char *copy = NULL;
      KadOption option = { .kind = KAD_OPTION_TEXT, .argument = "", .help = "" };

      if (!g_str_has_prefix (*rest, "--")
          || kad_option_find (command->tables, name, measure_name (name)) != NULL)
        continue;
      copy = g_strndup (name, measure_name (name));
      option.name = g_intern_string (copy);
      if (name[measure_name (name)] != '=' && (rest[1] == NULL || g_str_has_prefix (rest[1], "--")))
        option.kind = KAD_OPTION_SWITCH;
      g_array_append_val (table, option);
    }
  return (KadOption *) g_array_free (g_steal_pointer (&table), FALSE);
}

GVariant *
kad_command_line_read_foreign (const KadToolCommand *command, const KadArguments *arguments)
{
  g_auto (GStrv) names = kad_arguments_dup_names (arguments);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (char **name = names; *name != NULL; name++)
    if (kad_option_find (command->tables, *name, strlen (*name)) == NULL)
      g_variant_dict_insert (&dict, *name, "s", kad_arguments_get_text (arguments, *name));
  return g_variant_dict_end (&dict);
}

/* The registered command's own options come first, so that a `limit` of its own is meant. */
static KadArguments *
parse_run (const KadToolCommand *command, const char *const *rest, GError **error)
{
  const KadOption *tables[KAD_MAX_TOOL_TABLES + 1] = { NULL };
  g_autofree KadOption *own = NULL;
  const char *name = NULL;

  for (guint i = 0; rest[i] != NULL && name == NULL; i++)
    if (kad_command_registry_lookup (rest[i]) != 0)
      name = rest[i];
  own = name != NULL ? kad_command_words_new_table (name) : guess_table (command, rest);
  tables[0] = own;
  memcpy (tables + 1, command->tables, sizeof command->tables);
  return kad_arguments_parse (rest, tables, error);
}

static gboolean
check_words (const KadToolCommand *command, const KadArguments *arguments, GError **error)
{
  g_auto (GStrv) places = g_strsplit (command->synopsis, " ", -1);
  guint n_places = g_strv_length (places);
  guint n_words = kad_arguments_get_n_words (arguments);

  if (n_words < n_places && places[n_words][0] != '[')
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, _ ("kad %s: %s is missing"),
                   command->name, places[n_words]);
      return FALSE;
    }
  if (n_words > n_places && (n_places == 0 || strstr (places[n_places - 1], "...") == NULL))
    {
      g_autofree char *shown
          = kad_escape_peer_text (kad_arguments_get_word (arguments, n_places), -1, MAX_SHOWN);

      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   _ ("kad %s: “%s” is one word too many"), command->name, shown);
      return FALSE;
    }
  return TRUE;
}

KadArguments *
kad_command_line_parse (const KadToolCommand *command, const char *const *rest, GError **error)
{
  g_autoptr (KadArguments) arguments = NULL;

  arguments = command->run == kad_cmd_run ? parse_run (command, rest, error)
                                          : kad_arguments_parse (rest, command->tables, error);
  if (arguments == NULL)
    return NULL;
  if (!kad_arguments_has (arguments, "help") && !check_words (command, arguments, error))
    return NULL;
  return g_steal_pointer (&arguments);
}
