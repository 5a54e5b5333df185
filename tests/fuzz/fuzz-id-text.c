/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-id-text.h"

/* What `kad id` makes of any text: one meaning, or an error. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadIdText) id = kad_id_text_parse (text, &error);

  fuzz_assert_outcome (id != NULL, error);
  if (id == NULL)
    return 0;
  g_assert_nonnull (kad_id_kind_get_name (id->kind));
  g_assert_true ((id->kind == KAD_ID_CID) == (id->cid != NULL));
  g_assert_true ((id->kind == KAD_ID_MULTIADDR) == (id->address != NULL));
  g_assert_true ((id->kind == KAD_ID_POINT) == (id->bytes == NULL));
  if (id->kind == KAD_ID_PEER)
    g_assert_true (kad_peer_id_is_set (&id->peer));
  if (id->kind != KAD_ID_MULTIADDR)
    g_assert_true (id->has_point);
  return 0;
}
