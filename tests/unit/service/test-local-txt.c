/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-local-txt.h"

#define ONE "12D3KooWAMP3jDB712ce5uJYhFn9oqiM3XuSTwx1MGPG7GGDphn2"
#define TWO "12D3KooWQ2Zvdc9MMvs8Z5fB7b2RxYSigLJBicvzyUvgcCXaqHTr"

/* The data of a TXT record with these strings. */
static GByteArray *
new_record (const char *const *strings)
{
  GByteArray *record = g_byte_array_new ();

  for (guint i = 0; strings[i] != NULL; i++)
    {
      guint8 len = (guint8) strlen (strings[i]);

      g_byte_array_append (record, &len, 1);
      g_byte_array_append (record, (const guint8 *) strings[i], len);
    }
  return record;
}

static void
assert_read (const char *const *strings, const char *const *wanted)
{
  g_autoptr (GByteArray) record = new_record (strings);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  KadPeerId peer = { 0 };

  g_assert_cmpint (kad_local_txt_read (record->data, record->len, &peer, addresses), ==,
                   wanted[0] != NULL);
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      g_assert_cmpuint (i, <, addresses->len);
      g_assert_cmpstr (addresses->pdata[i], ==, wanted[i]);
    }
  g_assert_cmpuint (addresses->len, ==, g_strv_length ((char **) wanted));
  g_assert_cmpint (kad_peer_id_is_set (&peer), ==, wanted[0] != NULL);
}

#define ASSERT_READ(strings, ...)                                                                  \
  assert_read (strings, (const char *const[]){ __VA_ARGS__ __VA_OPT__ (, ) NULL })

static void
test_reads_addresses (void)
{
  g_test_summary ("Private addresses of TCP are read, each once, in the order in which they are");

  ASSERT_READ (((const char *const[]){ "dnsaddr=/ip4/192.168.1.7/tcp/4001/p2p/" ONE,
                                       "dnsaddr=/ip6/fd00::7/tcp/4002/p2p/" ONE,
                                       "dnsaddr=/ip4/192.168.1.7/tcp/4001/p2p/" ONE,
                                       "dnsaddr=/ip4/169.254.7.7/tcp/4003/ipfs/" ONE, NULL }),
               "/ip4/192.168.1.7/tcp/4001/p2p/" ONE, "/ip6/fd00::7/tcp/4002/p2p/" ONE,
               "/ip4/169.254.7.7/tcp/4003/p2p/" ONE);
}

static void
test_passes_over_the_rest (void)
{
  static const char *const useless[] = {
    "",
    "=",
    "dnsaddr",
    "dnsaddr=",
    "dnsaddr=/",
    "dnsaddr=x",
    "DNSADDR=/ip4/10.0.0.1/tcp/4001/p2p/" ONE,
    "address=/ip4/10.0.0.1/tcp/4001/p2p/" ONE,
    "dnsaddr=/ip4/10.0.0.1/tcp/4001",
    "dnsaddr=/ip4/10.0.0.1/tcp/4001/p2p/nobody",
    "dnsaddr=/p2p/" ONE,
    "dnsaddr=/ip4/10.0.0.1/tcp/22/p2p/" ONE,
    "dnsaddr=/ip4/10.0.0.1/tcp/0/p2p/" ONE,
    "dnsaddr=/ip4/10.0.0.1/tcp/4001/ws/p2p/" ONE,
    "dnsaddr=/ip4/10.0.0.1/udp/4001/quic-v1/p2p/" ONE,
    "dnsaddr=/ip4/10.0.0.1/tcp/4001/p2p/" TWO "/p2p-circuit/p2p/" ONE,
    "dnsaddr=/ip4/127.0.0.1/tcp/4001/p2p/" ONE,
    "dnsaddr=/ip4/0.0.0.0/tcp/4001/p2p/" ONE,
    "dnsaddr=/ip4/8.8.8.8/tcp/4001/p2p/" ONE,
    "dnsaddr=/ip4/224.0.0.251/tcp/5353/p2p/" ONE,
    "dnsaddr=/ip6/::1/tcp/4001/p2p/" ONE,
    "dnsaddr=/ip6/fe80::1/tcp/4001/p2p/" ONE,
    "dnsaddr=/ip6/2606:4700::1111/tcp/4001/p2p/" ONE,
    "dnsaddr=/dns4/printer.local/tcp/4001/p2p/" ONE,
    "dnsaddr=/dnsaddr/bootstrap.libp2p.io/p2p/" ONE,
    "dnsaddr=/unix/run/dbus/system_bus_socket/p2p/" ONE,
    "dnsaddr=/ip4/10.0.0.1/tcp/4001/p2p/" ONE "\n/ip4/10.0.0.2",
    NULL,
  };

  g_test_summary ("Nonsense, other transports, low ports, and addresses that are not private are "
                  "passed over");

  for (guint i = 0; useless[i] != NULL; i++)
    ASSERT_READ (((const char *const[]){ useless[i], NULL }), );
  ASSERT_READ (useless, );
  ASSERT_READ (
      ((const char *const[]){ "dnsaddr=nonsense", "dnsaddr=/ip4/10.0.0.1/tcp/4001/p2p/" ONE,
                              "dnsaddr=/ip4/10.0.0.2/tcp/4001/p2p/" TWO, NULL }),
      "/ip4/10.0.0.1/tcp/4001/p2p/" ONE);
}

static void
test_bounds (void)
{
  g_autoptr (GByteArray) record = g_byte_array_new ();
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  KadPeerId peer = { 0 };

  g_test_summary ("A record has 8 addresses at most, and one that is too long is not read");

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("dnsaddr=/ip4/10.0.0.%u/tcp/4001/p2p/" ONE, i);
      guint8 len = (guint8) strlen (text);

      g_byte_array_append (record, &len, 1);
      g_byte_array_append (record, (const guint8 *) text, len);
    }
  g_assert_true (kad_local_txt_read (record->data, record->len, &peer, addresses));
  g_assert_cmpuint (addresses->len, ==, KAD_MAX_LOCAL_ADDRESSES);
  g_assert_false (kad_local_txt_read (record->data, record->len, &peer, addresses));

  g_ptr_array_set_size (addresses, 0);
  while (record->len <= KAD_MAX_LOCAL_TXT_BYTES)
    g_byte_array_append (record, (const guint8 *) "\0", 1);
  g_assert_false (kad_local_txt_read (record->data, record->len, &peer, addresses));
  g_assert_cmpuint (addresses->len, ==, 0);
}

static void
test_cut_records (void)
{
  g_autoptr (GByteArray) record = new_record ((const char *const[]){
      "dnsaddr=/ip4/10.0.0.1/tcp/4001/p2p/" ONE, "dnsaddr=/ip4/10.0.0.2/tcp/4001/p2p/" ONE, NULL });

  g_test_summary ("A record that ends within a string has the strings before it");

  for (guint len = 0; len <= record->len; len++)
    {
      g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
      g_autofree guint8 *copy = g_memdup2 (record->data, len);
      KadPeerId peer = { 0 };

      kad_local_txt_read (copy, len, &peer, addresses);
      g_assert_cmpuint (addresses->len, ==,
                        (len >= record->len / 2 ? 1 : 0) + (len == record->len ? 1 : 0));
    }
}

static void
test_writes_what_is_read (void)
{
  const char *own[] = { "/ip4/127.0.0.1/tcp/4001/p2p/" ONE, "/ip4/192.168.1.7/tcp/4001/p2p/" ONE,
                        "/ip6/fd00::7/tcp/4002/p2p/" ONE,   "/ip4/192.168.1.7/tcp/4003/p2p/" ONE,
                        "/ip4/8.8.8.8/tcp/4001/p2p/" ONE,   NULL };
  const char *loopback[] = { own[0], NULL };
  g_autoptr (GVariant) txt = g_variant_ref_sink (kad_local_txt_new (own));
  g_autoptr (GPtrArray) hosts = kad_local_txt_dup_hosts (txt);
  g_autofree char *text = NULL;
  g_autoptr (GVariant) first = g_variant_get_child_value (txt, 0);
  gsize len;
  const char *data = g_variant_get_fixed_array (first, &len, 1);

  g_test_summary ("Of our addresses the private ones are announced, and their hosts once each");

  g_assert_cmpuint (g_variant_n_children (txt), ==, 3);
  text = g_strndup (data, len);
  g_assert_cmpstr (text, ==, "dnsaddr=/ip4/192.168.1.7/tcp/4001/p2p/" ONE);
  g_assert_cmpuint (hosts->len, ==, 2);
  g_assert_cmpstr (hosts->pdata[0], ==, "192.168.1.7");
  g_assert_cmpstr (hosts->pdata[1], ==, "fd00::7");
  g_assert_null (kad_local_txt_new (loopback));
}

static void
test_what_is_written_is_one_packet (void)
{
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GVariant) txt = NULL;

  g_test_summary ("However many addresses there are, what is announced has at most 1000 bytes");

  for (guint i = 0; i < 200; i++)
    g_ptr_array_add (own, g_strdup_printf ("/ip4/10.0.0.%u/tcp/4001/p2p/" ONE, i));
  g_ptr_array_add (own, NULL);
  txt = g_variant_ref_sink (kad_local_txt_new ((const char *const *) own->pdata));
  g_assert_cmpuint (g_variant_n_children (txt), <=, KAD_MAX_LOCAL_TXT_TOLD);
  g_assert_cmpuint (g_variant_n_children (txt), >, 8);
  g_assert_cmpuint (g_variant_get_size (txt), <, 2 * KAD_MAX_LOCAL_TXT_TOLD_BYTES);
}

static void
test_names (void)
{
  g_autofree char *one = kad_local_txt_new_name ();
  g_autofree char *other = kad_local_txt_new_name ();
  g_autofree char *plain = kad_local_txt_join_name (one);
  g_autofree char *odd = kad_local_txt_join_name ("a.b\\ \xc3\xa9\x01");
  g_autofree char *wanted = g_strconcat (one, "._p2p._udp.local", NULL);

  g_test_summary ("Our names are random, and those of others are escaped for Avahi");

  g_assert_cmpuint (strlen (one), ==, KAD_LOCAL_NAME_CHARS);
  g_assert_cmpstr (one, !=, other);
  g_assert_cmpstr (plain, ==, wanted);
  g_assert_cmpstr (odd, ==, "a\\046b\\092\\032\\195\\169\\001._p2p._udp.local");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-txt/reads", test_reads_addresses);
  g_test_add_func ("/local-txt/passes-over", test_passes_over_the_rest);
  g_test_add_func ("/local-txt/bounds", test_bounds);
  g_test_add_func ("/local-txt/cut", test_cut_records);
  g_test_add_func ("/local-txt/writes", test_writes_what_is_read);
  g_test_add_func ("/local-txt/one-packet", test_what_is_written_is_one_packet);
  g_test_add_func ("/local-txt/names", test_names);
  return g_test_run ();
}
