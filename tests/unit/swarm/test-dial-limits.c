/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dial-limits.h"

#include "kad-error.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define START (1000 * SECOND)

static const guint8 key[16] = "0123456789abcde";

static gboolean
take (KadDialLimits *limits, const char *text, KadAddressTrust trust, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, &error);
  gboolean may;

  g_assert_no_error (error);
  may = kad_dial_limits_take (limits, address, trust, now_us, &error);
  g_assert_true (may == (error == NULL));
  if (error != NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
      g_assert_nonnull (strstr (error->message, "dials-per-address"));
    }
  return may;
}

static void
test_twice_a_minute (void)
{
  KadDialLimits *limits = kad_dial_limits_new (2, key);
  const char *victim = "/ip4/8.8.4.4/tcp/80";
  guint n = 0;

  g_test_summary ("Two attempts in any minute, however often somebody asks");

  for (gint64 at = 0; at < 600 * SECOND; at += SECOND / 2)
    n += take (limits, victim, KAD_ADDRESS_SAID_ONCE, START + at);
  g_assert_cmpuint (n, ==, 20);
  kad_dial_limits_free (limits);

  limits = kad_dial_limits_new (2, key);
  g_assert_true (take (limits, victim, KAD_ADDRESS_SAID_ONCE, START));
  g_assert_true (take (limits, victim, KAD_ADDRESS_SAID_ONCE, START + 59 * SECOND));
  g_assert_true (take (limits, victim, KAD_ADDRESS_SAID_ONCE, START + 60 * SECOND));
  g_assert_false (take (limits, victim, KAD_ADDRESS_SAID_ONCE, START + 61 * SECOND));
  g_assert_true (take (limits, victim, KAD_ADDRESS_SAID_ONCE, START + 119 * SECOND));
  kad_dial_limits_free (limits);
}

static void
test_the_word_of_two (void)
{
  KadDialLimits *limits = kad_dial_limits_new (2, key);
  const char *victim = "/ip4/8.8.4.4/tcp/80";

  g_test_summary ("The word of two is worth as many again, so that one liar does not stop them; "
                  "what is proven is not counted");

  for (guint i = 0; i < 5; i++)
    g_assert_true (take (limits, victim, KAD_ADDRESS_SAID_ONCE, START) == (i < 2));
  for (guint i = 0; i < 5; i++)
    g_assert_true (take (limits, victim, KAD_ADDRESS_SAID_TWICE, START) == (i < 2));
  for (guint i = 0; i < 5; i++)
    g_assert_true (take (limits, victim, KAD_ADDRESS_PROVEN, START));
  kad_dial_limits_free (limits);

  limits = kad_dial_limits_new (2, key);
  for (guint i = 0; i < 6; i++)
    g_assert_true (take (limits, victim, KAD_ADDRESS_SAID_TWICE, START) == (i < 4));
  g_assert_false (take (limits, victim, KAD_ADDRESS_SAID_ONCE, START));
  kad_dial_limits_free (limits);
}

static void
test_it_is_the_host_and_port (void)
{
  KadDialLimits *limits = kad_dial_limits_new (1, key);

  g_test_summary ("What stands behind the port, and how the IP address is written, is no other "
                  "place; another port is");

  g_assert_true (take (limits, "/ip4/8.8.4.4/tcp/80", 0, START));
  g_assert_false (take (limits, "/ip4/8.8.4.4/tcp/80/ws", 0, START));
  g_assert_false (take (limits, "/ip4/8.8.4.4/tcp/80/tls/ws", 0, START));
  g_assert_false (take (limits, "/ip6/::ffff:8.8.4.4/tcp/80", 0, START));
  g_assert_true (take (limits, "/ip4/8.8.4.4/tcp/81", 0, START));
  g_assert_true (take (limits, "/ip4/8.8.4.4/udp/80/quic-v1", 0, START));
  g_assert_true (take (limits, "/ip4/8.8.4.5/tcp/80", 0, START));
  g_assert_true (take (limits, "/dns4/example.com/tcp/80", 0, START));
  g_assert_false (take (limits, "/dns4/example.com/tcp/80", 0, START));
  g_assert_true (take (limits, "/memory/5", 0, START));
  kad_dial_limits_free (limits);
}

static void
test_success_forgets (void)
{
  KadDialLimits *limits = kad_dial_limits_new (1, key);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/8.8.4.4/tcp/80", NULL);

  g_test_summary ("Where the wanted peer was, nothing is counted any more, and old counts go");

  g_assert_true (take (limits, "/ip4/8.8.4.4/tcp/80", 0, START));
  g_assert_false (take (limits, "/ip4/8.8.4.4/tcp/80", 0, START));
  kad_dial_limits_forget (limits, address);
  g_assert_cmpuint (kad_dial_limits_get_size (limits), ==, 0);
  g_assert_true (take (limits, "/ip4/8.8.4.4/tcp/80", 0, START));
  g_assert_true (take (limits, "/ip4/8.8.4.4/tcp/81", 0, START + 60 * SECOND));
  g_assert_cmpuint (kad_dial_limits_get_size (limits), ==, 1);
  kad_dial_limits_clear (limits);
  g_assert_true (take (limits, "/ip4/8.8.4.4/tcp/81", 0, START + 60 * SECOND));
  kad_dial_limits_free (limits);
}

static void
test_bound (void)
{
  KadDialLimits *limits = kad_dial_limits_new (1, key);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/8.8.4.4/tcp/80", NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Places that are remembered are bounded, and at the bound no new one is dialled");

  for (guint i = 0; i < KAD_MAX_DIALLED_ADDRESSES; i++)
    {
      g_autofree char *text
          = g_strdup_printf ("/ip4/9.%u.%u.%u/tcp/80", i >> 16, i >> 8 & 255, i & 255);

      g_assert_true (take (limits, text, 0, START));
    }
  g_assert_false (kad_dial_limits_take (limits, address, 0, START, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_true (kad_dial_limits_take (limits, address, 0, START + 60 * SECOND, NULL));
  g_assert_cmpuint (kad_dial_limits_get_size (limits), ==, 1);
  kad_dial_limits_free (limits);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dial-limits/twice-a-minute", test_twice_a_minute);
  g_test_add_func ("/dial-limits/the-word-of-two", test_the_word_of_two);
  g_test_add_func ("/dial-limits/it-is-the-host-and-port", test_it_is_the_host_and_port);
  g_test_add_func ("/dial-limits/success-forgets", test_success_forgets);
  g_test_add_func ("/dial-limits/bound", test_bound);
  return g_test_run ();
}
