/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dials that somebody aims at a victim by what he says of addresses. */
#include "kad-dials-testing.h"

static void
make_fake_peer (KadPeerId *peer, guint number)
{
  guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };

  memcpy (bytes + 6, &number, sizeof number);
  g_assert_true (kad_peer_id_init_from_bytes (peer, bytes, sizeof bytes, NULL));
}

/* Dials @peer where @source said that it is; gives what came of it. */
static Told *
dial_as_said (Lab *lab, const KadPeerId *peer, const char *text, const KadPeerId *source)
{
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  KadPeerInfo *info = kad_peer_info_new (peer);
  Told *told = g_new0 (Told, 1);
  guint before = g_queue_get_length (&lab->told);

  told->lab = lab;
  g_ptr_array_add (addresses, kad_multiaddr_new_from_string (text, NULL));
  kad_peer_info_add_address (info, addresses->pdata[0]);
  kad_dials_note_source (lab->dials, info, source);
  kad_peer_info_unref (info);
  kad_dials_dial (lab->dials, peer, addresses,
                  kad_reactor_update_now (lab->pair.reactor) + 60 * SECOND, "test", FALSE,
                  on_dialled, told);
  run_until_told (lab, before + 1);
  return told;
}

static void
test_a_thousand_ids_at_one_port (void)
{
  Lab lab;
  KadPeerId fake, liars[2];
  guint n = 0;

  g_test_summary (
      "MDHT, geth: a thousand ids that are said to be at one port of a victim are 2 dials "
      "of it a minute, 4 when two peers say so");

  lab_init_with_dials (&lab, 2);
  make_fake_peer (&liars[0], 1000001);
  make_fake_peer (&liars[1], 1000002);
  for (guint i = 0; i < 1000; i++)
    {
      make_fake_peer (&fake, i);
      dial_as_said (&lab, &fake, "/ip4/127.0.0.1/tcp/2", &liars[0]);
      g_assert_nonnull (last (&lab)->error);
    }
  g_assert_cmpstr (lab.transport->dialled->str, ==, "2 2 ");
  g_assert_nonnull (strstr (last (&lab)->error->message, "the limit dials-per-address"));
  for (guint i = 0; i < 1000; i++)
    {
      make_fake_peer (&fake, i);
      dial_as_said (&lab, &fake, "/ip4/127.0.0.1/tcp/2", &liars[1]);
    }
  for (const char *c = lab.transport->dialled->str; *c != '\0'; c++)
    n += *c == '2';
  g_assert_cmpuint (n, ==, 4);
  lab_clear (&lab);
}

static void
test_a_liar_does_not_keep_us_from_a_peer (void)
{
  Lab lab;
  KadPeerId fake, liar, honest;

  g_test_summary ("Whoever names a peer's port under false ids does not keep us from dialling it, "
                  "when two named it rightly; and once it was there nothing does");

  lab_init_with_dials (&lab, 2);
  make_fake_peer (&liar, 1000001);
  make_fake_peer (&honest, 1000002);
  for (guint i = 0; i < 10; i++)
    {
      make_fake_peer (&fake, i);
      dial_as_said (&lab, &fake, "/ip4/127.0.0.1/tcp/1", &liar);
      g_assert_nonnull (last (&lab)->error);
    }
  g_assert_cmpstr (lab.transport->dialled->str, ==, "1 1 ");
  dial_as_said (&lab, side_get_peer (&lab.pair.b), "/ip4/127.0.0.1/tcp/1", &liar);
  g_assert_error (last (&lab)->error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  dial_as_said (&lab, side_get_peer (&lab.pair.b), "/ip4/127.0.0.1/tcp/1", &honest);
  g_assert_no_error (last (&lab)->error);
  for (guint i = 10; i < 20; i++)
    {
      make_fake_peer (&fake, i);
      dial_as_said (&lab, &fake, "/ip4/127.0.0.1/tcp/1", &liar);
    }
  for (guint i = 0; i < 5; i++)
    {
      dial_as_said (&lab, side_get_peer (&lab.pair.b), "/ip4/127.0.0.1/tcp/1", &liar);
      g_assert_no_error (last (&lab)->error);
    }
  lab_clear (&lab);
}

static void
test_a_person_is_not_held_back (void)
{
  Lab lab;

  g_test_summary ("A person's dial always goes out, and so does what the configuration names");

  lab_init_with_dials (&lab, 1);
  for (guint i = 0; i < 4; i++)
    {
      dial (&lab, "2", 5 * SECOND, TRUE, "person");
      run_until_told (&lab, i + 1);
    }
  g_assert_cmpstr (lab.transport->dialled->str, ==, "2 2 2 2 ");
  g_string_truncate (lab.transport->dialled, 0);
  {
    g_autoptr (KadMultiaddr) given = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/2", NULL);

    kad_dials_note_given (lab.dials, side_get_peer (&lab.pair.b), given);
  }
  for (guint i = 0; i < 3; i++)
    {
      kad_dials_clear_backoff (lab.dials, side_get_peer (&lab.pair.b));
      dial (&lab, "2", 5 * SECOND, FALSE, "engine");
      run_until_told (&lab, i + 5);
    }
  g_assert_cmpstr (lab.transport->dialled->str, ==, "2 2 2 ");
  lab_clear (&lab);
}

static void
test_whom_we_trust_first (void)
{
  Lab lab;
  KadPeerId one, two;
  const KadPeerId *peer;
  g_autoptr (KadMultiaddr) twice = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/2", NULL);
  g_autoptr (KadPeerInfo) info = NULL;

  g_test_summary ("Of a peer's addresses what two said is dialled before what one said, and where "
                  "it was before both");

  lab_init (&lab);
  peer = side_get_peer (&lab.pair.b);
  make_fake_peer (&one, 1);
  make_fake_peer (&two, 2);
  info = kad_peer_info_new (peer);
  kad_peer_info_add_address (info, twice);
  kad_dials_note_source (lab.dials, info, &one);
  kad_dials_note_source (lab.dials, info, &two);
  dial (&lab, "421", 5 * SECOND, FALSE, "first");
  run_until_told (&lab, 1);
  g_assert_no_error (last (&lab)->error);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "2 4 2 1 ");
  g_string_truncate (lab.transport->dialled, 0);
  dial (&lab, "421", 5 * SECOND, FALSE, "second");
  run_until_told (&lab, 2);
  g_assert_cmpstr (lab.transport->dialled->str, ==, "1 ");
  lab_clear (&lab);
}

static void
test_held_back_is_no_failure (void)
{
  Lab lab;

  g_test_summary ("A dial that was not made for want of trust does not make the peer wait");

  lab_init_with_dials (&lab, 1);
  dial (&lab, "2", 5 * SECOND, FALSE, "one");
  run_until_told (&lab, 1);
  kad_dials_clear_backoff (lab.dials, side_get_peer (&lab.pair.b));
  for (guint i = 0; i < 3; i++)
    {
      dial (&lab, "2", 5 * SECOND, FALSE, "held back");
      run_until_told (&lab, i + 2);
      g_assert_nonnull (strstr (last (&lab)->error->message, "dials-per-address"));
    }
  dial (&lab, "1", 5 * SECOND, FALSE, "elsewhere");
  run_until_told (&lab, 5);
  g_assert_no_error (last (&lab)->error);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/MDHT/a-thousand-ids-at-one-port", test_a_thousand_ids_at_one_port);
  g_test_add_func ("/security/MDHT/a-liar-does-not-keep-us-from-a-peer",
                   test_a_liar_does_not_keep_us_from_a_peer);
  g_test_add_func ("/security/MDHT/whom-we-trust-first", test_whom_we_trust_first);
  g_test_add_func ("/dials/a-person-is-not-held-back", test_a_person_is_not_held_back);
  g_test_add_func ("/dials/held-back-is-no-failure", test_held_back_is_no_failure);
  return g_test_run ();
}
