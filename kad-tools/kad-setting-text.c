/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-setting-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"

#define MAX_SHOWN 64

char *
kad_setting_dup_text (GVariant *value)
{
  g_autofree const char **list = NULL;
  g_autofree char *text = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    {
      list = g_variant_get_strv (value, NULL);
      text = g_strjoinv (",", (char **) list);
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    text = g_variant_dup_string (value, NULL);
  else
    text = g_variant_print (value, FALSE);
  return kad_escape_peer_text (text, -1, G_MAXSSIZE);
}

static GVariant *
parse_boolean (const char *text)
{
  static const char *const yes[] = { "true", "yes", "on", "1", NULL };
  static const char *const no[] = { "false", "no", "off", "0", NULL };

  if (g_strv_contains (yes, text))
    return g_variant_new_boolean (TRUE);
  if (g_strv_contains (no, text))
    return g_variant_new_boolean (FALSE);
  return NULL;
}

/* "a,b", and "" for none. */
static GVariant *
parse_list (const char *text)
{
  g_auto (GStrv) items = NULL;

  if (text[0] == '[' || text[0] == '@')
    return NULL;
  items = g_strsplit (text, ",", -1);
  for (guint i = 0; items[i] != NULL; i++)
    g_strstrip (items[i]);
  return g_variant_new_strv ((const char *const *) items, -1);
}

/* What a value looks like, for those who know nothing of GVariant. */
static char *
dup_wanted (const GVariantType *type)
{
  static const struct
  {
    const char *type;
    const char *words;
  } kinds[] = {
    { "b", N_ ("true or false") },
    { "u", N_ ("a whole number from 0 to 4294967295") },
    { "t", N_ ("a whole number from 0 to 18446744073709551615") },
    { "as", N_ ("a list of words with commas between them") },
    { "a{st}", N_ ("names with whole numbers, as in {'connections': 500}") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_variant_type_equal (type, G_VARIANT_TYPE (kinds[i].type)))
      return g_strdup (_ (kinds[i].words));
  return g_variant_type_dup_string (type);
}

GVariant *
kad_setting_parse (const char *text, const GVariantType *type, GError **error)
{
  g_autoptr (GVariant) parsed = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *wanted = NULL;
  GVariant *value = NULL;

  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING))
    return g_variant_new_string (text);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN))
    value = parse_boolean (text);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING_ARRAY))
    value = parse_list (text);
  if (value != NULL)
    return value;
  parsed = g_variant_parse (type, text, NULL, NULL, NULL);
  if (parsed != NULL)
    return g_steal_pointer (&parsed);
  shown = kad_escape_peer_text (text, -1, MAX_SHOWN);
  wanted = dup_wanted (type);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               _ ("“%s” is no value for this setting; it wants %s"), shown, wanted);
  return NULL;
}
