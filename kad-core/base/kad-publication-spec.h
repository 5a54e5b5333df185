/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-publication-row.h"

G_BEGIN_DECLS

/**
 * KadPublicationSpec:
 * @kind: what is published
 * @key: its key, as on the wire, not hashed
 * @value: (nullable): of %KAD_PUBLICATION_RECORD, where it is required; %NULL for a provider
 * @tag: (nullable): who wants it, UTF-8, up to `KAD_MAX_PUBLICATION_TAG_BYTES`; %NULL is the empty
 *   tag, of who runs the node
 * @persistent: whether it shall survive the node's end for this tag
 * @refresh: announce it now even if it is published already
 *
 * What shall be announced and kept alive: for command handlers, which are written in C. Zeroed
 * first; the callee copies what it keeps.
 */
typedef struct
{
  KadPublicationKind kind;
  GBytes *key;
  GBytes *value;
  const char *tag;
  gboolean persistent;
  gboolean refresh;

  /*< private >*/
  gpointer padding[4];
} KadPublicationSpec;

G_END_DECLS
