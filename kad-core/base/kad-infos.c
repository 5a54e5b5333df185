/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-infos.h"

#include "kad-names.h"

static const char *const mode_names[] = { "auto", "client", "server" };
static const char *const state_names[] = { "live", "checking", "stale" };

G_STATIC_ASSERT (G_N_ELEMENTS (mode_names) == KAD_MODE_SERVER + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == KAD_PEER_STATE_STALE + 1);

G_DEFINE_BOXED_TYPE (KadTableRow, kad_table_row, kad_table_row_copy, kad_table_row_free)
G_DEFINE_BOXED_TYPE (KadConnectionRow, kad_connection_row, kad_connection_row_copy,
                     kad_connection_row_free)

/**
 * kad_mode_get_name:
 * @mode: a mode
 *
 * Returns: (transfer none): its name, as `--mode` has it
 */
const char *
kad_mode_get_name (KadMode mode)
{
  g_return_val_if_fail ((guint) mode < G_N_ELEMENTS (mode_names), NULL);

  return mode_names[mode];
}

/**
 * kad_mode_parse:
 * @name: what may be a mode's name
 * @mode: (out): the mode, untouched on failure
 * @error: InvalidArgument
 *
 * Returns: %TRUE if @name is one
 */
gboolean
kad_mode_parse (const char *name, KadMode *mode, GError **error)
{
  guint index;

  g_return_val_if_fail (name != NULL && mode != NULL, FALSE);

  if (!kad_names_parse (mode_names, G_N_ELEMENTS (mode_names), "a mode", name, &index, error))
    return FALSE;
  *mode = (KadMode) index;
  return TRUE;
}

/**
 * kad_peer_state_get_name:
 * @state: the state of a peer in the table
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
kad_peer_state_get_name (KadPeerState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (state_names), NULL);

  return state_names[state];
}

/**
 * kad_table_row_new:
 * @info: a peer and its addresses, of which a reference is taken
 *
 * Returns: (transfer full): a row whose round trip time is unknown; what else is not told stays 0
 *   or %NULL
 */
KadTableRow *
kad_table_row_new (KadPeerInfo *info)
{
  KadTableRow *self;

  g_return_val_if_fail (info != NULL, NULL);

  self = g_new0 (KadTableRow, 1);
  self->info = kad_peer_info_ref (info);
  self->rtt_us = -1;
  return self;
}

/**
 * kad_table_row_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy, which shares the immutable info
 */
KadTableRow *
kad_table_row_copy (const KadTableRow *self)
{
  KadTableRow *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->info = kad_peer_info_ref (self->info);
  copy->agent = g_strdup (self->agent);
  return copy;
}

/**
 * kad_table_row_free:
 * @self: (transfer full): a row
 */
void
kad_table_row_free (KadTableRow *self)
{
  g_return_if_fail (self != NULL);

  kad_peer_info_unref (self->info);
  g_free (self->agent);
  g_free (self);
}

/**
 * kad_connection_row_new:
 *
 * Returns: (transfer full): a row whose round trip time is unknown; the rest is
 *   0 or %NULL
 */
KadConnectionRow *
kad_connection_row_new (void)
{
  KadConnectionRow *self = g_new0 (KadConnectionRow, 1);

  self->rtt_us = -1;
  return self;
}

/**
 * kad_connection_row_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy, which shares the immutable address
 */
KadConnectionRow *
kad_connection_row_copy (const KadConnectionRow *self)
{
  KadConnectionRow *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->address = self->address == NULL ? NULL : kad_multiaddr_ref (self->address);
  copy->agent = g_strdup (self->agent);
  copy->security = g_strdup (self->security);
  copy->muxer = g_strdup (self->muxer);
  copy->reason = g_strdup (self->reason);
  return copy;
}

/**
 * kad_connection_row_free:
 * @self: (transfer full): a row
 */
void
kad_connection_row_free (KadConnectionRow *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->address, kad_multiaddr_unref);
  g_free (self->agent);
  g_free (self->security);
  g_free (self->muxer);
  g_free (self->reason);
  g_free (self);
}
