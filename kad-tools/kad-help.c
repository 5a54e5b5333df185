/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-help.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-columns.h"
#include "kad-command-describe.h"
#include "kad-command-handler.h"
#include "kad-command-registry.h"
#include "kad-escape.h"
#include "kad-limits.h"
#include "kad-module.h"
#include "kad-result.h"

/* Help is written from two tables: the tool's own words (kad-tool-commands.c), and the registry,
 * where a command says all of itself by its properties. */

#define COLUMN 28

static void
print (KadOutput *output, const char *text)
{
  kad_output_line (output, text);
}

static void
print_heading (KadOutput *output, const char *text)
{
  g_autofree char *bold = kad_output_dup_bold (output, text);

  print (output, "");
  print (output, bold);
}

/* Two columns; what is wider than the first one takes a line of its own. */
static void
print_row (KadOutput *output, const char *left, const char *right)
{
  g_autofree char *line = NULL;
  guint width = kad_columns_measure (left);

  if (width < COLUMN)
    line = g_strdup_printf ("  %s%*s %s", left, (int) (COLUMN - width), "", right);
  else
    line = g_strdup_printf ("  %s\n  %*s %s", left, COLUMN, "", right);
  print (output, line);
}

/* ---- options of registered commands ---- */

static char *
dup_enum_words (GParamSpec *pspec)
{
  g_auto (GStrv) words = kad_command_argument_dup_values (pspec);

  return g_strjoinv ("|", words);
}

/* What may stand there. */
static char *
dup_type_text (GParamSpec *pspec)
{
  if (pspec->value_type == G_TYPE_STRV)
    return g_strdup ((pspec->flags & KAD_PARAM_KEY) != 0 ? _ ("keys, as so many words")
                                                         : _ ("texts, as so many words"));
  if ((pspec->flags & KAD_PARAM_KEY) != 0)
    return g_strdup (_ ("a key"));
  if ((pspec->flags & KAD_PARAM_ENDPOINT) != 0)
    return g_strdup (_ ("a peer id or an address"));
  if (pspec->value_type == G_TYPE_BYTES)
    return g_strdup (_ ("bytes"));
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return g_strdup (_ ("true or false"));
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return dup_enum_words (pspec);
  if (G_IS_PARAM_SPEC_UINT (pspec))
    return g_strdup_printf (_ ("a number from %u to %u"), G_PARAM_SPEC_UINT (pspec)->minimum,
                            G_PARAM_SPEC_UINT (pspec)->maximum);
  if (G_IS_PARAM_SPEC_INT (pspec))
    return g_strdup_printf (_ ("a number from %d to %d"), G_PARAM_SPEC_INT (pspec)->minimum,
                            G_PARAM_SPEC_INT (pspec)->maximum);
  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    return g_strdup_printf (_ ("a number from %g to %g"), G_PARAM_SPEC_DOUBLE (pspec)->minimum,
                            G_PARAM_SPEC_DOUBLE (pspec)->maximum);
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return g_strdup (_ ("text"));
  return g_strdup (_ ("a number"));
}

static void
print_property (KadOutput *output, GParamSpec *pspec)
{
  g_autofree char *left = g_strconcat ("--", pspec->name, NULL);
  g_autofree char *type = dup_type_text (pspec);
  g_autofree char *fallback = kad_command_argument_dup_default (pspec);
  const char *blurb = g_param_spec_get_blurb (pspec);
  g_autoptr (GString) right = g_string_new (blurb != NULL ? _ (blurb) : "");

  g_string_append_printf (right, " (%s", type);
  if (fallback != NULL)
    g_string_append_printf (right, _ ("; default %s"), fallback);
  if ((pspec->flags & KAD_PARAM_REQUIRED) != 0)
    g_string_append (right, _ ("; required"));
  g_string_append_c (right, ')');
  print_row (output, left, right->str);
}

static void
print_registered_options (KadOutput *output, const char *name)
{
  g_autofree GParamSpec **options = NULL;
  g_autofree char *heading = g_strdup_printf (_ ("It runs the registered command %s"), name);
  guint n_options;

  options = kad_command_registry_list_options (name, &n_options);
  print_heading (output, heading);
  for (guint i = 0; i < n_options; i++)
    print_property (output, options[i]);
}

/* ---- words of the tool ---- */

static void
print_options (KadOutput *output, const KadOption *const *tables)
{
  for (guint i = 0; tables[i] != NULL; i++)
    for (const KadOption *option = tables[i]; option->name != NULL; option++)
      {
        g_autofree char *left = option->argument != NULL ? g_strdup_printf ("--%s %s", option->name,
                                                                            _ (option->argument))
                                                         : g_strdup_printf ("--%s", option->name);

        print_row (output, left, _ (option->help));
      }
}

static void
print_keys (KadOutput *output)
{
  print_heading (output, _ ("Keys"));
  print_row (output, "CID", _ ("its multihash for providers, its bytes for records"));
  print_row (output, _ ("peer id, multihash"), _ ("in any text form; base58btc"));
  print_row (output, "/namespace/...", _ ("the bytes as they are"));
  print_row (output, "text:...", _ ("UTF-8; for providers its sha2-256 multihash"));
  print_row (output, "hex:..., base64:...", _ ("any bytes"));
}

void
kad_help_print_command (KadOutput *output, const KadToolCommand *command)
{
  gboolean has_synopsis = command->synopsis[0] != '\0';
  g_autofree char *usage
      = g_strdup_printf ("%s kad %s%s%s [%s]", _ ("Usage:"), command->name, has_synopsis ? " " : "",
                         command->synopsis, _ ("OPTION..."));

  print (output, usage);
  print (output, "");
  print (output, _ (command->summary));
  print_heading (output, _ ("Options"));
  print_options (output, command->tables);
  if (strstr (command->synopsis, "KEY") != NULL)
    print_keys (output);
  if (command->registry_name != NULL)
    print_registered_options (output, command->registry_name);
}

static void
print_exit_codes (KadOutput *output)
{
  print_heading (output, _ ("Exit codes"));
  print_row (output, "0", _ ("done"));
  print_row (output, "1", _ ("an error"));
  print_row (output, "2", _ ("wrong usage"));
  print_row (output, "3", _ ("timed out"));
  print_row (output, "4", _ ("offline, or not joined"));
  print_row (output, "5", _ ("refused by policy or quota"));
  print_row (output, "8", _ ("the service is not running"));
  print_row (output, "10", _ ("not found"));
  print_row (output, "130", _ ("interrupted"));
}

/* ---- modules ---- */

#define MAX_MODULE_TEXT 1024

/* What did not come with Kad, and what failed. */
static gboolean
is_told (KadModule *module)
{
  return !kad_module_is_own (module) || kad_module_get_error (module) != NULL;
}

static char *
dup_module_title (KadModule *module)
{
  if (kad_module_get_name (module) == NULL)
    return kad_escape_peer_text (kad_module_get_file (module), -1, MAX_MODULE_TEXT);
  return g_strdup_printf ("%s %s", kad_module_get_name (module), kad_module_get_version (module));
}

static void
append_names (GString *text, const char *title, const char *const *names)
{
  g_autofree char *joined = g_strjoinv (", ", (char **) names);

  if (names[0] != NULL)
    g_string_append_printf (text, "%s%s %s", text->len > 0 ? "; " : "", title, joined);
}

static void
print_module (KadOutput *output, KadModule *module)
{
  g_autofree char *title = dup_module_title (module);
  const char *reason = kad_module_get_error (module);
  g_autoptr (GString) provides = g_string_new (NULL);

  if (kad_module_get_state (module) == KAD_MODULE_LOADED)
    {
      g_string_append (provides, kad_module_get_summary (module));
      append_names (provides, _ ("commands:"), kad_module_get_commands (module));
      append_names (provides, _ ("transports:"), kad_module_get_transports (module));
      print_row (output, title, provides->str);
    }
  if (reason != NULL)
    {
      g_autofree char *shown = kad_escape_peer_text (reason, -1, MAX_MODULE_TEXT);
      g_autofree char *file
          = kad_escape_peer_text (kad_module_get_file (module), -1, MAX_MODULE_TEXT);
      g_autofree char *line = g_strdup_printf (kad_module_get_state (module) == KAD_MODULE_LOADED
                                                   ? _ ("%s could not provide everything: %s")
                                                   : _ ("%s failed to load: %s"),
                                               file, shown);

      g_string_assign (provides, "  ");
      g_string_append (provides, line);
      print (output, provides->str);
    }
}

static void
print_modules (KadOutput *output)
{
  g_autoptr (GPtrArray) modules = kad_modules_list ();
  gboolean has_heading = FALSE;

  for (guint i = 0; i < modules->len; i++)
    if (is_told (modules->pdata[i]))
      {
        if (!has_heading)
          print_heading (output, _ ("Modules"));
        has_heading = TRUE;
        print_module (output, modules->pdata[i]);
      }
}

void
kad_help_print_modules_json (KadOutput *output)
{
  g_autoptr (GPtrArray) modules = kad_modules_list ();

  for (guint i = 0; i < modules->len; i++)
    if (is_told (modules->pdata[i]))
      {
        g_autoptr (GVariant) line = g_variant_ref_sink (kad_result_new_module (modules->pdata[i]));

        kad_output_json (output, NULL, line);
      }
}

static void
print_limit (KadOutput *output, const KadLimitInfo *info)
{
  g_autofree char *fallback = g_strdup_printf ("%" G_GUINT64_FORMAT, info->fallback);
  g_autofree char *minimum = g_strdup_printf ("%" G_GUINT64_FORMAT, info->minimum);
  g_autofree char *maximum = g_strdup_printf ("%" G_GUINT64_FORMAT, info->maximum);
  /* Translators: the default, its unit ("connections"), and the range */
  g_autofree char *value
      = g_strdup_printf (_ ("%s %s; from %s to %s"), fallback, _ (info->unit), minimum, maximum);

  print_row (output, info->name, _ (info->summary));
  print_row (output, "", value);
}

static void
print_limit_json (KadOutput *output, const KadLimitInfo *info)
{
  g_auto (GVariantBuilder) dict = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) line = NULL;

  g_variant_builder_add (&dict, "{sv}", "limit", g_variant_new_string (info->name));
  g_variant_builder_add (&dict, "{sv}", "unit", g_variant_new_string (info->unit));
  g_variant_builder_add (&dict, "{sv}", "default", g_variant_new_uint64 (info->fallback));
  g_variant_builder_add (&dict, "{sv}", "minimum", g_variant_new_uint64 (info->minimum));
  g_variant_builder_add (&dict, "{sv}", "maximum", g_variant_new_uint64 (info->maximum));
  g_variant_builder_add (&dict, "{sv}", "help", g_variant_new_string (_ (info->summary)));
  line = g_variant_ref_sink (g_variant_builder_end (&dict));
  kad_output_json (output, NULL, line);
}

void
kad_help_print_limits (KadOutput *output)
{
  const KadLimitInfo *info;

  if (!kad_output_is_json (output))
    print_heading (output, _ ("Limits of a node, for --set-limit NAME=VALUE"));
  for (guint i = 0; (info = kad_limit_get_info (i)) != NULL; i++)
    if (kad_output_is_json (output))
      print_limit_json (output, info);
    else
      print_limit (output, info);
}

void
kad_help_print_all (KadOutput *output)
{
  g_auto (GStrv) names = kad_command_registry_list ();
  g_autofree char *usage = g_strdup_printf ("%s kad %s", _ ("Usage:"), _ ("COMMAND [OPTION...]"));

  print (output, usage);
  print_heading (output, _ ("Commands"));
  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    {
      g_autofree char *left
          = g_strconcat (c->name, c->synopsis[0] != '\0' ? " " : "", c->synopsis, NULL);

      print_row (output, left, _ (c->summary));
    }
  print_heading (output, _ ("Registered commands, for “kad run” and --commands"));
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *summary = kad_command_registry_get_summary (names[i]);

      print_row (output, names[i], summary != NULL ? _ (summary) : "");
    }
  print_modules (output);
  print_keys (output);
  print_exit_codes (output);
  print (output, "");
  print (output, _ ("“kad help NAME” tells the options of a command, --version the version."));
}

KadExit
kad_help_show (KadTool *tool)
{
  const char *name = kad_arguments_get_word (tool->arguments, 0);

  /* "kad run get-record --help" means get-record. */
  if (tool->command->run == kad_cmd_run && name != NULL
      && kad_help_print_registered (tool->output, name))
    return KAD_EXIT_OK;
  kad_help_print_command (tool->output, tool->command);
  return KAD_EXIT_OK;
}

/* ---- registered commands ---- */

static char *
dup_usage (const char *name, GParamSpec **options, guint n_options)
{
  g_autoptr (GString) usage = g_string_new (_ ("Usage:"));

  g_string_append_printf (usage, " kad run %s", name);
  for (guint i = 0; i < n_options; i++)
    if ((options[i]->flags & KAD_PARAM_REQUIRED) != 0)
      {
        g_autofree char *upper = g_ascii_strup (options[i]->name, -1);

        g_string_append_printf (usage, " %s", upper);
      }
  g_string_append_printf (usage, " [--%s]...", _ ("OPTION VALUE"));
  return g_string_free (g_steal_pointer (&usage), FALSE);
}

static GVariant *
new_property (GParamSpec *pspec)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *type = dup_type_text (pspec);
  g_autofree char *fallback = kad_command_argument_dup_default (pspec);
  const char *blurb = g_param_spec_get_blurb (pspec);
  gboolean is_required = (pspec->flags & KAD_PARAM_REQUIRED) != 0;

  g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (pspec->name));
  g_variant_builder_add (&builder, "{sv}", "type", g_variant_new_string (type));
  g_variant_builder_add (&builder, "{sv}", "required", g_variant_new_boolean (is_required));
  g_variant_builder_add (&builder, "{sv}", "default", g_variant_new ("ms", fallback));
  g_variant_builder_add (&builder, "{sv}", "help",
                         g_variant_new_string (blurb != NULL ? _ (blurb) : ""));
  return g_variant_builder_end (&builder);
}

static void
print_json (KadOutput *output, const char *name, GParamSpec **options, guint n_options)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (KadModule) module = kad_modules_find_command (name);
  const char *summary = kad_command_registry_get_summary (name);

  for (guint i = 0; i < n_options; i++)
    g_variant_builder_add_value (&list, new_property (options[i]));
  g_variant_builder_add (&builder, "{sv}", "command", g_variant_new_string (name));
  g_variant_builder_add (&builder, "{sv}", "summary",
                         g_variant_new_string (summary != NULL ? _ (summary) : ""));
  g_variant_builder_add (&builder, "{sv}", "options", g_variant_builder_end (&list));
  if (module != NULL)
    g_variant_builder_add (&builder, "{sv}", "module",
                           g_variant_new_string (kad_module_get_name (module)));
  kad_output_json (output, NULL, g_variant_builder_end (&builder));
}

/* Which module a command is from. */
static void
print_origin (KadOutput *output, const char *name)
{
  g_autoptr (KadModule) module = kad_modules_find_command (name);
  g_autofree char *title = module != NULL ? dup_module_title (module) : NULL;
  g_autofree char *file = NULL;
  g_autofree char *line = NULL;

  if (module == NULL)
    return;
  file = kad_escape_peer_text (kad_module_get_file (module), -1, MAX_MODULE_TEXT);
  line = g_strdup_printf (_ ("It comes from the module %s: %s"), title, file);
  print (output, "");
  print (output, line);
}

gboolean
kad_help_print_registered (KadOutput *output, const char *name)
{
  g_autofree GParamSpec **options = NULL;
  g_autofree char *usage = NULL;
  const char *summary = kad_command_registry_get_summary (name);
  guint n_options;

  if (kad_command_registry_lookup (name) == 0)
    return FALSE;
  options = kad_command_registry_list_options (name, &n_options);
  if (kad_output_is_json (output))
    {
      print_json (output, name, options, n_options);
      return TRUE;
    }
  usage = dup_usage (name, options, n_options);
  print (output, usage);
  print (output, "");
  print (output, summary != NULL ? _ (summary) : "");
  print_heading (output, _ ("Options"));
  for (guint i = 0; i < n_options; i++)
    print_property (output, options[i]);
  print_origin (output, name);
  return TRUE;
}
