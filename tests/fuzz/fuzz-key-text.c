/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-key-text.h"
#include "kad-key.h"

/* Whatever a person types is a key of 1 to 1024 bytes or an error; "hex:" of the key is the key. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_text (data, size);

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) key = kad_key_text_parse (text, (KadKeyUse) (i / 2), i % 2 == 1, &error);
      g_autoptr (GBytes) again = NULL;
      g_autoptr (GString) hex = g_string_new ("hex:");
      const guint8 *bytes;
      gsize len;

      fuzz_assert_outcome (key != NULL, error);
      if (key == NULL)
        continue;
      bytes = g_bytes_get_data (key, &len);
      g_assert_cmpuint (len, >=, 1);
      g_assert_cmpuint (len, <=, KAD_MAX_KEY_PREIMAGE_BYTES);
      for (gsize at = 0; at < len; at++)
        g_string_append_printf (hex, "%02x", bytes[at]);
      again = kad_key_text_parse (hex->str, KAD_KEY_USE_RECORD, FALSE, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (key, again));
    }
  return 0;
}
