/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multiaddr.h"

#include "test-vectors.h"

static KadMultiaddr *
new_from_hex (const char *hex, GError **error)
{
  g_autoptr (GBytes) bytes = from_hex (hex);

  return kad_multiaddr_new_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                       error);
}

static void
assert_comes_back (const KadMultiaddr *address)
{
  g_autofree char *text = kad_multiaddr_to_string (address);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMultiaddr) again = kad_multiaddr_new_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_true (kad_multiaddr_equal (address, again));
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
test_vectors_read_and_write (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multiaddr.tsv");

  g_test_summary ("Each row's text gives its bytes, and its bytes give the text that is written");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (KadMultiaddr) from_text = NULL;
      g_autoptr (KadMultiaddr) from_bytes = NULL;
      g_autofree char *text = NULL;

      g_test_message ("%s", row[0]);
      from_text = kad_multiaddr_new_from_string (row[0], &error);
      g_assert_no_error (error);
      from_bytes = new_from_hex (row[1], &error);
      g_assert_no_error (error);
      g_assert_true (kad_multiaddr_equal (from_text, from_bytes));
      text = kad_multiaddr_to_string (from_bytes);
      g_assert_cmpstr (text, ==, row[2]);
      assert_comes_back (from_bytes);
    }
}

static void
test_invalid_ones_are_refused (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multiaddr-invalid.txt");

  g_test_summary ("Each row, of text or of bytes, is refused with InvalidAddress");

  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *row = g_strjoinv ("\t", rows->pdata[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", row);
      if (g_str_has_prefix (row, "hex:"))
        g_assert_null (new_from_hex (row + 4, &error));
      else
        g_assert_null (kad_multiaddr_new_from_string (row, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
    }
}

static void
test_empty_text_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Empty text is no multiaddr");

  g_assert_null (kad_multiaddr_new_from_string ("", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
}

static void
assert_bounded (const char *good, const char *bad)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (good, &error);

  g_assert_no_error (error);
  assert_comes_back (address);
  g_assert_null (kad_multiaddr_new_from_string (bad, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
}

static void
test_bounds (void)
{
  g_autoptr (GString) tls = g_string_new (NULL);
  g_autofree char *name = g_strnfill (KAD_MAX_MULTIADDR_NAME, 'n');
  g_autofree char *path = g_strnfill (KAD_MAX_MULTIADDR_BYTES - 4 - 1, 'p');
  g_autofree char *good_name = g_strconcat ("/dns/", name, NULL);
  g_autofree char *bad_name = g_strconcat ("/dns/n", name, NULL);
  g_autofree char *good_path = g_strconcat ("/unix/", path, NULL);
  g_autofree char *bad_path = g_strconcat ("/unix/p", path, NULL);
  g_autofree char *good_slashes = g_strnfill (KAD_MAX_MULTIADDR_TEXT, '/');
  g_autofree char *bad_slashes = g_strnfill (KAD_MAX_MULTIADDR_TEXT + 1, '/');
  g_autofree char *bad_tls = NULL;

  g_test_summary ("The most components, bytes, text and name are read, and one more is refused");

  for (guint i = 0; i < KAD_MAX_MULTIADDR_COMPONENTS; i++)
    g_string_append (tls, "/tls");
  bad_tls = g_strconcat (tls->str, "/tls", NULL);
  memcpy (good_slashes, "/tls", 4);
  memcpy (bad_slashes, "/tls", 4);

  assert_bounded (tls->str, bad_tls);
  assert_bounded (good_name, bad_name);
  assert_bounded (good_path, bad_path);
  assert_bounded (good_slashes, bad_slashes);
}

static void
test_first_value_as_text (void)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (
      "/ip4/192.0.2.1/tcp/80/tls/sni/a.example/ip4/192.0.2.2", NULL);
  g_autofree char *ip = kad_multiaddr_dup_value (address, KAD_MULTIADDR_IP4, NULL);
  g_autofree char *port = kad_multiaddr_dup_value (address, KAD_MULTIADDR_TCP, NULL);
  g_autofree char *sni = kad_multiaddr_dup_value (address, KAD_MULTIADDR_SNI, NULL);
  g_autofree char *tls = kad_multiaddr_dup_value (address, KAD_MULTIADDR_TLS, NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("The first value of a protocol, nothing where it has none, NotFound without it");

  g_assert_cmpstr (ip, ==, "192.0.2.1");
  g_assert_cmpstr (port, ==, "80");
  g_assert_cmpstr (sni, ==, "a.example");
  g_assert_cmpstr (tls, ==, "");
  g_assert_null (kad_multiaddr_dup_value (address, KAD_MULTIADDR_UDP, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
}

static void
test_ip6_is_written_short (void)
{
  static const char *const pairs[][2] = {
    { "/ip6/2001:DB8:0:0:0:0:0:1", "/ip6/2001:db8::1" },
    { "/ip6/0:0:0:0:0:ffff:7f00:1", "/ip6/::ffff:127.0.0.1" },
    { "/ip6/2001:0db8:0000:0001:0000:0000:0000:0001", "/ip6/2001:db8:0:1::1" },
    { "/tcp/00080", "/tcp/80" },
  };

  g_test_summary ("Values are written in their usual form, however they were given");

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (pairs[i][0], NULL);
      g_autofree char *text = kad_multiaddr_to_string (address);

      g_assert_cmpstr (text, ==, pairs[i][1]);
    }
}

static void
test_text_cut_anywhere (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multiaddr.tsv");

  g_test_summary ("Text cut at any byte is refused, or is a multiaddr that comes back");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];

      for (gsize cut = 0; cut < strlen (row[0]); cut++)
        {
          g_autofree char *text = g_strndup (row[0], cut);
          g_autoptr (GError) error = NULL;
          g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, &error);

          if (address != NULL)
            assert_comes_back (address);
          else
            g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
        }
    }
}

static void
test_mutated_text (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multiaddr.tsv");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7006);
  guint good = 0, bad = 0;

  g_test_summary ("Damaged text is refused, or is a multiaddr that comes back");

  for (guint i = 0; i < 100 * rows->len; i++)
    {
      char **row = rows->pdata[i % rows->len];
      g_autoptr (GBytes) damaged = mutate (rand, (const guint8 *) row[0], strlen (row[0]));
      g_autofree char *text
          = g_strndup (g_bytes_get_data (damaged, NULL), g_bytes_get_size (damaged));
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

      if (address == NULL)
        {
          bad++;
          continue;
        }
      good++;
      assert_comes_back (address);
    }

  g_assert_cmpuint (good, >, 500);
  g_assert_cmpuint (bad, >, 500);
}

static void
test_mutated_bytes (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multiaddr.tsv");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7007);
  guint good = 0, bad = 0;

  g_test_summary ("Damaged bytes are refused, or are a multiaddr of these bytes that comes back");

  for (guint i = 0; i < 200 * rows->len; i++)
    {
      char **row = rows->pdata[i % rows->len];
      g_autoptr (GBytes) original = from_hex (row[1]);
      gsize len, kept_len;
      const guint8 *data = g_bytes_get_data (original, &len), *kept;
      g_autoptr (GBytes) damaged = mutate (rand, data, len);
      g_autoptr (GError) error = NULL;
      g_autoptr (KadMultiaddr) address = NULL;

      data = g_bytes_get_data (damaged, &len);
      address = kad_multiaddr_new_from_bytes (data, len, &error);
      if (address == NULL)
        {
          bad++;
          g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
          continue;
        }

      good++;
      kept = kad_multiaddr_get_data (address, &kept_len);
      g_assert_cmpmem (kept, kept_len, data, len);
      assert_comes_back (address);
      (void) kad_multiaddr_get_scope (address);
    }

  g_assert_cmpuint (good, >, 500);
  g_assert_cmpuint (bad, >, 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/multiaddr-text/vectors-read-and-write", test_vectors_read_and_write);
  g_test_add_func ("/multiaddr-text/invalid-ones-are-refused", test_invalid_ones_are_refused);
  g_test_add_func ("/multiaddr-text/empty-text-is-refused", test_empty_text_is_refused);
  g_test_add_func ("/multiaddr-text/bounds", test_bounds);
  g_test_add_func ("/multiaddr-text/first-value-as-text", test_first_value_as_text);
  g_test_add_func ("/multiaddr-text/ip6-is-written-short", test_ip6_is_written_short);
  g_test_add_func ("/multiaddr-text/text-cut-anywhere", test_text_cut_anywhere);
  g_test_add_func ("/multiaddr-text/mutated-text", test_mutated_text);
  g_test_add_func ("/multiaddr-text/mutated-bytes", test_mutated_bytes);
  return g_test_run ();
}
