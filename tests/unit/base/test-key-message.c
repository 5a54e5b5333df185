/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-key-message.h"

#include "test-keys.h"
#include "test-vectors.h"

static gboolean
parse_hex (KadKeyMessage *message, const char *hex, GError **error)
{
  g_autoptr (GBytes) bytes = from_hex (hex);

  return kad_key_message_parse (message, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                error);
}

static void
test_reads_what_protobuf_allows (void)
{
  static const struct
  {
    const char *hex;
    KadKeyType type;
    const char *data;
  } cases[] = {
    { "080112020a0b", KAD_KEY_TYPE_ED25519, "0a0b" },
    { "080012020a0b", KAD_KEY_TYPE_RSA, "0a0b" },
    { "12020a0b", KAD_KEY_TYPE_RSA, "0a0b" },       /* an absent type is RSA */
    { "12020a0b0803", KAD_KEY_TYPE_ECDSA, "0a0b" }, /* another order */
    { "0882001202"
      "0a0b",
      KAD_KEY_TYPE_SECP256K1, "0a0b" },                         /* a longer varint */
    { "080112020a0b1a03616263", KAD_KEY_TYPE_ED25519, "0a0b" }, /* an unknown field */
    { "0801120101"
      "12020a0b",
      KAD_KEY_TYPE_ED25519, "0a0b" }, /* the last one counts */
  };

  g_test_summary ("Every encoding that protobuf allows is read; an absent type is RSA");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (KadKeyMessage) message = { 0 };
      g_autoptr (GBytes) expected = from_hex (cases[i].data);
      g_autoptr (GError) error = NULL;

      g_assert_true (parse_hex (&message, cases[i].hex, &error));
      g_assert_no_error (error);
      g_assert_cmpint (message.type, ==, cases[i].type);
      assert_bytes_equal (expected, message.data, message.len);
    }
}

static void
test_refuses_the_rest (void)
{
  static const struct
  {
    const char *hex;
    KadError code;
  } cases[] = {
    { "", KAD_ERROR_INVALID_KEY },
    { "0801", KAD_ERROR_INVALID_KEY },
    { "08011200", KAD_ERROR_INVALID_KEY },
    { "080112030a0b", KAD_ERROR_INVALID_KEY },
    { "ffffff", KAD_ERROR_INVALID_KEY },
    { "0801120a", KAD_ERROR_INVALID_KEY },
    { "080412020a0b", KAD_ERROR_NOT_SUPPORTED },
    { "08ff0112020a0b", KAD_ERROR_NOT_SUPPORTED },
  };

  g_test_summary ("No message and no data are InvalidKey, another type is NotSupported");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (KadKeyMessage) message = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (parse_hex (&message, cases[i].hex, &error));
      g_assert_error (error, KAD_ERROR, (gint) cases[i].code);
      g_assert_null (message.data);
    }
}

static void
test_writes_one_form (void)
{
  g_autoptr (GBytes) data = from_hex ("0a0b");
  g_autoptr (GBytes) expected = from_hex ("080012020a0b");
  guint8 out[6];

  g_test_summary ("Both fields are written, RSA's 0 too, in the order of their tags");

  g_assert_cmpuint (kad_key_message_encoded_size (KAD_KEY_TYPE_RSA, 2), ==, sizeof out);
  g_assert_cmpuint (
      kad_key_message_encode (KAD_KEY_TYPE_RSA, g_bytes_get_data (data, NULL), 2, out), ==,
      sizeof out);
  assert_bytes_equal (expected, out, sizeof out);
  g_assert_cmpuint (kad_key_message_encoded_size (KAD_KEY_TYPE_ECDSA, 200), ==, 205);
}

static void
test_clearing_twice (void)
{
  KadKeyMessage message = { 0 };

  g_test_summary ("A cleared message may be cleared again");

  g_assert_true (parse_hex (&message, "080112020a0b", NULL));
  kad_key_message_clear (&message);
  g_assert_null (message.data);
  g_assert_cmpuint (message.len, ==, 0);
  kad_key_message_clear (&message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-message/reads-what-protobuf-allows", test_reads_what_protobuf_allows);
  g_test_add_func ("/key-message/refuses-the-rest", test_refuses_the_rest);
  g_test_add_func ("/key-message/writes-one-form", test_writes_one_form);
  g_test_add_func ("/key-message/clearing-twice", test_clearing_twice);
  return g_test_run ();
}
