/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-columns.h"
#include "kad-screen.h"

static GVariant *
new_status (void)
{
  return g_variant_ref_sink (g_variant_new_parsed (
      "{'state': <'online'>, 'network': <'private:test'>, 'mode': <'auto'>, 'peer': <'12D3KooWX'>,"
      " 'addresses': <['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWX']>, 'peers': <@u 3>,"
      " 'table': <@u 4>}"));
}

static GVariant *
new_connections (guint n, const char *agent)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < n; i++)
    g_variant_builder_add_parsed (&rows,
                                  "{'peer': <'12D3KooWLongEnough'>, 'direction': <'outbound'>,"
                                  " 'age_us': <@x 5000000>, 'rtt_us': <@x 1500>, 'agent': <%s>}",
                                  agent);
  return g_variant_ref_sink (g_variant_new ("(@aa{sv})", g_variant_builder_end (&rows)));
}

static void
assert_fits (GPtrArray *lines, guint width, guint height)
{
  g_assert_cmpuint (lines->len, ==, height);
  for (guint i = 0; i < lines->len; i++)
    {
      g_assert_cmpuint (kad_columns_measure (lines->pdata[i]), <=, width);
      g_assert_null (strchr (lines->pdata[i], '\033'));
      g_assert_null (strchr (lines->pdata[i], '\n'));
    }
}

static void
test_fits_any_terminal (void)
{
  static const guint sizes[][2] = { { 80, 24 }, { 200, 60 }, { 20, 5 }, { 1, 2 }, { 80, 2 } };
  g_autoptr (GVariant) status = new_status ();
  g_autoptr (GVariant) connections = new_connections (100, "kad/0.1.0");

  g_test_summary ("a page has as many lines as the terminal, and none is wider");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GPtrArray) lines
          = kad_screen_compose (status, connections, NULL, sizes[i][0], sizes[i][1]);

      assert_fits (lines, sizes[i][0], sizes[i][1]);
    }
}

static void
test_peers_cannot_draw (void)
{
  g_autoptr (GVariant) status = new_status ();
  g_autoptr (GVariant) connections
      = new_connections (2, "evil\033[2J\nagent\xe6\xbc\xa2\xe5\xad\x97");
  g_autoptr (GPtrArray) lines = kad_screen_compose (status, connections, NULL, 80, 24);

  g_test_summary ("what a peer calls itself moves no cursor and makes no line");
  assert_fits (lines, 80, 24);
}

static void
test_goes_without_lists (void)
{
  g_autoptr (GVariant) status = new_status ();
  g_autoptr (GPtrArray) lines = kad_screen_compose (status, NULL, NULL, 80, 24);

  g_test_summary ("a service that does not list its connections still has a page");
  assert_fits (lines, 80, 24);
  g_assert_nonnull (strstr (lines->pdata[0], "online"));
  g_assert_nonnull (strstr (lines->pdata[3], "3 connected, 4 in the routing table"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/screen/fits-any-terminal", test_fits_any_terminal);
  g_test_add_func ("/tools/screen/peers-cannot-draw", test_peers_cannot_draw);
  g_test_add_func ("/tools/screen/goes-without-lists", test_goes_without_lists);
  return g_test_run ();
}
