/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-completion.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-command-registry.h"
#include "kad-tool.h"

/* What stands behind a word. */
typedef struct
{
  const char *word;
  const char *command; /* whose JSON has it; NULL: @values */
  const char *member;
  const char *values;
} Source;

static const Source sources[] = {
  { "find peer", "peers", "peer", NULL },
  { "peer", "peers", "peer", NULL },
  { "ping", "peers", "peer", NULL },
  { "disconnect", "peers --connected", "peer", NULL },
  { "query", "queries", "id", NULL },
  { "unprovide", "publications", "key_text", NULL },
  { "config", "config", "name", NULL },
  { "mode", NULL, NULL, "auto client server" },
  { "completion", NULL, NULL, "bash zsh fish" },
};

static const Source *
find_source (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (g_str_equal (sources[i].word, word))
      return &sources[i];
  return NULL;
}

/* @second: of words of two parts the second ones of @first; or the first words, each once. */
static char *
dup_words (const char *first)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *last = NULL;

  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    {
      const char *space = strchr (c->name, ' ');
      gsize len = space != NULL ? (gsize) (space - c->name) : strlen (c->name);
      g_autofree char *its_first = g_strndup (c->name, len);

      if (first == NULL && g_strcmp0 (last, its_first) != 0)
        g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", its_first);
      else if (space != NULL && g_strcmp0 (first, its_first) == 0)
        g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", space + 1);
      g_free (last);
      last = g_steal_pointer (&its_first);
    }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static char *
dup_options (const KadToolCommand *command)
{
  g_autoptr (GString) options = g_string_new (NULL);

  for (guint i = 0; command->tables[i] != NULL; i++)
    for (const KadOption *option = command->tables[i]; option->name != NULL; option++)
      g_string_append_printf (options, "%s--%s", options->len > 0 ? " " : "", option->name);
  return g_string_free (g_steal_pointer (&options), FALSE);
}

/* Options whose value is the next word, with @separator between them. */
static char *
dup_valued_options (const char *separator)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) names = g_string_new (NULL);

  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    for (guint i = 0; c->tables[i] != NULL; i++)
      for (const KadOption *option = c->tables[i]; option->name != NULL; option++)
        if (option->argument != NULL && g_hash_table_add (seen, (gpointer) option->name))
          g_string_append_printf (names, "%s--%s", names->len > 0 ? separator : "", option->name);
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static char *
dup_registered (void)
{
  g_auto (GStrv) names = kad_command_registry_list ();

  return g_strjoinv (" ", names);
}

/* ---- bash and zsh: one table, as a function of the shell ---- */

/* What may stand behind a word of the tool, for `case`. */
static void
append_cases (GString *script)
{
  g_autofree char *registered = dup_registered ();

  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    {
      g_autofree char *options = dup_options (c);
      const Source *source = find_source (c->name);

      g_string_append_printf (script, "    '%s')\n      options='%s'\n", c->name, options);
      if (source != NULL && source->command != NULL)
        g_string_append_printf (script, "      values=$(_kad_live '%s' %s)\n", source->command,
                                source->member);
      else if (source != NULL)
        g_string_append_printf (script, "      values='%s'\n", source->values);
      else if (c->run == kad_cmd_run)
        g_string_append_printf (script, "      values='%s'\n", registered);
      g_string_append (script, "      ;;\n");
    }
}

/* _kad_table WORD...: sets `options` and `values` for what comes behind these words. */
static void
append_table (GString *script)
{
  g_autofree char *valued = dup_valued_options ("|");
  g_autofree char *first = dup_words (NULL);
  g_autofree char *find = dup_words ("find");
  g_autofree char *id = dup_words ("id");

  g_string_append_printf (
      script,
      "_kad_live() {\n"
      "  kad $(printf '%%s' \"$1\") --json --no-start --timeout 2 2>/dev/null |\n"
      "    sed -n 's/.*\"'\"$2\"'\":\"\\([^\"\\\\]*\\)\".*/\\1/p'\n"
      "}\n\n"
      "_kad_table() {\n"
      "  local word skip= first= second=\n"
      "  options='--json --verbose --color --help --version' values=\n"
      "  for word in \"$@\"; do\n"
      "    if [ -n \"$skip\" ]; then skip=; continue; fi\n"
      "    case $word in\n"
      "      %s) skip=1 ;;\n"
      "      -*) ;;\n"
      "      *) if [ -z \"$first\" ]; then first=$word; elif [ -z \"$second\" ]; then "
      "second=$word; "
      "fi ;;\n"
      "    esac\n"
      "  done\n"
      "  if [ -n \"$skip\" ]; then options=; return; fi\n"
      "  case $first in find|id) if [ -n \"$second\" ]; then first=\"$first $second\"; fi ;; esac\n"
      "  case $first in\n"
      "    '') values='%s' ;;\n"
      "    'find') values='%s' ;;\n"
      "    'id') values='%s' ;;\n"
      "    'help') values='%s' ;;\n",
      valued, first, find, id, first);
  append_cases (script);
  g_string_append (script, "  esac\n}\n\n");
}

char *
kad_completion_dup_bash (void)
{
  g_autoptr (GString) script = g_string_new ("# kad(1) in bash: source <(kad completion bash)\n\n");

  append_table (script);
  g_string_append (script,
                   "_kad() {\n"
                   "  local cur=${COMP_WORDS[COMP_CWORD]} options values\n"
                   "  _kad_table \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"\n"
                   "  case $cur in\n"
                   "    -*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\") ;;\n"
                   "    *) mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$cur\") ;;\n"
                   "  esac\n"
                   "}\n\n"
                   "complete -o default -F _kad kad\n");
  return g_string_free (g_steal_pointer (&script), FALSE);
}

char *
kad_completion_dup_zsh (void)
{
  g_autoptr (GString) script = g_string_new (
      "#compdef kad\n# kad(1) in zsh: kad completion zsh > a folder of $fpath/_kad\n\n");

  append_table (script);
  g_string_append (script, "_kad() {\n"
                           "  local options values\n"
                           "  _kad_table \"${(@)words[2,CURRENT-1]}\"\n"
                           "  if [[ ${words[CURRENT]} == -* ]]; then\n"
                           "    compadd -- ${=options}\n"
                           "  elif [[ -n $values ]]; then\n"
                           "    compadd -- ${=values}\n"
                           "  else\n"
                           "    _files\n"
                           "  fi\n"
                           "}\n\n"
                           "if [[ ${funcstack[1]} == _kad ]]; then\n"
                           "  _kad \"$@\"\n"
                           "elif (( $+functions[compdef] )); then\n"
                           "  compdef _kad kad\n"
                           "fi\n");
  return g_string_free (g_steal_pointer (&script), FALSE);
}

/* ---- fish ---- */

/* In single quotes. */
static char *
dup_fish_quoted (const char *text)
{
  g_autoptr (GString) quoted = g_string_new ("'");

  for (; *text != '\0'; text++)
    {
      if (*text == '\'' || *text == '\\')
        g_string_append_c (quoted, '\\');
      g_string_append_c (quoted, *text);
    }
  g_string_append_c (quoted, '\'');
  return g_string_free (g_steal_pointer (&quoted), FALSE);
}

/* When a word of the tool is complete on the command line. */
static char *
dup_fish_condition (const KadToolCommand *command)
{
  g_auto (GStrv) parts = g_strsplit (command->name, " ", 2);

  if (parts[1] == NULL)
    return g_strdup_printf ("__fish_seen_subcommand_from %s", parts[0]);
  return g_strdup_printf ("__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s",
                          parts[0], parts[1]);
}

static void
append_fish_word (GString *script, const KadToolCommand *command)
{
  g_auto (GStrv) parts = g_strsplit (command->name, " ", 2);
  g_autofree char *summary = dup_fish_quoted (_ (command->summary));

  if (parts[1] == NULL)
    g_string_append_printf (script, "complete -c kad -f -n __fish_use_subcommand -a %s -d %s\n",
                            parts[0], summary);
  else
    g_string_append_printf (script,
                            "complete -c kad -f -n __fish_use_subcommand -a %s\n"
                            "complete -c kad -f -n '__fish_seen_subcommand_from %s; and not "
                            "__fish_seen_subcommand_from (__kad_second %s)' -a %s -d %s\n",
                            parts[0], parts[0], parts[0], parts[1], summary);
}

static void
append_fish_details (GString *script, const KadToolCommand *command)
{
  g_autofree char *condition = dup_fish_condition (command);
  const Source *source = find_source (command->name);
  g_autofree char *registered = command->run == kad_cmd_run ? dup_registered () : NULL;

  for (guint i = 0; command->tables[i] != NULL; i++)
    for (const KadOption *option = command->tables[i]; option->name != NULL; option++)
      {
        g_autofree char *help = dup_fish_quoted (_ (option->help));

        g_string_append_printf (script, "complete -c kad -n '%s' -l %s%s -d %s\n", condition,
                                option->name, option->argument != NULL ? " -r" : "", help);
      }
  if (source != NULL && source->command != NULL)
    g_string_append_printf (script, "complete -c kad -f -n '%s' -a '(__kad_live \"%s\" %s)'\n",
                            condition, source->command, source->member);
  else if (source != NULL || registered != NULL)
    g_string_append_printf (script, "complete -c kad -f -n '%s' -a '%s'\n", condition,
                            registered != NULL ? registered : source->values);
}

char *
kad_completion_dup_fish (void)
{
  g_autofree char *find = dup_words ("find");
  g_autofree char *id = dup_words ("id");
  g_autoptr (GString) script = g_string_new (NULL);

  g_string_append_printf (
      script,
      "# kad(1) in fish: kad completion fish > ~/.config/fish/completions/kad.fish\n\n"
      "function __kad_second\n"
      "  switch $argv[1]\n"
      "    case find\n"
      "      string split ' ' -- '%s'\n"
      "    case id\n"
      "      string split ' ' -- '%s'\n"
      "  end\n"
      "end\n\n"
      "function __kad_live\n"
      "  kad (string split ' ' -- $argv[1]) --json --no-start --timeout 2 2>/dev/null |\n"
      "    string replace -rf '.*\"'$argv[2]'\":\"([^\"\\\\\\\\]*)\".*' '$1'\n"
      "end\n\n",
      find, id);
  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    append_fish_word (script, c);
  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    append_fish_details (script, c);
  return g_string_free (g_steal_pointer (&script), FALSE);
}
