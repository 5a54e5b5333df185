/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-options.h"

#include "fake-command.h"
#include "fake-swarm.h"
#include "kad-error.h"
#include "kad-key.h"

static FakeCommand *
make (const char *options)
{
  g_autoptr (GVariant) parsed = g_variant_parse (G_VARIANT_TYPE_VARDICT, options, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  KadCommandHandler *handler;

  g_assert_nonnull (parsed);
  handler = kad_command_registry_create ("fake", parsed, &error);
  g_assert_no_error (error);
  return FAKE_COMMAND (handler);
}

static void
assert_bytes (GBytes *bytes, const char *wanted)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), wanted,
                   strlen (wanted));
}

static void
assert_refused (const char *options, KadError code, const char *words)
{
  g_autoptr (GError) error = fake_bench_refuse ("fake", options);

  g_assert_error (error, KAD_ERROR, (gint) code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” lacks “%s”", error->message, words);
}

static void
test_values_of_the_type_are_taken (void)
{
  g_autoptr (FakeCommand) command
      = make ("{'key': <b'kk'>, 'value': <[byte 1, 2]>, 'text': <'t'>, 'count': <uint32 7>,"
              " 'offset': <-3>, 'large': <uint64 18446744073709551615>,"
              " 'wide': <int64 -9223372036854775808>, 'ratio': <0.25>, 'flag': <true>,"
              " 'protocol': <'udp'>}");

  g_test_summary ("Each kind of property takes a value of its own type");

  /* GVariant's b'' is a C string: its end is part of the bytes. */
  g_assert_cmpuint (g_bytes_get_size (command->key), ==, 3);
  g_assert_cmpuint (g_bytes_get_size (command->value), ==, 2);
  g_assert_cmpstr (command->text, ==, "t");
  g_assert_cmpuint (command->count, ==, 7);
  g_assert_cmpint (command->offset, ==, -3);
  g_assert_cmpuint (command->large, ==, G_MAXUINT64);
  g_assert_cmpint (command->wide, ==, G_MININT64);
  g_assert_cmpfloat (command->ratio, ==, 0.25);
  g_assert_true (command->flag);
  g_assert_cmpint (command->protocol, ==, G_SOCKET_PROTOCOL_UDP);
}

static void
test_text_is_converted (void)
{
  g_autoptr (FakeCommand) command
      = make ("{'key': <'hex:6b6b'>, 'value': <'grüße'>, 'count': <'100'>, 'offset': <'-10'>,"
              " 'large': <'18446744073709551615'>, 'wide': <'-9223372036854775808'>,"
              " 'ratio': <'1'>, 'flag': <'yes'>}");

  g_test_summary ("Each kind of property takes text");

  assert_bytes (command->key, "kk");
  assert_bytes (command->value, "grüße");
  g_assert_cmpuint (command->count, ==, 100);
  g_assert_cmpint (command->offset, ==, -10);
  g_assert_cmpuint (command->large, ==, G_MAXUINT64);
  g_assert_cmpint (command->wide, ==, G_MININT64);
  g_assert_cmpfloat (command->ratio, ==, 1);
  g_assert_true (command->flag);
}

static void
test_numbers_may_have_any_width (void)
{
  static const char *const forms[]
      = { "byte 7", "int16 7", "uint16 7", "int32 7", "uint32 7", "int64 7", "uint64 7", "'7'" };

  g_test_summary ("A whole number is the same number in whatever width it comes");

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *options
          = g_strdup_printf ("{'key': <'hex:00'>, 'count': <%s>, 'offset': <%s>, 'ratio': <%s>}",
                             forms[i], forms[i], i == 0 ? "byte 1" : "0.5");
      g_autoptr (FakeCommand) command = make (options);

      g_assert_cmpuint (command->count, ==, 7);
      g_assert_cmpint (command->offset, ==, 7);
    }
}

static void
test_names_have_hyphens_or_underscores (void)
{
  g_autoptr (FakeCommand) command
      = make ("{'key': <'text:k'>, 'raw_key': <true>, 'some_peer': <'" FAKE_PEER_A "'>,"
              " 'timeout_ms': <int64 5>}");

  g_test_summary ("An option's name may have _ for -");

  assert_bytes (command->key, "k");
  g_assert_cmpstr (command->peer, ==, FAKE_PEER_A);
  g_assert_cmpint (kad_command_handler_get_timeout_us (KAD_COMMAND_HANDLER (command)), ==, 5000);
}

static void
test_bytes_come_as_base64 (void)
{
  g_autoptr (FakeCommand) command = make ("{'key_base64': <'a2s='>, 'value-base64': <'dmFsdWU='>}");
  g_autoptr (FakeCommand) empty = make ("{'key_base64': <'a2s='>, 'value_base64': <''>}");

  g_test_summary ("NAME_base64 gives the bytes of an option, of a key as they are");

  assert_bytes (command->key, "kk");
  assert_bytes (command->value, "value");
  assert_bytes (empty->value, "");
}

static void
test_a_text_key_is_read_as_the_command_says (void)
{
  g_autoptr (FakeCommand) hashed = make ("{'key': <'text:k'>}");
  g_autoptr (FakeCommand) raw = make ("{'raw-key': <'true'>, 'key': <'text:k'>}");

  g_test_summary ("A provider command hashes a text: key unless raw-key says otherwise");

  g_assert_cmpuint (g_bytes_get_size (hashed->key), ==, 34);
  assert_bytes (raw->key, "k");
}

static void
test_bounds_are_errors_in_words (void)
{
  g_test_summary ("What is out of bounds is refused with the bounds, never clamped");

  assert_refused ("{'key': <'hex:00'>, 'count': <uint32 0>}", KAD_ERROR_INVALID_ARGUMENT,
                  "“count” must be a whole number from 1 to 100, not 0");
  assert_refused ("{'key': <'hex:00'>, 'count': <'101'>}", KAD_ERROR_INVALID_ARGUMENT, "“101”");
  assert_refused ("{'key': <'hex:00'>, 'count': <int64 -1>}", KAD_ERROR_INVALID_ARGUMENT, "-1");
  assert_refused ("{'key': <'hex:00'>, 'offset': <-11>}", KAD_ERROR_INVALID_ARGUMENT,
                  "from -10 to 10");
  assert_refused ("{'key': <'hex:00'>, 'offset': <uint64 18446744073709551615>}",
                  KAD_ERROR_INVALID_ARGUMENT, "from -10 to 10");
  assert_refused ("{'key': <'hex:00'>, 'ratio': <1.5>}", KAD_ERROR_INVALID_ARGUMENT,
                  "a number from 0 to 1");
  assert_refused ("{'key': <'hex:00'>, 'wide': <'-9223372036854775809'>}",
                  KAD_ERROR_INVALID_ARGUMENT, "wide");
  assert_refused ("{'key': <'hex:00'>, 'large': <'18446744073709551616'>}",
                  KAD_ERROR_INVALID_ARGUMENT, "large");
}

static void
test_wrong_types_are_refused (void)
{
  g_test_summary ("What is not of the type is refused, and the option is named");

  assert_refused ("{'key': <'hex:00'>, 'count': <'seven'>}", KAD_ERROR_INVALID_ARGUMENT, "count");
  assert_refused ("{'key': <'hex:00'>, 'count': <'7 '>}", KAD_ERROR_INVALID_ARGUMENT, "count");
  assert_refused ("{'key': <'hex:00'>, 'count': <7.0>}", KAD_ERROR_INVALID_ARGUMENT, "count");
  assert_refused ("{'key': <'hex:00'>, 'count': <true>}", KAD_ERROR_INVALID_ARGUMENT, "count");
  assert_refused ("{'key': <'hex:00'>, 'flag': <'maybe'>}", KAD_ERROR_INVALID_ARGUMENT,
                  "true or false");
  assert_refused ("{'key': <'hex:00'>, 'flag': <1>}", KAD_ERROR_INVALID_ARGUMENT, "flag");
  assert_refused ("{'key': <'hex:00'>, 'text': <5>}", KAD_ERROR_INVALID_ARGUMENT, "must be text");
  assert_refused ("{'key': <'hex:00'>, 'value': <['a']>}", KAD_ERROR_INVALID_ARGUMENT,
                  "a value of type as");
  assert_refused ("{'key': <'hex:00'>, 'value_base64': <'!!'>}", KAD_ERROR_INVALID_ARGUMENT,
                  "base64");
  assert_refused ("{'key': <'hex:00'>, 'value_base64': <b'aa'>}", KAD_ERROR_INVALID_ARGUMENT,
                  "base64");
  assert_refused ("{'key': <'hex:00'>, 'protocol': <'ipx'>}", KAD_ERROR_INVALID_ARGUMENT, "udp");
  assert_refused ("{'key': <'hex:00'>, 'ratio': <'half'>}", KAD_ERROR_INVALID_ARGUMENT, "ratio");
  assert_refused ("{'key': <'hex:00'>, 'ratio': <'nan'>}", KAD_ERROR_INVALID_ARGUMENT, "ratio");
  assert_refused ("{'key': <'hex:00'>, 'strange': <'x'>}", KAD_ERROR_NOT_SUPPORTED, "strange");
}

static void
test_keys_and_peers_are_checked (void)
{
  g_autofree char *zeros = g_strnfill (2 * (KAD_MAX_KEY_PREIMAGE_BYTES + 1), '0');
  g_autofree char *long_key = g_strdup_printf ("{'key': <'hex:%s'>}", zeros);
  g_autofree char *long_text = g_strnfill (KAD_MAX_RECORD_BYTES + 1, 'v');
  g_autofree char *long_value = g_strdup_printf ("{'key': <'hex:00'>, 'value': <'%s'>}", long_text);

  g_test_summary ("Malformed keys, peers and addresses get the error of their kind");

  assert_refused ("{'key': <'nonsense'>}", KAD_ERROR_INVALID_KEY, "");
  assert_refused ("{'key': <@ay []>}", KAD_ERROR_INVALID_KEY, "1 to 1024 bytes");
  assert_refused (long_key, KAD_ERROR_INVALID_KEY, "");
  assert_refused (long_value, KAD_ERROR_RECORD_TOO_LARGE, "65536");
  assert_refused ("{'key': <'hex:00'>, 'some-peer': <'/ip4/999.0.0.1/tcp/1'>}",
                  KAD_ERROR_INVALID_ADDRESS, "");
}

static void
test_names_are_checked (void)
{
  g_test_summary ("Unknown, missing and repeated options are refused, with peers' text escaped");

  assert_refused (NULL, KAD_ERROR_INVALID_ARGUMENT, "needs the option “key”");
  assert_refused ("{'count': <1>}", KAD_ERROR_INVALID_ARGUMENT, "needs the option “key”");
  assert_refused ("{'key': <'hex:00'>, 'colour': <1>}", KAD_ERROR_INVALID_ARGUMENT,
                  "has no option “colour”");
  assert_refused ("{'key': <'hex:00'>, 'no-argument': <true>}", KAD_ERROR_INVALID_ARGUMENT,
                  "no-argument");
  assert_refused ("{'key': <'hex:00'>, 'count_base64': <'AA=='>}", KAD_ERROR_INVALID_ARGUMENT,
                  "count_base64");
  assert_refused ("{'key': <'hex:00'>, 'key_base64': <'AA=='>}", KAD_ERROR_INVALID_ARGUMENT,
                  "given twice");
  assert_refused ("{'key': <'hex:00'>, 'raw-key': <true>, 'raw_key': <true>}",
                  KAD_ERROR_INVALID_ARGUMENT, "given twice");
  assert_refused ("{'key': <'hex:00'>, '\\u001b[2J': <1>}", KAD_ERROR_INVALID_ARGUMENT, "\\x1b[2J");
}

static void
test_too_many_options_are_refused (void)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("The number of options is bounded before any is looked at");

  for (guint i = 0; i <= KAD_MAX_COMMAND_OPTIONS; i++)
    g_variant_builder_add (&builder, "{sv}", "x", g_variant_new_boolean (TRUE));
  options = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_assert_null (kad_command_registry_create ("fake", options, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

static void
test_options_must_be_a_dictionary (void)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Anything but names with values is refused");

  g_assert_null (kad_command_registry_create ("fake", g_variant_new_string ("x"), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (kad_command_registry_add ("fake", FAKE_TYPE_COMMAND, NULL));
  g_test_add_func ("/options/values-of-the-type-are-taken", test_values_of_the_type_are_taken);
  g_test_add_func ("/options/text-is-converted", test_text_is_converted);
  g_test_add_func ("/options/numbers-may-have-any-width", test_numbers_may_have_any_width);
  g_test_add_func ("/options/names-have-hyphens-or-underscores",
                   test_names_have_hyphens_or_underscores);
  g_test_add_func ("/options/bytes-come-as-base64", test_bytes_come_as_base64);
  g_test_add_func ("/options/a-text-key-is-read-as-the-command-says",
                   test_a_text_key_is_read_as_the_command_says);
  g_test_add_func ("/options/bounds-are-errors-in-words", test_bounds_are_errors_in_words);
  g_test_add_func ("/options/wrong-types-are-refused", test_wrong_types_are_refused);
  g_test_add_func ("/options/keys-and-peers-are-checked", test_keys_and_peers_are_checked);
  g_test_add_func ("/options/names-are-checked", test_names_are_checked);
  g_test_add_func ("/options/too-many-options-are-refused", test_too_many_options_are_refused);
  g_test_add_func ("/options/options-must-be-a-dictionary", test_options_must_be_a_dictionary);
  return g_test_run ();
}
