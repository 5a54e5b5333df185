/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sodium.h>
#include <sys/socket.h>

#include "kad-connection.h"
#include "kad-keystore.h"
#include "kad-link.h"
#include "kad-reactor.h"
#include "kad-stream.h"
#include "kad-yamux.h"

G_BEGIN_DECLS

/* Two real connections with each other over a socket pair, in one reactor. */

typedef struct _Side
{
  struct _Pair *pair;
  KadPrivateKey *key;
  KadNoiseIdentity *identity;
  KadConnection *connection;
  const KadStreamProtocol *const *protocols; /* served, NULL-terminated */
  guint opened;
  guint closed;
  GError *reason;
} Side;

typedef struct _Pair
{
  GMainContext *context;
  KadReactor *reactor;
  GPtrArray *dirty;
  Side a; /* the initiator */
  Side b;
} Pair;

static void
side_opened (KadConnection *connection, gpointer user_data)
{
  ((Side *) user_data)->opened++;
}

static void
side_closed (KadConnection *connection, const GError *reason, gpointer user_data)
{
  Side *side = user_data;

  side->closed++;
  side->reason = g_error_copy (reason);
  g_ptr_array_remove_fast (side->pair->dirty, connection);
}

static void
side_dirty (KadConnection *connection, gpointer user_data)
{
  Side *side = user_data;

  g_ptr_array_add (side->pair->dirty, connection);
  kad_reactor_wake (side->pair->reactor);
}

static gconstpointer
side_lookup (KadConnection *connection, const char *name, gpointer user_data)
{
  Side *side = user_data;

  for (guint i = 0; side->protocols != NULL && side->protocols[i] != NULL; i++)
    if (g_str_equal (side->protocols[i]->name, name))
      return side->protocols[i];
  return NULL;
}

static const KadConnectionDelegate side_delegate = {
  .opened = side_opened,
  .closed = side_closed,
  .dirty = side_dirty,
  .lookup = side_lookup,
};

static inline void
pair_on_turn (gpointer user_data, gint64 now_us)
{
  Pair *pair = user_data;

  while (pair->dirty->len > 0)
    kad_connection_flush (g_ptr_array_steal_index_fast (pair->dirty, pair->dirty->len - 1));
}

static inline const KadPeerId *
side_get_peer (Side *side)
{
  return kad_public_key_get_peer_id (kad_private_key_get_public_key (side->key));
}

static inline void
side_init (Side *side, Pair *pair, KadKeyType type, gboolean early_muxer)
{
  static const char *const muxers[] = { KAD_YAMUX_PROTOCOL, NULL };
  g_autoptr (GError) error = NULL;
  guint8 secret[32];

  side->pair = pair;
  side->key = kad_keystore_generate (type, &error);
  g_assert_no_error (error);
  randombytes_buf (secret, sizeof secret);
  side->identity = kad_noise_identity_new (side->key, secret, early_muxer ? muxers : NULL, &error);
  g_assert_no_error (error);
}

static inline KadConnection *
side_connect (Side *side, int fd, KadRole role, const KadPeerId *expected)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/1", NULL);
  g_autoptr (KadLink) link = kad_link_new_for_fd (fd, address, address);
  g_autoptr (GError) error = NULL;
  guint8 secret[32];

  randombytes_buf (secret, sizeof secret);
  side->connection = kad_connection_new (side->pair->reactor, link, role, side->identity, secret,
                                         expected, "test", &side_delegate, side, &error);
  g_assert_no_error (error);
  return side->connection;
}

/* Reactor and identities; no connections yet. */
static inline void
pair_init_bare (Pair *pair, gboolean a_early, gboolean b_early)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sodium_init (), >=, 0);
  *pair = (Pair){ .context = g_main_context_new () };
  pair->reactor = kad_reactor_new (pair->context, &error);
  g_assert_no_error (error);
  pair->dirty = g_ptr_array_new ();
  kad_reactor_set_hook (pair->reactor, pair_on_turn, pair);
  side_init (&pair->a, pair, KAD_KEY_TYPE_ED25519, a_early);
  side_init (&pair->b, pair, KAD_KEY_TYPE_ED25519, b_early);
}

static inline void
pair_connect (Pair *pair)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  side_connect (&pair->b, fds[1], KAD_ROLE_RESPONDER, NULL);
  side_connect (&pair->a, fds[0], KAD_ROLE_INITIATOR, side_get_peer (&pair->b));
}

static inline void
pair_turn (Pair *pair)
{
  g_main_context_iteration (pair->context, TRUE);
}

#define pair_run_until(pair, condition)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 pair_give_up = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;                           \
    while (!(condition))                                                                           \
      {                                                                                            \
        pair_turn (pair);                                                                          \
        g_assert_cmpint (g_get_monotonic_time (), <, pair_give_up);                                \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static inline void
pair_init (Pair *pair)
{
  pair_init_bare (pair, TRUE, TRUE);
  pair_connect (pair);
  pair_run_until (pair, pair->a.opened && pair->b.opened);
}

static inline void
side_clear (Side *side)
{
  if (side->connection != NULL)
    {
      kad_connection_close (side->connection, g_error_new_literal (G_IO_ERROR, 0, "over"));
      kad_connection_free (side->connection);
    }
  g_clear_error (&side->reason);
  kad_noise_identity_unref (side->identity);
  kad_private_key_unref (side->key);
}

static inline void
pair_clear (Pair *pair)
{
  side_clear (&pair->a);
  side_clear (&pair->b);
  g_ptr_array_unref (pair->dirty);
  kad_reactor_free (pair->reactor);
  g_main_context_unref (pair->context);
}

G_END_DECLS
