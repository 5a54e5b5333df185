/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-transport.h"

#include "fake-transport.h"
#include "kad-error.h"

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static KadLink *
dial (KadTransport *transport, const char *text, GError **error)
{
  g_autoptr (GPtrArray) addresses = fake_addresses (text);
  g_autoptr (GAsyncResult) result = NULL;

  kad_transport_dial_async (transport, addresses->pdata[0], NULL, keep_result, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return kad_transport_dial_finish (transport, result, error);
}

static void
test_refuses (void)
{
  FakeTransport *fake = g_object_new (FAKE_TYPE_TRANSPORT, NULL);
  g_autoptr (GPtrArray) addresses = fake_addresses ("/ip4/127.0.0.1/tcp/1");
  g_autoptr (GError) dial_error = NULL;
  g_autoptr (GError) listen_error = NULL;

  g_test_summary ("An address that a transport does not take never reaches it");

  g_assert_null (dial (KAD_TRANSPORT (fake), "/dns4/a\u202eb/tcp/1", &dial_error));
  g_assert_error (dial_error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_assert_cmpstr (dial_error->message, ==,
                   "FakeTransport cannot dial \"/dns4/a\\u{202e}b/tcp/1\"");
  g_assert_cmpstr (fake->dialled->str, ==, "");

  /* It leaves out can_listen and listen. */
  g_assert_false (kad_transport_can_listen (KAD_TRANSPORT (fake), addresses->pdata[0]));
  g_assert_null (kad_transport_listen (KAD_TRANSPORT (fake), addresses->pdata[0], &listen_error));
  g_assert_error (listen_error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_assert_finalize_object (fake);
}

static void
test_dials (void)
{
  FakeTransport *fake = g_object_new (FAKE_TYPE_TRANSPORT, NULL);
  g_autoptr (GError) error = NULL;
  KadLink *link = dial (KAD_TRANSPORT (fake), "/ip4/127.0.0.1/tcp/1", &error);

  g_test_summary ("What the subclass yields or refuses is the result");

  g_assert_no_error (error);
  g_assert_finalize_object (link);
  g_assert_null (dial (KAD_TRANSPORT (fake), "/ip4/127.0.0.1/tcp/2", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_finalize_object (fake);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/refuses", test_refuses);
  g_test_add_func ("/transport/dials", test_dials);
  return g_test_run ();
}
