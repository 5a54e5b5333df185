/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-outbox.h"

static void
test_order_and_room (void)
{
  KadOutbox box = { 0 };
  KadOutput output;

  g_test_summary ("a thousand in, the same thousand out in order, and the room is given back");
  g_assert_false (kad_outbox_pop (&box, &output));
  for (guint64 i = 0; i < 1000; i++)
    kad_outbox_push (&box, &(KadOutput){ .type = KAD_OUTPUT_SEND, .request = i });
  for (guint64 i = 0; i < 1000; i++)
    {
      g_assert_true (kad_outbox_pop (&box, &output));
      g_assert_cmpuint (output.request, ==, i);
    }
  g_assert_false (kad_outbox_pop (&box, &output));
  g_assert_cmpuint (box.capacity, ==, 0);
  kad_outbox_push (&box, &(KadOutput){ .type = KAD_OUTPUT_SEND, .request = 7 });
  g_assert_true (kad_outbox_pop (&box, &output));
  g_assert_cmpuint (output.request, ==, 7);
  kad_outbox_clear (&box);
}

static void
test_what_is_left_is_freed (void)
{
  KadOutbox box = { 0 };
  KadMessage *message = kad_message_new (KAD_MESSAGE_PING, NULL);
  KadOutput output = { .type = KAD_OUTPUT_SEND, .message = kad_message_ref (message) };

  g_test_summary ("an outbox that is not drained frees what it owns (leaks are the sanitizer's)");
  kad_outbox_push (&box, &output);
  kad_outbox_clear (&box);
  g_assert_false (kad_outbox_pop (&box, &output));
  kad_message_unref (message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/outbox/order", test_order_and_room);
  g_test_add_func ("/dht/outbox/clear", test_what_is_left_is_freed);
  return g_test_run ();
}
