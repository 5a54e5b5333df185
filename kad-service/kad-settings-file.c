/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSettings reads a file of settings without a word about what it cannot use: a misspelt name is
 * nothing, and a value that is none is the default. A person would wonder. */
#include "kad-settings-file.h"

char *
kad_settings_file_dup_usual_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "kad", "settings", NULL);
}

void
kad_settings_file_warn_unread (void)
{
  g_autofree char *path = kad_settings_file_dup_usual_path ();

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    g_warning ("The settings in %s are not used: this session keeps them elsewhere. “kad config” "
               "shows and sets those that are, and --settings %s uses the file",
               path, path);
}

static void
check_value (const char *path, const char *group, GSettingsSchema *schema, const char *name,
             const char *text)
{
  g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value
      = g_variant_parse (g_settings_schema_key_get_value_type (key), text, NULL, NULL, &error);

  if (value == NULL)
    g_warning ("%s: [%s] %s is not used: %s", path, group, name, error->message);
  else if (!g_settings_schema_key_range_check (key, value))
    g_warning ("%s: [%s] %s is not used: %s is out of its range", path, group, name, text);
}

static void
check_group (const char *path, GKeyFile *file, const char *group, GSettingsSchema *schema)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_value (file, group, names[i], NULL);

      if (!g_settings_schema_has_key (schema, names[i]))
        g_warning ("%s: [%s] %s is no setting; “kad config” lists them", path, group, names[i]);
      else if (text != NULL)
        check_value (path, group, schema, names[i], text);
    }
}

/* Nothing of it is used, and the first change writes another one in its place. */
static void
keep_damaged (const char *path, const char *text, gsize len, const GError *error)
{
  g_autofree char *copy = g_strconcat (path, ".damaged", NULL);
  g_autoptr (GError) failure = NULL;

  if (g_file_set_contents_full (copy, text, (gssize) len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                &failure))
    g_warning ("%s cannot be read, and no setting in it is used: %s. What it says is kept in %s",
               path, error->message, copy);
  else
    g_warning ("%s cannot be read, and no setting in it is used: %s. It could not be copied: %s",
               path, error->message, failure->message);
}

void
kad_settings_file_warn_unknown (const char *path, const char *group, GSettingsSchema *general,
                                GSettingsSchema *network)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) groups = NULL;
  gsize len = 0;

  if (!g_file_get_contents (path, &text, &len, NULL) || len > KAD_MAX_SETTINGS_FILE_BYTES)
    return;
  if (!g_key_file_load_from_data (file, text, len, G_KEY_FILE_NONE, &error))
    {
      keep_damaged (path, text, len, error);
      return;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_equal (groups[i], group))
      check_group (path, file, groups[i], general);
    else if (g_str_has_prefix (groups[i], "networks/"))
      check_group (path, file, groups[i], network);
    else
      g_warning ("%s: [%s] is no group of settings; they are in [%s], and those of a network in "
                 "[networks/NAME]",
                 path, groups[i], group);
}
