/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-json-reader.h"
#include "kad-json-writer.h"

static char *
write_object (GVariant *object)
{
  GString *json = g_string_new (NULL);

  kad_json_append_variant (json, object);
  return g_string_free (json, FALSE);
}

/* A line of `--commands`: an object, or an error that says where. What was read can be written, as
 * one line that a terminal can bear, and can be read again; that reads the same ever after. (Not at
 * once: -0.0 is written as -0, which is 0.) */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) object = kad_json_read_object ((const char *) data, size, &error);
  g_autoptr (GVariant) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;
  g_autofree char *text_at_last = NULL;
  g_autofree char *number = NULL;
  g_autoptr (GVariant) at_last = NULL;

  fuzz_assert_outcome (object != NULL, error);
  if (object == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  g_assert_true (g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT));
  g_assert_true (g_variant_is_normal_form (object));
  number = kad_json_find_number ((const char *) data, size, "id");
  text = write_object (object);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at != '\0'; at++)
    g_assert_true ((guchar) *at >= 0x20 && *at != 0x7f);
  again = kad_json_read_object (text, strlen (text), &error);
  g_assert_no_error (error);
  text_again = write_object (again);
  at_last = kad_json_read_object (text_again, strlen (text_again), &error);
  g_assert_no_error (error);
  text_at_last = write_object (at_last);
  g_assert_cmpstr (text_at_last, ==, text_again);
  return 0;
}
