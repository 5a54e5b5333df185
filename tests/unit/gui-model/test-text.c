/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-text.h"

#include <string.h>

static void
check (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_durations (void)
{
  g_test_summary ("Durations have the unit that fits");
  check (kad_gui_text_duration (-1), "–");
  check (kad_gui_text_duration (850), "850 µs");
  check (kad_gui_text_duration (1500), "1.5 ms");
  check (kad_gui_text_duration (12000), "12 ms");
  check (kad_gui_text_duration (4100000), "4.1 s");
  check (kad_gui_text_duration (180 * (gint64) G_USEC_PER_SEC), "3 min");
  check (kad_gui_text_duration (G_MAXINT64), "2562047788.0 h");
}

static void
test_moments (void)
{
  const gint64 now = 1000000 * (gint64) G_USEC_PER_SEC;
  const gint64 second = G_USEC_PER_SEC;

  g_test_summary ("Moments are told from now, also those of a clock that went back");
  check (kad_gui_text_ago (0, now), "never");
  check (kad_gui_text_ago (now + 5 * second, now), "just now");
  check (kad_gui_text_ago (now - 12 * second, now), "12 s ago");
  check (kad_gui_text_ago (now - 3 * 86400 * second, now), "3 days ago");
  check (kad_gui_text_in (now + 2 * 3600 * second, now), "in 2 h");
  check (kad_gui_text_in (now - second, now), "now");
  check (kad_gui_text_in (0, now), "–");
}

static void
test_peers_text_is_harmless (void)
{
  g_autofree char *text = kad_gui_text ("a\033[2J\xe2\x80\xae b");

  g_test_summary ("What peers say has no control characters, and long ids keep both ends");
  g_assert_null (strchr (text, '\033'));
  g_assert_null (strstr (text, "\xe2\x80\xae"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  check (kad_gui_text_short ("12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"),
         "12D3Ko…x6nXTN");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/text/durations", test_durations);
  g_test_add_func ("/gui/text/moments", test_moments);
  g_test_add_func ("/gui/text/peers-text-is-harmless", test_peers_text_is_harmless);
  return g_test_run ();
}
