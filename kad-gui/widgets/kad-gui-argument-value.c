/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-argument-value.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "kad-endpoint.h"
#include "kad-error.h"
#include "kad-gui-i18n.h"
#include "kad-key-text.h"

/* Whole numbers beyond are not all doubles. */
#define MAX_EXACT 9007199254740992.0

static gboolean
has_type (KadGuiArgument *argument, const char *type)
{
  return g_str_equal (argument->type, type);
}

gboolean
kad_gui_argument_is_number (KadGuiArgument *argument, gboolean *whole)
{
  *whole = strlen (argument->type) == 1 && strchr ("ynqiuxt", argument->type[0]) != NULL;
  return *whole || has_type (argument, "d");
}

gboolean
kad_gui_argument_get_range (KadGuiArgument *argument, double *minimum, double *maximum)
{
  gboolean whole;

  if (!kad_gui_argument_is_number (argument, &whole) || argument->minimum_text[0] == '\0'
      || argument->maximum_text[0] == '\0')
    return FALSE;
  *minimum = g_ascii_strtod (argument->minimum_text, NULL);
  *maximum = g_ascii_strtod (argument->maximum_text, NULL);
  return *minimum >= -MAX_EXACT && *maximum <= MAX_EXACT && *minimum < *maximum;
}

G_GNUC_PRINTF (2, 3)
static void
set_error (GError **error, const char *format, ...)
{
  va_list arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, message);
}

/* ---- numbers ---- */

static const struct
{
  char type;
  gint64 minimum;
  gint64 maximum;
} wholes[] = {
  { 'y', 0, G_MAXUINT8 },          { 'n', G_MININT16, G_MAXINT16 }, { 'q', 0, G_MAXUINT16 },
  { 'i', G_MININT32, G_MAXINT32 }, { 'u', 0, G_MAXUINT32 },         { 'x', G_MININT64, G_MAXINT64 },
};

static GVariant *
new_whole (char type, gint64 value)
{
  switch (type)
    {
    case 'y':
      return g_variant_new_byte ((guint8) value);
    case 'n':
      return g_variant_new_int16 ((gint16) value);
    case 'q':
      return g_variant_new_uint16 ((guint16) value);
    case 'i':
      return g_variant_new_int32 ((gint32) value);
    case 'u':
      return g_variant_new_uint32 ((guint32) value);
    default:
      return g_variant_new_int64 (value);
    }
}

/* What the argument says, within what its type allows. */
static gint64
read_bound (const char *text, gint64 otherwise, gint64 minimum, gint64 maximum)
{
  gint64 value;

  if (text[0] == '\0')
    return otherwise;
  value = g_ascii_strtoll (text, NULL, 10);
  return CLAMP (value, minimum, maximum);
}

static GVariant *
parse_whole (KadGuiArgument *argument, const char *text, GError **error)
{
  gint64 minimum = 0;
  gint64 maximum = 0;
  gint64 value;
  g_autofree char *least = NULL;
  g_autofree char *most = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wholes); i++)
    if (wholes[i].type == argument->type[0])
      {
        minimum = read_bound (argument->minimum_text, wholes[i].minimum, wholes[i].minimum,
                              wholes[i].maximum);
        maximum = read_bound (argument->maximum_text, wholes[i].maximum, wholes[i].minimum,
                              wholes[i].maximum);
      }
  if (g_ascii_string_to_signed (text, 10, minimum, maximum, &value, NULL))
    return new_whole (argument->type[0], value);
  least = g_strdup_printf ("%" G_GINT64_FORMAT, minimum);
  most = g_strdup_printf ("%" G_GINT64_FORMAT, maximum);
  set_error (error, _ ("A whole number from %s to %s is needed"), least, most);
  return NULL;
}

static GVariant *
parse_unsigned (KadGuiArgument *argument, const char *text, GError **error)
{
  guint64 minimum = g_ascii_strtoull (argument->minimum_text, NULL, 10);
  guint64 maximum = argument->maximum_text[0] != '\0'
                        ? g_ascii_strtoull (argument->maximum_text, NULL, 10)
                        : G_MAXUINT64;
  guint64 value;
  g_autofree char *least = NULL;
  g_autofree char *most = NULL;

  if (g_ascii_string_to_unsigned (text, 10, minimum, maximum, &value, NULL))
    return g_variant_new_uint64 (value);
  least = g_strdup_printf ("%" G_GUINT64_FORMAT, minimum);
  most = g_strdup_printf ("%" G_GUINT64_FORMAT, maximum);
  set_error (error, _ ("A whole number from %s to %s is needed"), least, most);
  return NULL;
}

static GVariant *
parse_double (KadGuiArgument *argument, const char *text, GError **error)
{
  char *end = NULL;
  double value = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !isfinite (value))
    set_error (error, _ ("A number is needed, as 1.5"));
  else if ((argument->minimum_text[0] != '\0'
            && value < g_ascii_strtod (argument->minimum_text, NULL))
           || (argument->maximum_text[0] != '\0'
               && value > g_ascii_strtod (argument->maximum_text, NULL)))
    set_error (error, _ ("A number from %s to %s is needed"), argument->minimum_text,
               argument->maximum_text);
  else
    return g_variant_new_double (value);
  return NULL;
}

/* ---- bytes ---- */

static GVariant *
new_bytes (gconstpointer data, gsize size)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1);
}

static GVariant *
parse_hex (const char *text, GError **error)
{
  gsize length = strlen (text);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (gsize i = 0; i + 1 < length; i += 2)
    {
      int high = g_ascii_xdigit_value (text[i]);
      int low = g_ascii_xdigit_value (text[i + 1]);
      guint8 byte = (guint8) (high * 16 + low);

      if (high < 0 || low < 0)
        break;
      g_byte_array_append (bytes, &byte, 1);
    }
  if (length % 2 == 0 && bytes->len == length / 2)
    return new_bytes (bytes->data, bytes->len);
  set_error (error, _ ("Pairs of the digits 0 to 9 and a to f are needed"));
  return NULL;
}

/* GLib decodes anything: whoever mistypes shall know. */
static GVariant *
parse_base64 (const char *text, GError **error)
{
  gsize length = strlen (text);
  gsize size = 0;
  gsize n_digits = strcspn (text, "=");
  g_autofree guchar *data = NULL;

  if (length % 4 == 0 && n_digits + 2 >= length
      && strspn (text + n_digits, "=") == length - n_digits
      && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
             == n_digits)
    {
      data = g_base64_decode (text, &size);
      return new_bytes (data, size);
    }
  set_error (error, _ ("That is not base64"));
  return NULL;
}

static GVariant *
parse_bytes (const char *text, KadGuiBytesForm form, GError **error)
{
  if (form == KAD_GUI_BYTES_HEX)
    return parse_hex (text, error);
  if (form == KAD_GUI_BYTES_BASE64)
    return parse_base64 (text, error);
  return new_bytes (text, strlen (text));
}

/* ---- text ---- */

static GVariant *
parse_string (KadGuiArgument *argument, const char *text, GError **error)
{
  if (g_str_equal (argument->form, "key"))
    {
      g_autoptr (GBytes) key = kad_key_text_parse (text, KAD_KEY_USE_TARGET, FALSE, error);

      return key != NULL ? g_variant_new_string (text) : NULL;
    }
  if (g_str_equal (argument->form, "endpoint"))
    {
      g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (text, error);

      return endpoint != NULL ? g_variant_new_string (text) : NULL;
    }
  if (argument->values[0] != NULL
      && !g_strv_contains ((const char *const *) argument->values, text))
    {
      g_autofree char *words = g_strjoinv (", ", argument->values);

      set_error (error, _ ("One of these is needed: %s"), words);
      return NULL;
    }
  return g_variant_new_string (text);
}

/* One a line. */
static GVariant *
parse_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      g_variant_builder_add (&builder, "s", lines[i]);
  return g_variant_builder_end (&builder);
}

static GVariant *
parse_any (KadGuiArgument *argument, const char *text, GError **error)
{
  if (!g_variant_type_string_is_valid (argument->type)
      || !g_variant_type_is_definite ((const GVariantType *) argument->type))
    {
      set_error (error, _ ("The type “%s” is not known"), argument->type);
      return NULL;
    }
  return g_variant_parse (G_VARIANT_TYPE (argument->type), text, NULL, NULL, error);
}

GVariant *
kad_gui_argument_parse (KadGuiArgument *argument, const char *text, KadGuiBytesForm form,
                        GError **error)
{
  gboolean whole;
  GVariant *value;

  if (has_type (argument, "b"))
    value = g_variant_new_boolean (g_str_equal (text, "true"));
  else if (has_type (argument, "t"))
    value = parse_unsigned (argument, text, error);
  else if (kad_gui_argument_is_number (argument, &whole))
    value = whole ? parse_whole (argument, text, error) : parse_double (argument, text, error);
  else if (has_type (argument, "ay"))
    value = parse_bytes (text, form, error);
  else if (has_type (argument, "as"))
    value = parse_lines (text);
  else if (has_type (argument, "s"))
    value = parse_string (argument, text, error);
  else
    value = parse_any (argument, text, error);
  return value != NULL ? g_variant_take_ref (value) : NULL;
}
