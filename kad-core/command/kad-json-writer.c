/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-json-writer.h"

#include <math.h>

/* Results go from GVariant to JSON here, without a tree between: a member of bytes (`ay`)
 * becomes NAME_base64, since JSON has no bytes, and `value` is given as text beside it
 * where it is text. Written by hand because json-glib has no number above 2^63 - 1 and no
 * text with a NUL in it, and because a line of JSON is shown on terminals, too: what could
 * move a cursor or turn the direction of writing is escaped the JSON way, which a
 * program that reads the line does not notice. */

#define VALUE "value"

static gboolean
is_plain (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return c != '"' && c != '\\' && g_unichar_isprint (c) && type != G_UNICODE_LINE_SEPARATOR
         && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

static void
append_escape (GString *json, gunichar c)
{
  switch (c)
    {
    case '"':
    case '\\':
      g_string_append_printf (json, "\\%c", (char) c);
      break;
    case '\n':
      g_string_append (json, "\\n");
      break;
    case '\t':
      g_string_append (json, "\\t");
      break;
    default:
      if (c >= 0x10000)
        g_string_append_printf (json, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                                0xdc00 + ((c - 0x10000) & 0x3ff));
      else
        g_string_append_printf (json, "\\u%04x", c);
    }
}

/**
 * kad_json_append_string:
 * @json: where to
 * @text: (array length=len) (element-type guint8): UTF-8, which may have NULs in it
 * @len: its length in bytes
 *
 * Appends text in quotes. Whatever a terminal might act on is escaped, as it may be in JSON.
 */
void
kad_json_append_string (GString *json, const char *text, gsize len)
{
  const char *end = text + len;

  g_string_append_c (json, '"');
  for (const char *p = text; p < end; p = *p == '\0' ? p + 1 : g_utf8_next_char (p))
    {
      gunichar c = *p == '\0' ? 0 : g_utf8_get_char (p);

      if (is_plain (c))
        g_string_append_len (json, p, g_utf8_next_char (p) - p);
      else
        append_escape (json, c);
    }
  g_string_append_c (json, '"');
}

/* UTF-8, NULs allowed. */
static gboolean
is_text (const char *data, gsize len)
{
  const char *end = data + len;

  while (data < end)
    {
      const char *bad;

      if (g_utf8_validate_len (data, (gsize) (end - data), &bad))
        return TRUE;
      if (*bad != '\0')
        return FALSE;
      data = bad + 1;
    }
  return TRUE;
}

static void
append_base64 (GString *json, GVariant *bytes)
{
  gsize len;
  const guchar *data = g_variant_get_fixed_array (bytes, &len, 1);
  g_autofree char *base64 = g_base64_encode (data, len);

  g_string_append_printf (json, "\"%s\"", base64);
}

static void
append_bytes_member (GString *json, const char *name, GVariant *bytes)
{
  g_autofree char *base64_name = g_strdup_printf ("%s_base64", name);
  gsize len;
  const char *data = g_variant_get_fixed_array (bytes, &len, 1);

  kad_json_append_string (json, base64_name, strlen (base64_name));
  g_string_append_c (json, ':');
  append_base64 (json, bytes);
  if (strcmp (name, VALUE) != 0 || !is_text (data, len))
    return;
  g_string_append (json, ",\"" VALUE "\":");
  kad_json_append_string (json, len > 0 ? data : "", len);
}

/**
 * kad_json_append_members:
 * @json: where to
 * @dict: an `a{sv}`
 *
 * Appends `"name":value` pairs with commas between them.
 */
void
kad_json_append_members (GString *json, GVariant *dict)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;
  gboolean is_first = TRUE;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      if (!is_first)
        g_string_append_c (json, ',');
      is_first = FALSE;
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
        {
          append_bytes_member (json, name, value);
          continue;
        }
      kad_json_append_string (json, name, strlen (name));
      g_string_append_c (json, ':');
      kad_json_append_variant (json, value);
    }
}

static void
append_array (GString *json, GVariant *array)
{
  gsize n_children = g_variant_n_children (array);

  g_string_append_c (json, '[');
  for (gsize i = 0; i < n_children; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (array, i);

      if (i > 0)
        g_string_append_c (json, ',');
      kad_json_append_variant (json, child);
    }
  g_string_append_c (json, ']');
}

static void
append_container (GString *json, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    {
      g_string_append_c (json, '{');
      kad_json_append_members (json, value);
      g_string_append_c (json, '}');
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    append_base64 (json, value);
  else
    append_array (json, value);
}

static void
append_double (GString *json, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* JSON has no infinity and no NaN. */
  if (isfinite (number))
    g_string_append (json, g_ascii_dtostr (text, sizeof text, number));
  else
    g_string_append (json, "null");
}

static void
append_nested (GString *json, GVariant *value)
{
  gboolean is_variant = g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT);
  g_autoptr (GVariant) inner
      = is_variant ? g_variant_get_variant (value) : g_variant_get_maybe (value);

  if (inner != NULL)
    kad_json_append_variant (json, inner);
  else
    g_string_append (json, "null");
}

/**
 * kad_json_append_variant:
 * @json: where to
 * @value: any value
 *
 * Appends a value: an `a{sv}` is an object, other arrays are arrays, bytes are base64, an empty
 * maybe is null.
 */
void
kad_json_append_variant (GString *json, GVariant *value)
{
  g_autofree char *number = NULL;
  const char *text;
  gsize len;

  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      g_string_append (json, g_variant_get_boolean (value) ? "true" : "false");
      break;
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      text = g_variant_get_string (value, &len);
      kad_json_append_string (json, text, len);
      break;
    case G_VARIANT_CLASS_DOUBLE:
      append_double (json, g_variant_get_double (value));
      break;
    case G_VARIANT_CLASS_VARIANT:
    case G_VARIANT_CLASS_MAYBE:
      append_nested (json, value);
      break;
    case G_VARIANT_CLASS_ARRAY:
    case G_VARIANT_CLASS_TUPLE:
    case G_VARIANT_CLASS_DICT_ENTRY:
      append_container (json, value);
      break;
    case G_VARIANT_CLASS_BYTE:
      g_string_append_printf (json, "%u", g_variant_get_byte (value));
      break;
    default:
      /* The whole numbers; without annotations their text is their digits. */
      number = g_variant_print (value, FALSE);
      g_string_append (json, number);
    }
}
