/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-address-watch.h"

#include <gio/gio.h>

#define PATIENCE_US (10 * G_USEC_PER_SEC)

typedef struct
{
  GMainContext *context;
  KadReactor *reactor;
  KadAddressWatch *watch;
  const char *const *list; /* NULL: it cannot be known */
  guint n_asked;
  guint n_told;
  GString *told; /* "+/ip4/..-/ip4/.." */
} Lab;

static GPtrArray *
list_fake (gpointer user_data)
{
  Lab *lab = user_data;
  GPtrArray *addresses;

  lab->n_asked++;
  if (lab->list == NULL)
    return NULL;
  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  for (guint i = 0; lab->list[i] != NULL; i++)
    g_ptr_array_add (addresses, kad_multiaddr_new_from_string (lab->list[i], NULL));
  return addresses;
}

static void
append (GString *text, char sign, GPtrArray *addresses)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *address = kad_multiaddr_to_string (addresses->pdata[i]);

      g_string_append_printf (text, "%c%s", sign, address);
    }
}

static void
on_changed (gpointer user_data, GPtrArray *came, GPtrArray *gone)
{
  Lab *lab = user_data;

  lab->n_told++;
  append (lab->told, '+', came);
  append (lab->told, '-', gone);
}

static void
lab_init (Lab *lab, const char *const *list)
{
  g_autoptr (GError) error = NULL;

  *lab = (Lab){ .context = g_main_context_new (), .list = list, .told = g_string_new (NULL) };
  lab->reactor = kad_reactor_new (lab->context, &error);
  g_assert_no_error (error);
  lab->watch = kad_address_watch_new (lab->reactor, on_changed, lab);
  kad_address_watch_set_list_func (lab->watch, list_fake, lab);
  lab->n_asked = 0;
}

static void
lab_clear (Lab *lab)
{
  kad_address_watch_free (lab->watch);
  kad_reactor_free (lab->reactor);
  g_main_context_unref (lab->context);
  g_string_free (lab->told, TRUE);
}

/* Until the list has been asked for once more. */
static void
lab_settle (Lab *lab)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;
  guint n_before = lab->n_asked;

  while (lab->n_asked == n_before)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      g_main_context_iteration (lab->context, TRUE);
    }
}

static gboolean
is_gone (Lab *lab, const char *text)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

  return kad_address_watch_is_gone (lab->watch, address);
}

static const char *const home[]
    = { "/ip4/127.0.0.1", "/ip4/192.168.1.5", "/ip6/2001:db8::5", NULL };
static const char *const office[] = { "/ip4/127.0.0.1", "/ip4/10.1.2.3", NULL };
static const char *const nowhere[] = { "/ip4/127.0.0.1", "/ip6/fe80::5", NULL };

static void
test_change_is_told (void)
{
  Lab lab;
  gint64 start_us;

  g_test_summary ("What came and what went is told, once, after it came to rest");

  lab_init (&lab, home);
  lab.list = office;
  start_us = kad_reactor_update_now (lab.reactor);
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, KAD_ADDRESS_SETTLE_US);
  g_assert_cmpuint (lab.n_told, ==, 1);
  g_assert_true (g_str_has_prefix (lab.told->str, "+/ip4/10.1.2.3-"));
  g_assert_nonnull (strstr (lab.told->str, "-/ip4/192.168.1.5"));
  g_assert_nonnull (strstr (lab.told->str, "-/ip6/2001:db8::5"));
  g_assert_null (strstr (lab.told->str, "127.0.0.1"));
  lab_clear (&lab);
}

static void
test_crowd_is_one_question (void)
{
  Lab lab;

  g_test_summary ("A hundred signs of a change are one question, and no change is told if there is "
                  "none");

  lab_init (&lab, home);
  for (guint i = 0; i < 100; i++)
    kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab.context, FALSE);
  g_assert_cmpuint (lab.n_asked, ==, 1);
  g_assert_cmpuint (lab.n_told, ==, 0);
  lab_clear (&lab);
}

static void
test_gone_is_what_was_there (void)
{
  Lab lab;

  g_test_summary ("Gone is an address that was there, with whatever is behind it; one that never "
                  "was is not gone, and one that is back is not gone any more");

  lab_init (&lab, home);
  g_assert_false (is_gone (&lab, "/ip4/192.168.1.5/tcp/4001"));
  lab.list = office;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  g_assert_true (is_gone (&lab, "/ip4/192.168.1.5/tcp/4001"));
  g_assert_true (is_gone (&lab, "/ip4/192.168.1.5/tcp/1/ws"));
  g_assert_true (is_gone (&lab, "/ip6/2001:db8::5/tcp/4001"));
  g_assert_true (is_gone (&lab, "/ip6zone/eth0/ip6/2001:db8::5/tcp/4001"));
  g_assert_false (is_gone (&lab, "/ip4/127.0.0.1/tcp/4001"));
  g_assert_false (is_gone (&lab, "/ip4/10.1.2.3/tcp/4001"));
  g_assert_false (is_gone (&lab, "/ip4/127.0.0.2/tcp/4001"));
  g_assert_false (is_gone (&lab, "/memory/5"));
  lab.list = home;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  g_assert_false (is_gone (&lab, "/ip4/192.168.1.5/tcp/4001"));
  lab_clear (&lab);
}

static void
test_unknown_changes_nothing (void)
{
  Lab lab;

  g_test_summary ("Where the list cannot be had nothing is gone");

  lab_init (&lab, home);
  lab.list = NULL;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  g_assert_cmpuint (lab.n_told, ==, 0);
  g_assert_false (is_gone (&lab, "/ip4/192.168.1.5/tcp/4001"));
  lab_clear (&lab);
}

static void
test_online_has_an_address (void)
{
  Lab lab;

  g_test_summary (
      "A machine is online with an address that others can have, or if nothing is known");

  lab_init (&lab, home);
  g_assert_true (kad_address_watch_is_online (lab.watch));
  lab.list = nowhere;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  g_assert_false (kad_address_watch_is_online (lab.watch));
  lab.list = NULL;
  kad_address_watch_set_list_func (lab.watch, list_fake, &lab);
  g_assert_true (kad_address_watch_is_online (lab.watch));
  lab_clear (&lab);
}

static void
test_goes_on_without_the_kernel (void)
{
  Lab lab;

  g_test_summary ("A watch that the kernel tells nothing asks by itself");

  lab_init (&lab, home);
  kad_address_watch_lose (lab.watch);
  kad_address_watch_lose (lab.watch);
  g_assert_false (kad_address_watch_is_told (lab.watch));
  lab.list = office;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  g_assert_cmpuint (lab.n_told, ==, 1);
  lab_clear (&lab);
}

static char **
make_many (guint first, guint n)
{
  char **list = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = g_strdup_printf ("/ip6/2001:db8::%x", first + i);
  return list;
}

static void
test_memory_is_bounded (void)
{
  Lab lab;
  g_auto (GStrv) some = make_many (1, 700);
  g_auto (GStrv) others = make_many (10000, 700);
  g_auto (GStrv) more = make_many (20000, 700);

  g_test_summary ("rule: 1024 addresses are remembered, and those that are there first of all");

  lab_init (&lab, (const char *const *) some);
  lab.list = (const char *const *) others;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  lab.list = (const char *const *) more;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  g_assert_cmpuint (lab.n_told, ==, 2);
  /* Forgotten, and so not known to be gone. */
  g_assert_false (is_gone (&lab, "/ip6/2001:db8::1"));
  lab.list = home;
  kad_address_watch_suspect (lab.watch);
  lab_settle (&lab);
  for (guint i = 0; i < 700; i++)
    g_assert_true (is_gone (&lab, more[i]));
  lab_clear (&lab);
}

static void
test_this_machine (void)
{
  GMainContext *context = g_main_context_new ();
  KadReactor *reactor = kad_reactor_new (context, NULL);
  Lab lab = { .told = g_string_new (NULL) };

  g_test_summary ("The addresses of the machine that this runs on are had");

  lab.watch = kad_address_watch_new (reactor, on_changed, &lab);
  g_assert_false (is_gone (&lab, "/ip4/127.0.0.1/tcp/1"));
  kad_address_watch_free (lab.watch);
  kad_reactor_free (reactor);
  g_main_context_unref (context);
  g_string_free (lab.told, TRUE);
}

static void
test_blind_asks_nobody (void)
{
  static const char *const list[] = { "/ip4/127.0.0.1", NULL };
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (list[0], NULL);
  Lab lab;

  g_test_summary ("One that looks at nothing is online, asks nobody and is told nothing");

  lab_init (&lab, list);
  g_assert_false (kad_address_watch_is_online (lab.watch));
  kad_address_watch_free (lab.watch);
  lab.watch = kad_address_watch_new_blind (lab.reactor);
  g_assert_false (kad_address_watch_is_told (lab.watch));
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab.context, FALSE);
  g_assert_true (kad_address_watch_is_online (lab.watch));
  g_assert_false (kad_address_watch_is_gone (lab.watch, address));
  g_assert_cmpuint (lab.n_asked, ==, 0);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-watch/change-is-told", test_change_is_told);
  g_test_add_func ("/address-watch/crowd-is-one-question", test_crowd_is_one_question);
  g_test_add_func ("/address-watch/gone-is-what-was-there", test_gone_is_what_was_there);
  g_test_add_func ("/address-watch/unknown-changes-nothing", test_unknown_changes_nothing);
  g_test_add_func ("/address-watch/online-has-an-address", test_online_has_an_address);
  g_test_add_func ("/address-watch/goes-on-without-the-kernel", test_goes_on_without_the_kernel);
  g_test_add_func ("/address-watch/memory-is-bounded", test_memory_is_bounded);
  g_test_add_func ("/address-watch/blind-asks-nobody", test_blind_asks_nobody);
  g_test_add_func ("/address-watch/this-machine", test_this_machine);
  return g_test_run ();
}
