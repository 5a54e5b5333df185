/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multiaddr-values.h"

#include "kad-multiaddr.h"
#include "test-vectors.h"

static void
test_errors_name_the_protocol (void)
{
  const KadMultiaddrProtocol *tcp = kad_multiaddr_protocol_by_code (KAD_MULTIADDR_TCP);
  const KadMultiaddrProtocol *dns = kad_multiaddr_protocol_by_code (KAD_MULTIADDR_DNS);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (GError) check_error = NULL;

  g_test_summary ("What is wrong is said with the protocol's name");

  g_assert_false (kad_multiaddr_value_parse (tcp, "65536", 5, out, &parse_error));
  g_assert_error (parse_error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_true (
      g_str_has_prefix (parse_error->message, "The value of /tcp in a multiaddr is not"));
  g_assert_false (kad_multiaddr_value_check (dns, (const guint8 *) "a/b", 3, &check_error));
  g_assert_error (check_error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_true (g_str_has_prefix (check_error->message, "The value of /dns in a multiaddr is"));
}

static void
test_every_kind_refuses_nothing (void)
{
  const KadMultiaddrProtocol *row;

  g_test_summary ("No protocol with a value takes an empty one, as bytes or as text");

  for (gsize i = 0; (row = kad_multiaddr_protocol_by_index (i)) != NULL; i++)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();

      if (row->size_bytes == 0)
        continue;
      g_assert_false (kad_multiaddr_value_check (row, (const guint8 *) "", 0, NULL));
      if (kad_multiaddr_value_parse (row, "", 0, out, NULL))
        g_assert_false (kad_multiaddr_value_check (row, out->data, out->len, NULL));
    }
}

static void
test_fixed_sizes_are_parsed (void)
{
  static const struct
  {
    guint32 code;
    const char *text;
  } rows[] = {
    { KAD_MULTIADDR_IP4, "1.2.3.4" }, { KAD_MULTIADDR_IP6, "::1" },
    { KAD_MULTIADDR_TCP, "1" },       { KAD_MULTIADDR_IPCIDR, "1" },
    { KAD_MULTIADDR_MEMORY, "1" },    { KAD_MULTIADDR_ONION, "orla55osuuydof6r:1" },
  };

  g_test_summary ("A parser gives as many bytes as the table says");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const KadMultiaddrProtocol *protocol = kad_multiaddr_protocol_by_code (rows[i].code);
      g_autoptr (GByteArray) out = g_byte_array_new ();

      g_assert_true (
          kad_multiaddr_value_parse (protocol, rows[i].text, strlen (rows[i].text), out, NULL));
      g_assert_cmpint (out->len, ==, protocol->size_bytes);
    }
}

static void
test_any_bytes_are_survived (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7008);
  const KadMultiaddrProtocol *row;
  guint good = 0;

  g_test_summary ("Random bytes in each protocol are refused, or are written and read back");

  for (gsize i = 0; (row = kad_multiaddr_protocol_by_index (i)) != NULL; i++)
    {
      for (guint n = 0; n < 500 && row->size_bytes != 0; n++)
        {
          gsize len = row->size_bytes > 0 ? (gsize) row->size_bytes
                                          : (gsize) g_rand_int_range (rand, 1, n % 2 ? 600 : 50);
          g_autofree guint8 *value = g_malloc (len);
          g_autoptr (GString) text = g_string_new (NULL);
          g_autoptr (GByteArray) again = g_byte_array_new ();

          for (gsize j = 0; j < len; j++)
            value[j] = (guint8) (n % 4 < 2 ? g_rand_int_range (rand, 'a', 'z' + 1)
                                           : g_rand_int_range (rand, 0, 256));
          if (row->value == KAD_MULTIADDR_VALUE_PATH)
            value[0] = '/';
          if (!kad_multiaddr_value_check (row, value, len, NULL))
            continue;

          good++;
          kad_multiaddr_value_append_text (row, value, len, text);
          g_assert_true (kad_multiaddr_value_parse (row, text->str, text->len, again, NULL));
          g_assert_cmpmem (again->data, again->len, value, len);
        }
    }

  g_assert_cmpuint (good, >, 5000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/multiaddr-values/errors-name-the-protocol", test_errors_name_the_protocol);
  g_test_add_func ("/multiaddr-values/every-kind-refuses-nothing", test_every_kind_refuses_nothing);
  g_test_add_func ("/multiaddr-values/fixed-sizes-are-parsed", test_fixed_sizes_are_parsed);
  g_test_add_func ("/multiaddr-values/any-bytes-are-survived", test_any_bytes_are_survived);
  return g_test_run ();
}
